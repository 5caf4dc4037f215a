package grade

import (
	"path/filepath"
	"testing"

	"coexplore/kernelext/nbclient"
)

// The exercises of the course are whole, and nothing in their answers would be refused.
// Whether they pass is for `coexplore notebooks check` to see.
func TestCourse(t *testing.T) {
	files, err := filepath.Glob("../../../notebooks/*.ipynb")
	if err != nil || len(files) == 0 {
		t.Fatalf("no notebooks: %v", err)
	}
	for _, f := range files {
		nb, err := nbclient.Read(f)
		if err != nil {
			t.Fatal(err)
		}
		l := NewLesson(nb)
		for _, p := range l.Problems {
			t.Errorf("%s: %v", l.Name, p)
		}
		for _, e := range l.Exercises {
			sources := map[string]string{"starter": e.Starter, "solution": e.Solution}
			for _, w := range e.Wrong {
				sources["wrong answer that must say "+w.Says] = w.Answer
			}
			for what, source := range sources {
				a, err := readAnswer(source)
				if err != nil {
					t.Errorf("%s: exercise %s: %s: %v", l.Name, e.Name, what, err)
				} else if reason := l.refuse(e, a, nil); reason != "" {
					t.Errorf("%s: exercise %s: %s: %s", l.Name, e.Name, what, reason)
				}
			}
		}
	}
}
