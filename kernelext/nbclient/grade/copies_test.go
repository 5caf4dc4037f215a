package grade

import (
	"strings"
	"testing"

	"coexplore/kernelext/nbclient"
)

// cellOf is a code cell of an exercise; without a name it is one of a student's own.
func cellOf(id, exercise, role, source string) *nbclient.Cell {
	c := &nbclient.Cell{Type: "code", ID: id, Source: source, Metadata: map[string]any{}}
	if exercise != "" {
		c.Metadata["coexplore"] = map[string]any{"exercise": exercise, "role": role}
	}
	return c
}

// TestLastWordCounts: of copies of an answer, which carry its metadata, the last counts that
// is not as it was handed out.
func TestLastWordCounts(t *testing.T) {
	own, err := readAnswer("func area() int { return 12 }")
	if err != nil {
		t.Fatal(err)
	}
	e := &Exercise{Name: "area", Starter: "func area() int { return 0 }", id: "a", own: own}
	l := &Lesson{nb: &nbclient.Notebook{Cells: []*nbclient.Cell{cellOf("t", "", "", "func area() int { return 1 }")}}, Exercises: []*Exercise{e, {Name: "box"}}}
	const right, other = "func area() int { return 12 }", "func area() int { return 7 }"
	for _, c := range []struct {
		what  string
		cells []*nbclient.Cell
		want  string // source, or what the error says
	}{
		{"one", []*nbclient.Cell{cellOf("a", "area", "answer", right)}, right},
		{"copied, the last is right", []*nbclient.Cell{cellOf("a", "area", "answer", e.Starter), cellOf("b", "area", "answer", right)}, right},
		{"copied, the last is empty", []*nbclient.Cell{cellOf("a", "area", "answer", right), cellOf("b", "area", "answer", " \n")}, right},
		{"copied, the last is as handed out", []*nbclient.Cell{cellOf("a", "area", "answer", right), cellOf("b", "area", "answer", e.Starter)}, right},
		{"copied and moved above", []*nbclient.Cell{cellOf("b", "area", "answer", other), cellOf("a", "area", "answer", right)}, right},
		{"two answers", []*nbclient.Cell{cellOf("a", "area", "answer", right), cellOf("b", "area", "answer", other)}, other},
		{"all as handed out", []*nbclient.Cell{cellOf("a", "area", "answer", e.Starter), cellOf("b", "area", "answer", e.Starter)}, "not attempted"},
		{"no metadata", []*nbclient.Cell{cellOf("a", "", "", right)}, right},
		{"turned into text", []*nbclient.Cell{{Type: "markdown", ID: "a", Source: right, Metadata: cellOf("a", "area", "answer", "").Metadata}}, "is text, no code"},
		{"two of the same id without metadata", []*nbclient.Cell{cellOf("a", "", "", other), cellOf("a", "", "", right)}, right},
		{"a cell of its own below", []*nbclient.Cell{cellOf("a", "area", "answer", e.Starter), cellOf("x", "", "", right)}, right},
		{"new id, no metadata", []*nbclient.Cell{cellOf("x", "", "", right)}, right},
		{"split, the helper below", []*nbclient.Cell{cellOf("a", "area", "answer", right), cellOf("b", "area", "answer", "const twelve = 12")}, right},
		{"with that of another exercise", []*nbclient.Cell{cellOf("a", "area", "answer", "// see below"), cellOf("b", "box", "answer", right)}, right},
		{"the lesson's own", []*nbclient.Cell{cellOf("t", "", "", "func area() int { return 1 }")}, "no cell with the answer"},
		{"renamed", []*nbclient.Cell{cellOf("a", "area", "answer", "func aera() int { return 12 }")}, "declares aera; it is to declare area"},
		{"a copy that does not compile below", []*nbclient.Cell{cellOf("a", "area", "answer", right), cellOf("b", "area", "answer", "func area( {")}, right},
		{"merged with its check", []*nbclient.Cell{cellOf("a", "area", "answer", right+"\n%%\nex := Exercise(\"area\")\nex.Done()\n%main\narea()")}, right},
		{"turned raw, without metadata", []*nbclient.Cell{{Type: "raw", ID: "a", Source: right}}, "is text, no code"},
		{"of another exercise", []*nbclient.Cell{cellOf("a", "volume", "answer", right)}, `no cell with the answer: its cell is of an exercise "volume"`},
		{"nothing but words", []*nbclient.Cell{cellOf("a", "area", "answer", "// see above")}, "declares nothing; it is to declare area"},
		{"none", nil, "no cell with the answer"},
	} {
		got, err := l.answerIn(e, &nbclient.Notebook{Cells: c.cells})
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

// TestHelpersOfOnesOwn: what a student's own cells declare, answers use; cells that may
// not be run are named.
func TestHelpersOfOnesOwn(t *testing.T) {
	teaching := cellOf("t", "", "", "const unit = 1")
	answer := cellOf("a", "area", "answer", "func area(a, b int) int { return 0 }")
	l := NewLesson(&nbclient.Notebook{Cells: []*nbclient.Cell{teaching, answer, cellOf("c", "area", "check", "%%\nex := Exercise(\"area\")\nex.Done()")}})
	e := l.Exercises[0]
	for _, c := range []struct {
		own, answer string
		more        int
		reason      string
	}{
		{"func times(a, b int) int {\n\treturn a * b\n}", "func area(a, b int) int { return times(a, b) }", 1, ""},
		{"func times(a, b int) int {\n\treturn a * unit * b\n}\n\n%%\nfmt.Println(times(1, 2))", "func area(a, b int) int { return times(a, b) }", 1, ""},
		{"import \"os/exec\"\n\nfunc times(a, b int) int {\n\texec.Command(\"x\")\n\treturn a * b\n}", "func area(a, b int) int { return times(a, b) }", 0, "it uses times, of a cell of one's own that is not taken: it imports os/exec"},
		{"const unit = 7\n\nfunc times(a, b int) int { return a * b * unit }", "func area(a, b int) int { return times(a, b) }", 1, ""},
		{"!rm -r x\nfunc times() {}", "func area(a, b int) int { return a * b }", 0, ""},
	} {
		submission := &nbclient.Notebook{Cells: []*nbclient.Cell{teaching, cellOf("own", "", "", c.own), cellOf("a", "area", "answer", c.answer)}}
		var own student
		own.helpers(l, submission)
		a, reason := l.attempt(e, submission, &own)
		if len(a.more) != c.more || !strings.Contains(reason, c.reason) || (reason == "") != (c.reason == "") {
			t.Errorf("%s: %d helpers, %q; want %d, %q", c.own, len(a.more), reason, c.more, c.reason)
		}
	}
}
