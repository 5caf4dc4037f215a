package grade

import (
	"bytes"
	"strings"
	"testing"

	"coexplore/kernelext/nbclient"
)

// pipelines is the lesson in testdata: two exercises, the second an open one.
func pipelines(t *testing.T) *nbclient.Notebook {
	t.Helper()
	nb, err := nbclient.Read("testdata/pipelines.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	return nb
}

// cell is the cell of that id.
func cell(t *testing.T, nb *nbclient.Notebook, id string) *nbclient.Cell {
	t.Helper()
	for _, c := range nb.Cells {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("no cell %s", id)
	return nil
}

func exercise(c *nbclient.Cell) map[string]any {
	return c.Metadata["coexplore"].(map[string]any)
}

func TestLesson(t *testing.T) {
	l := NewLesson(pipelines(t))
	if err := l.Err(); err != nil {
		t.Fatal(err)
	}
	if len(l.Exercises) != 2 {
		t.Fatalf("%d exercises", len(l.Exercises))
	}
	e := l.Exercises[0]
	if e.Name != "interval" || e.Points != 1 || len(e.Wrong) != 3 || e.Wrong[1].Says != "wherever it stands" || !strings.HasPrefix(e.Grader, "%%\n") {
		t.Errorf("exercise %+v", e)
	}
	if !strings.HasPrefix(e.Solution, "func interval(") || !strings.HasSuffix(e.Solution, "return slowest\n}") {
		t.Errorf("solution %q", e.Solution)
	}
	if l.Exercises[1].Points != 2 {
		t.Errorf("points %v", l.Exercises[1].Points)
	}
}

// What is not whole is named, with its cell.
func TestLessonProblems(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(nb *nbclient.Notebook)
		want   string
	}{
		{"no check", func(nb *nbclient.Notebook) { cell(t, nb, "interval-check").Metadata = nil }, "cell 5: exercise interval: no check cell"},
		{"no solution", func(nb *nbclient.Notebook) { cell(t, nb, "interval-solution").Metadata = nil }, "cell 5: exercise interval: no solution cell"},
		{"no fence", func(nb *nbclient.Notebook) { cell(t, nb, "interval-solution").Source = "none" }, "cell 7: exercise interval: the solution has 0 blocks"},
		{"two fences", func(nb *nbclient.Notebook) { c := cell(t, nb, "interval-solution"); c.Source += "\n" + c.Source }, "cell 7: exercise interval: the solution has 2 blocks"},
		{"open fence", func(nb *nbclient.Notebook) { cell(t, nb, "interval-solution").Source = "\n```go\nvar x int" }, "the solution's block has no end"},
		{"solution no Go", func(nb *nbclient.Notebook) { cell(t, nb, "interval-solution").Source = "```go\nvar\n```" }, "cell 7: exercise interval: the solution does not compile: line 1: "},
		{"solution as code", func(nb *nbclient.Notebook) { cell(t, nb, "interval-solution").Type = "code" }, "cell 7: exercise interval: the solution is a code cell"},
		{"twice", func(nb *nbclient.Notebook) { exercise(cell(t, nb, "faster-answer"))["exercise"] = "interval" }, "cell 10: exercise interval: a second answer; cell 5 is one"},
		{"check first", func(nb *nbclient.Notebook) { nb.Cells[4], nb.Cells[5] = nb.Cells[5], nb.Cells[4] }, "cell 5: exercise interval: the check stands before the answer, cell 6"},
		{"role", func(nb *nbclient.Notebook) { exercise(cell(t, nb, "interval-check"))["role"] = "test" }, `cell 6: exercise interval: the role "test" is none of`},
		{"name", func(nb *nbclient.Notebook) { exercise(cell(t, nb, "interval-check"))["exercise"] = "a, b" }, `cell 6: the exercise's name "a, b" is not one`},
		{"other name", func(nb *nbclient.Notebook) { cell(t, nb, "interval-check").Source = "%%\nExercise(\"a\").Done()" }, `cell 6: exercise interval: the check does not call Exercise("interval")`},
		{"no program", func(nb *nbclient.Notebook) {
			cell(t, nb, "interval-check").Source = "func f() { Exercise(\"interval\").Done() }"
		}, "the check has no line %%"},
		{"not done", func(nb *nbclient.Notebook) { cell(t, nb, "interval-check").Source = "%%\nExercise(\"interval\")" }, "the check does not call Done"},
		{"key", func(nb *nbclient.Notebook) { exercise(cell(t, nb, "interval-answer"))["wrongs"] = nil }, `cell 5: exercise interval: unknown key "wrongs"`},
		{"points", func(nb *nbclient.Notebook) { exercise(cell(t, nb, "interval-answer"))["points"] = -1.0 }, "points -1: want a number above zero"},
		{"few", func(nb *nbclient.Notebook) { delete(exercise(cell(t, nb, "interval-answer")), "wrong") }, "cell 5: exercise interval: 0 wrong answers: want 3 or more"},
		{"no hint", func(nb *nbclient.Notebook) {
			exercise(cell(t, nb, "interval-answer"))["wrong"].([]any)[1] = map[string]any{"answer": "a"}
		}, `wrong answer 2 needs a text "answer" and a text "says"`},
		{"given away", func(nb *nbclient.Notebook) {
			c := cell(t, nb, "interval-answer")
			c.Source = NewLesson(nb).Exercises[0].Solution
		}, "cell 5: exercise interval: the answer cell holds the solution"},
	} {
		nb := pipelines(t)
		c.change(nb)
		if err := NewLesson(nb).Err(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

// Students get no solution, in any form, and the checks.
func TestStudent(t *testing.T) {
	nb := pipelines(t)
	nb.Cells[2].Outputs = []nbclient.Output{{Type: "stream", Stream: "stdout", Text: "stale"}}
	l := NewLesson(nb)
	raw, err := l.Student().JSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, not := range []string{"slowest = max", "Solution", "wrong", "one stage is a pipeline too", "stale"} {
		if bytes.Contains(raw, []byte(not)) {
			t.Errorf("the student's copy holds %q", not)
		}
	}
	copied, err := nbclient.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	if len(copied.Cells) != len(nb.Cells)-2 || cell(t, copied, "interval-check").Source != l.Exercises[0].Check {
		t.Errorf("%d cells of %d", len(copied.Cells), len(nb.Cells))
	}
	if got := exercise(cell(t, copied, "faster-answer")); len(got) != 3 || got["points"] != 2.0 {
		t.Errorf("metadata %v", got)
	}
	if again, _ := NewLesson(pipelines(t)).Student().JSON(); !bytes.Equal(again, raw) {
		t.Error("another copy has other bytes")
	}
	if len(exercise(cell(t, nb, "interval-answer"))) != 4 || len(nb.Cells[2].Outputs) != 1 {
		t.Error("the lesson itself has changed")
	}
}
