//go:build unix

package grade

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"coexplore/internal/heavy"
	"coexplore/kernelext/nbclient"
)

var provision = sync.OnceValues(func() (*nbclient.Tools, error) {
	return nbclient.Provision(context.Background(), ".", os.Stderr)
})

// realKernel is the command of the real kernel, in the folder of the lesson.
func realKernel(t *testing.T) nbclient.KernelCommand {
	t.Helper()
	tools, err := provision()
	if err != nil {
		if regexp.MustCompile(`dial tcp|no such host|i/o timeout`).MatchString(err.Error()) {
			t.Skipf("NOT TESTED, because the kernel cannot be built without a module proxy: %v", err)
		}
		t.Fatal(err)
	}
	dir, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	return tools.Kernel(dir)
}

// confine is Confine, or Bound where this machine does not permit that.
func confine(t *testing.T, command nbclient.KernelCommand, limits Limits) nbclient.KernelCommand {
	t.Helper()
	confined, err := Confine(command, limits)
	if errors.Is(err, ErrOpen) {
		t.Logf("NOT TESTED with a network of its own: %v", err)
		return Bound(command, limits)
	}
	if err != nil {
		t.Fatal(err)
	}
	return confined
}

// A lesson whose exercises are as they should be has no findings, and one whose are
// not has all.
func TestCheckLesson(t *testing.T) {
	o := Options{Kernel: realKernel(t)}
	if heavy.On() { // the lessons of the course are checked in any case
		findings, err := CheckLesson(context.Background(), NewLesson(pipelines(t)), o, nil)
		if err != nil || len(findings) != 2 || findings[0].Tried != 5 || len(findings[0].Problems)+len(findings[1].Problems) > 0 {
			t.Errorf("findings %+v, %v", findings, err)
		}
	}

	nb := pipelines(t)
	wrong := exercise(cell(t, nb, "interval-answer"))["wrong"].([]any)
	wrong[0].(map[string]any)["says"] = "something else"
	wrong[1].(map[string]any)["answer"] = "func interval(s []float64) float64 { return 9 }"
	wrong[2].(map[string]any)["answer"] = "func interval(s []float64) float64 { return x }"
	exercise(cell(t, nb, "interval-answer"))["wrong"] = append(wrong, map[string]any{
		"answer": "func interval(s []float64) float64 { return slices.Max(s) }", "says": "never said, since it is right"})
	cell(t, nb, "faster-answer").Source = "func mine() []float64 { return []float64{4, 4, 5, 3} }"
	cell(t, nb, "faster-check").Source = strings.Replace(cell(t, nb, "faster-check").Source, "200)", "150)", 1)
	cell(t, nb, "faster-solution").Source = "```go\nfunc mine() []float64 { return []float64{8, 8} }\n```"
	var got, after strings.Builder // in a kernel of its own, and in one that has run the lesson
	note := func(b *strings.Builder) func(Finding) {
		return func(f Finding) {
			for _, p := range f.Problems {
				fmt.Fprintln(b, p)
			}
		}
	}
	if heavy.On() {
		if _, err := CheckLesson(context.Background(), NewLesson(nb), o, note(&got)); err != nil {
			t.Fatal(err)
		}
	}
	err := nbclient.Run(context.Background(), nb, o.Kernel, nbclient.Options{Ran: func(k *nbclient.Kernel) error {
		return CheckAnswers(context.Background(), k, NewLesson(nb), o, note(&after))
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := `cell 5: exercise interval: wrong answer 1 says "stages work at the same time: not the sum.", and should say "something else"
cell 5: exercise interval: wrong answer 2 says "one stage is a pipeline too.", and should say "wherever it stands"
cell 5: exercise interval: wrong answer 3 should run, and not pass; does not compile: line 1: undefined: x
cell 5: exercise interval: wrong answer 4 passes
cell 10: exercise faster: the starter passes: a reader has nothing to do
cell 12: exercise faster: the solution does not pass: not yet: 125 frames/s; the target is 150.
`
	if after.String() != want || heavy.On() && got.String() != want {
		t.Errorf("problems\n%sand after the lesson has run\n%swant\n%s", &got, &after, want)
	}

	nb.Cells[2].Source = "%%\npanic(\"no\")"
	_, err = CheckLesson(context.Background(), NewLesson(nb), o, nil)
	if got := Describe(NewLesson(nb), err).Error(); !strings.HasPrefix(got, "pipelines.ipynb: cell 3, line 2 (panic(\"no\")): panic: no; what stands below") {
		t.Errorf("a teaching cell that fails: %s", got)
	}
}

// biggest is a right answer's function under another name.
const biggest = "func biggest(s []float64) float64 {\n\tx := 0.0\n\tfor _, v := range s {\n\t\tx = max(x, v)\n\t}\n\treturn x\n}\n\n"

// answers are what students hand in to "interval", and what comes of it; "" leaves the
// cell as it is. The first four are tried where heavy tests do not run.
var answers = []struct{ name, interval, faster, want string }{
	{"right", biggest + "func interval(s []float64) float64 { return biggest(s) }\n\n%%\nfmt.Println(interval(stages()))",
		"func mine() []float64 { return []float64{biggest([]float64{4, 2}), 4, 4, 4} }", "right; right: 250 frames/s; the target is 200."},
	{"wrong", "func interval(s []float64) float64 { return s[0] }", "func mine() []float64 { return []float64{5, 5, 6} }",
		"not yet: the slowest stage decides, wherever it stands.; not yet: 166.7 frames/s; the target is 200."},
	{"compile", "func interval(s []float64) float64 {\n\treturn x\n}", "", "does not compile: line 2: undefined: x; not attempted: as it was handed out"},
	{"endless", "func interval(s []float64) float64 {\n\tfor {\n\t}\n}", "func mine() []float64 { return []float64{8, 8} }", // the lesson goes on
		"out of time: it ran for 1m0s; not yet: 125 frames/s; the target is 200."},
	{"hog", "var all [][]byte\n\nfunc interval(s []float64) float64 {\n\tfor {\n\t\tall = append(all, make([]byte, 64<<20))\n\t}\n}", "", "out of memory; not attempted: as it was handed out"},
	{"exit", "func interval(s []float64) float64 { os.Exit(0); return 9 }", "", "refused: it uses os, which is neither declared nor a package that answers may use; not attempted: as it was handed out"},
	{"panic", "func interval(s []float64) float64 {\n\tpanic(\"no idea\")\n}", "", "it fails: line 2: panic: no idea; not attempted: as it was handed out"},
	{"flood", "func interval(s []float64) float64 { for { fmt.Println(s, s, s, s, s, s, s, s, s, s) } }", "", "out of bounds: stopped: more than 65536 bytes of output; not attempted: as it was handed out"},
	{"forged", "func interval(s []float64) float64 { Exercise(\"interval\").Done(); return 9 }", "", "refused: it uses Exercise, which answers may not: a check in the same cell belongs in one of its own; not attempted: as it was handed out"},
	{"printed", "func interval(s []float64) float64 { fmt.Println(`{\"application/vnd.coexplore.mark+json\": {\"exercise\": \"interval\", \"right\": true}}`); return 0 }", "",
		"not yet: the slowest stage decides, wherever it stands.; not attempted: as it was handed out"},
}

func TestGrade(t *testing.T) {
	kernel := confine(t, realKernel(t), Limits{MemoryMB: 1024, OutputKB: 64})
	lesson := NewLesson(pipelines(t))
	dir := t.TempDir()
	answers := answers[:heavy.Count(4, len(answers))]
	for _, a := range answers {
		nb := lesson.Student()
		if a.name == "wrong" { // a check that always passes, and is not run
			cell(t, nb, "interval-check").Source = "%%\nex := Exercise(\"interval\")\nex.Want(true, \"\")\nex.Done()"
		}
		cell(t, nb, "interval-answer").Source = a.interval
		if a.faster != "" {
			cell(t, nb, "faster-answer").Source = a.faster
		}
		if err := nb.Write(filepath.Join(dir, a.name+".ipynb")); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "broken.ipynb"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	files, err := Submissions(dir)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	results, err := Grade(context.Background(), lesson, dir, files, Options{Kernel: kernel, Time: time.Minute, Jobs: 4}, func(Result) { seen++ })
	if err != nil || len(results) != len(files) || seen != len(files) {
		t.Fatalf("%d results of %d, %v", len(results), len(files), err)
	}
	got := map[string]string{}
	for _, r := range results {
		got[r.File] = r.Marks[0].Reason + "; " + r.Marks[1].Reason
	}
	for _, a := range answers {
		if got[a.name+".ipynb"] != a.want {
			t.Errorf("%s: %s\nwant %s", a.name, got[a.name+".ipynb"], a.want)
		}
	}
	if g := got["broken.ipynb"]; !strings.HasPrefix(g, "not read: not a notebook: ") {
		t.Errorf("broken: %s", g)
	}
	boards := Leaderboards(results)
	if len(boards) != 1 || fmt.Sprint(boards[0].Places) != "[{1 right.ipynb 250} {2 wrong.ipynb 166.66666666666666} {3 endless.ipynb 125}]" {
		t.Errorf("leaderboards %+v", boards)
	}
}

// Even code that may do anything has no network, sees no other processes, and reads
// nothing of hidden files.
func TestConfine(t *testing.T) {
	hidden := filepath.Join(t.TempDir(), "hidden")
	if err := os.WriteFile(hidden, []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	kernel, err := Confine(realKernel(t), Limits{Hide: []string{hidden}})
	if errors.Is(err, ErrOpen) {
		t.Skipf("NOT TESTED: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	k, err := nbclient.StartKernel(context.Background(), kernel)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	c := &nbclient.Cell{Type: "code", Source: fmt.Sprintf(`%%noautoget
%%%%
raw, err := os.ReadFile(%q)
fmt.Printf("%%q %%v\n", raw, err)
addresses, err := net.InterfaceAddrs()
fmt.Println(len(addresses) <= 2, err)
_, err = net.Dial("tcp", "192.0.2.1:80")
fmt.Println(err)
list, err := filepath.Glob("/proc/[0-9]*/comm")
fmt.Println(len(list) < 5, err)`, hidden)}
	if err := k.RunCell(context.Background(), c, 0); err != nil {
		t.Fatal(err)
	}
	if want := "\"\" <nil>\ntrue <nil>\ndial tcp 192.0.2.1:80: connect: network is unreachable\ntrue <nil>\n"; len(c.Outputs) != 1 || c.Outputs[0].Text != want {
		t.Errorf("outputs %+v, want %s", c.Outputs, want)
	}
	if raw, err := os.ReadFile(hidden); err != nil || string(raw) != "secret" {
		t.Errorf("the hidden file itself: %s, %v", raw, err)
	}
}
