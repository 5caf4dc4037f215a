//go:build unix

package notebooks_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/kernelext/nbclient"
)

// lesson is a lesson with two exercises.
var lesson = filepath.Join("..", "..", "..", "kernelext", "nbclient", "grade", "testdata", "pipelines.ipynb")

// The way of a lesson: checked, handed out, answered, marked.
func TestNotebooksGrade(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain.ipynb")
	write(t, plain, "%%\nfmt.Println(1)")
	code, stdout, stderr := runNotebooks(t, "check", lesson, plain)
	if code != 0 || strings.Count(stdout, ": ok; 5 answers tried in ") != 2 || !strings.Contains(stdout, "plain.ipynb: no exercises\n") {
		t.Fatalf("check: status %d, %s%s", code, stdout, stderr)
	}

	handed := filepath.Join(dir, "in", "alice.ipynb")
	if err := os.MkdirAll(filepath.Dir(handed), 0o755); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := runNotebooks(t, "student", lesson, "--out", handed); code != 0 || stdout != handed+"\n" {
		t.Fatalf("student: status %d, %s%s", code, stdout, stderr)
	}
	nb, err := nbclient.Read(handed)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range nb.Cells {
		if c.ID == "interval-answer" {
			c.Source = "func interval(stages []float64) float64 { return slices.Max(stages) }"
		}
		if c.ID == "faster-answer" {
			c.Source = "func mine() []float64 { return []float64{4, 6, 6} }"
		}
	}
	if err := nb.Write(handed); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "in", "bob.ipynb"), []byte("no notebook"), 0o644); err != nil {
		t.Fatal(err)
	}

	marks := filepath.Join(dir, "marks.csv")
	code, stdout, stderr = runNotebooks(t, "grade", filepath.Dir(handed), "--master", lesson, "--csv", marks, "--unprotected")
	if code != 0 {
		t.Fatalf("grade: status %d, %s", code, stderr)
	}
	for _, want := range []string{"alice.ipynb: 1 of 3\n", "  interval            1 of 1    right\n", "not yet: 166.7 frames/s; the target is 200.",
		"bob.ipynb: 0 of 3\n", "Leaderboard: faster (target 200)\n", "1  alice.ipynb           166.7\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in %s", want, stdout)
		}
	}
	raw, err := os.ReadFile(marks)
	if err != nil || strings.Count(string(raw), "\n") != 7 || !strings.Contains(string(raw), "\nalice.ipynb,total,1,3,,\n") {
		t.Errorf("marks %s, %v", raw, err)
	}
}

func TestNotebooksGradeWrongUse(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain.ipynb")
	write(t, plain, "%%\nfmt.Println(1)")
	broken := filepath.Join(dir, "broken.ipynb")
	nb, err := nbclient.Read(lesson)
	if err != nil {
		t.Fatal(err)
	}
	nb.Cells = nb.Cells[:6]
	if err := nb.Write(broken); err != nil {
		t.Fatal(err)
	}
	empty := t.TempDir()
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"check"}, 2, "requires at least 1 arg"},
		{[]string{"check", "none.ipynb"}, 1, "none.ipynb: no such file"},
		{[]string{"check", plain, "--jobs", "0"}, 2, "must be positive"},
		{[]string{"student", lesson}, 2, "--out FILE says where"},
		{[]string{"student", plain, "--out", plain}, 2, "is the lesson itself"},
		{[]string{"student", broken, "--out", filepath.Join(dir, "x.ipynb")}, 1, "cell 5: exercise interval: no solution cell (1 problem; "},
		{[]string{"grade", dir}, 2, "--master FILE says"},
		{[]string{"grade", dir, "--master", plain}, 1, "has no exercises"},
		{[]string{"grade", empty, "--master", lesson}, 1, "no notebooks in"},
		{[]string{"grade", filepath.Join(dir, "nowhere"), "--master", lesson}, 1, "nowhere: no such file"},
		{[]string{"grade", dir, "--master", lesson, "--memory", "1"}, 2, "--memory 1: Go itself needs"},
		{[]string{"grade", dir, "--master", lesson, "--time", "0s"}, 2, "must be positive"},
	} {
		code, stdout, stderr := runNotebooks(t, c.args...)
		if code != c.code || stdout != "" || !strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("notebooks %v: status %d, %q, want %d with %q in one line", c.args, code, stderr, c.code, c.want)
		}
	}
	if code, stdout, stderr := runNotebooks(t, "check", broken); code != 1 || !strings.Contains(stdout, "exercise interval: no solution cell\n") || stderr != "coexplore: 1 problem in 1 of 1 lesson\n" {
		t.Errorf("check of a lesson with problems: status %d, %s%s", code, stdout, stderr)
	}
	if code, _, stderr := runNotebooks(t, "run", "--exercises", broken, "--out", filepath.Join(dir, "out")); code != 1 || !strings.Contains(stderr, "cell 5: exercise interval: no solution cell; ") {
		t.Errorf("run of a lesson with problems: status %d, %s", code, stderr)
	}
}
