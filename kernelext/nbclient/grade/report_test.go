package grade

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coexplore/kernelext"
)

func scored(file string, score float64) Result {
	return Result{file, []ExerciseMark{
		{"closed", 0, 1, Verdict{Reason: "not yet: a, b"}},
		{"open", 2, 2, Verdict{Right: true, Reason: "right", Mark: &kernelext.Mark{Score: &score, Unit: "fps"}}},
	}}
}

func TestReports(t *testing.T) {
	results := []Result{scored("b", 5), scored("a", 5), scored("=c", 7.25)}
	boards := Leaderboards(results)
	if len(boards) != 1 || boards[0].Exercise != "open" || boards[0].Unit != "fps" {
		t.Fatalf("leaderboards %+v", boards)
	}
	if got := fmt.Sprint(boards[0].Places); got != "[{1 =c 7.25} {2 a 5} {2 b 5}]" {
		t.Errorf("places %s", got)
	}
	var b strings.Builder
	if err := WriteCSV(&b, results[2:]); err != nil {
		t.Fatal(err)
	}
	want := "file,exercise,points,of,score,reason\n'=c,closed,0,1,,\"not yet: a, b\"\n'=c,open,2,2,7.25,right\n'=c,total,2,3,,\n"
	if b.String() != want {
		t.Errorf("CSV %s, want %s", &b, want)
	}
	if Leaderboards(nil) != nil {
		t.Error("leaderboards of nothing")
	}
}

// Whatever lies in the folder under the name of a notebook is listed, and read or
// refused.
func TestSubmissions(t *testing.T) {
	dir := t.TempDir()
	master, err := os.ReadFile("testdata/pipelines.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"alice", ".ipynb_checkpoints", "folder.ipynb"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []string{"b.ipynb", "alice/a.ipynb", ".ipynb_checkpoints/b.ipynb", "folder.ipynb/c.ipynb", "notes.txt", ".hidden.ipynb"} {
		if err := os.WriteFile(filepath.Join(dir, f), master, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "broken.ipynb"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "b.ipynb"), SubmissionMax+1); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "alice/a.ipynb"), filepath.Join(dir, "link.ipynb")); err != nil {
		t.Skip(err)
	}
	list, err := Submissions(dir)
	if want := []string{"alice/a.ipynb", "b.ipynb", "broken.ipynb", "folder.ipynb", "link.ipynb"}; err != nil || !slices.Equal(list, want) {
		t.Errorf("submissions %q, %v", list, err)
	}
	for name, want := range map[string]string{
		"alice/a.ipynb": "<nil>", "b.ipynb": "it has 32 MB; 32 is the most", "broken.ipynb": "not a notebook: ",
		"folder.ipynb": "it is a folder", "link.ipynb": "it is a link", "none.ipynb": "it cannot be read",
	} {
		if _, err := readSubmission(filepath.Join(dir, name)); !strings.HasPrefix(fmt.Sprint(err), want) {
			t.Errorf("%s: error %v, want %q", name, err, want)
		}
	}
	if _, err := Submissions(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("a folder that is not there has submissions")
	}
}

func TestAnswerIn(t *testing.T) {
	l := NewLesson(pipelines(t))
	e := l.Exercises[0]
	for _, c := range []struct {
		name   string
		change func(*Lesson)
		want   string
	}{
		{"as it was", func(*Lesson) {}, "not attempted: as it was handed out"},
		{"answered", func(l *Lesson) { cell(t, l.nb, "interval-answer").Source = "x" }, "x"},
		{"no metadata", func(l *Lesson) {
			c := cell(t, l.nb, "interval-answer")
			c.Source, c.Metadata = "x", nil
		}, "x"},
		{"no id", func(l *Lesson) {
			c := cell(t, l.nb, "interval-answer")
			c.Source, c.ID = "x", "other"
		}, "x"},
		{"empty", func(l *Lesson) { cell(t, l.nb, "interval-answer").Source = " \n" }, "missing: the answer is empty"},
		{"long", func(l *Lesson) { cell(t, l.nb, "interval-answer").Source = strings.Repeat("x", AnswerMax+1) }, "refused: the answer has 64 KB"},
		{"gone", func(l *Lesson) { l.nb.Cells = l.nb.Cells[:4] }, "missing: no cell with the answer"},
		{"copied", func(l *Lesson) {
			c := *cell(t, l.nb, "interval-answer")
			c.ID, c.Source = "copy", "y"
			cell(t, l.nb, "interval-answer").Source = "x"
			l.nb.Cells = append(l.nb.Cells, &c)
		}, "y"},
	} {
		s := NewLesson(pipelines(t))
		c.change(s)
		got, err := l.answerIn(e, s.nb)
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
