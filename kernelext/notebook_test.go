//go:build unix

package kernelext_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"coexplore/kernelext/nbclient"
)

var provision = sync.OnceValues(func() (*nbclient.Tools, error) {
	return nbclient.Provision(context.Background(), ".", os.Stderr)
})

// provisioned is the kernel's programs.
func provisioned(t *testing.T) *nbclient.Tools {
	t.Helper()
	tools, err := provision()
	if err != nil {
		if regexp.MustCompile(`dial tcp|no such host|i/o timeout`).MatchString(err.Error()) {
			t.Skipf("NOT TESTED, because the kernel cannot be built without a module proxy: %v", err)
		}
		t.Fatal(err)
	}
	return tools
}

// run executes cells in the real kernel; none may fail.
func run(t *testing.T, sources ...string) *nbclient.Notebook {
	t.Helper()
	nb, err := try(t, sources...)
	if err != nil {
		for _, c := range nb.Cells {
			for _, o := range c.Outputs {
				t.Log(o.Text, o.Traceback)
			}
		}
		t.Fatal(err)
	}
	return nb
}

// try executes cells in the real kernel up to the first that fails.
func try(t *testing.T, sources ...string) (*nbclient.Notebook, error) {
	t.Helper()
	tools := provisioned(t)
	nb := &nbclient.Notebook{Name: "test.ipynb"}
	for _, s := range append([]string{"!*[ -f go.work ] || go work init . \"$GONB_DIR/..\"\n%noautoget", imports}, sources...) {
		nb.Cells = append(nb.Cells, &nbclient.Cell{Type: "code", Source: s})
	}
	return nb, nbclient.Run(context.Background(), nb, tools.Kernel("."), nbclient.Options{})
}

const imports = `import (
	"coexplore/kernelext"
	"coexplore/kernelext/figure"
	"coexplore/nas"
)

func search() ([]nas.Trial, error) { fmt.Println("searched"); return trials, nil }

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

var trials = []nas.Trial{
	{Episode: 0, Status: nas.Pruned, Reward: -1},
	{Episode: 1, Status: nas.Trained, Reward: 0.8, Design: nas.Design{Network: "a", Accuracy: 0.8, Efficiency: 0.8, Throughput: 61}},
	{Episode: 2, Status: nas.Trained, Reward: 0.9, Design: nas.Design{Network: "b", Accuracy: 0.9, Efficiency: 0.9, Throughput: 62}},
}`

// drawing is the SVG of the first figure in an output; empty: there is none.
func drawing(o nbclient.Output) string {
	page, _ := o.Data["text/html"].(string)
	_, rest, _ := strings.Cut(page, `src="data:image/svg+xml;base64,`)
	coded, _, _ := strings.Cut(rest, `"`)
	svg, err := base64.StdEncoding.DecodeString(coded)
	if err != nil {
		return err.Error()
	}
	return string(svg)
}

// script is the outputs of a cell, one word each.
func script(c *nbclient.Cell) string {
	var words []string
	for _, o := range c.Outputs {
		switch {
		case o.Type == "stream":
			words = append(words, strings.Fields(o.Text)...)
		case drawing(o) != "":
			words = append(words, "figure")
		case o.Data["text/html"] != nil:
			words = append(words, "html")
		}
	}
	return strings.Join(words, " ")
}

// No figure is lost, and outputs stand in the order in which they were made.
func TestShowInOrder(t *testing.T) {
	cell := `%%
for i := range 12 {
	fmt.Println("text", i)
	check(kernelext.Show(figure.Reward(trials)))
}
fmt.Println("end")`
	nb := run(t, cell, cell, cell, cell, cell)
	var want strings.Builder
	for i := range 12 {
		fmt.Fprintf(&want, "text %d figure ", i)
	}
	want.WriteString("end")
	for _, c := range nb.Cells[2:] {
		if got := script(c); got != want.String() {
			t.Errorf("cell shows %q, want %q", got, want.String())
		}
	}
	svg := drawing(nb.Cells[2].Outputs[1])
	if !strings.Contains(svg, "Reward per episode") || nb.Cells[2].Outputs[1].Data["text/plain"] != "figure: Reward per episode\n" {
		t.Errorf("the figure is %.300s", svg)
	}
}

func TestLiveAndProgress(t *testing.T) {
	search := `%%
var r nas.Recorder = RECORDER
check(r.Begin(nil, &nas.Settings{Episodes: 3}, "random"))
for _, t := range trials {
	check(r.Trial(t))
}
check(r.End(nil))
fmt.Println("end")`
	nb := run(t,
		strings.ReplaceAll(search, "RECORDER", "kernelext.Live()"),
		strings.ReplaceAll(search, "RECORDER", "kernelext.Progress()"),
		strings.ReplaceAll(search, "RECORDER", "nas.Recorders(kernelext.Live(), kernelext.Progress())"),
		"%%\ncheck(kernelext.Live().End(&nas.Result{Trials: trials}))", `%%
live := kernelext.Live()
began, frames := time.Now(), 0
for i := range 20000 {
	live.Update(func() *figure.Figure { frames++; return figure.Reward(trials[:1+i%3]) })
	live.Training(train.Progress{Epoch: 1 + i/5000, Epochs: 4, Accuracy: 0.5, HeldOut: float64(i/5000) / 4})
}
check(live.Finish())
fmt.Println(float64(frames) <= 2 + 5*time.Since(began).Seconds())`)
	live := nb.Cells[2]
	if got := script(live); got != "figure end" {
		t.Fatalf("the live figure shows %q", got)
	}
	if svg := drawing(live.Outputs[0]); !strings.Contains(svg, "trained (2)") {
		t.Errorf("the last frame is not of all trials: %.500s", svg)
	}
	bar := nb.Cells[3]
	if got := script(bar); got != "html end" {
		t.Fatalf("the progress bar shows %q", got)
	}
	if got := bar.Outputs[0].Data["text/plain"]; got != "3 of 3 episodes, best reward 0.9000" {
		t.Errorf("the bar ends with %q", got)
	}
	if got := script(nb.Cells[5]); got != "figure" {
		t.Errorf("the figure of a search that was kept: %q", got)
	}
	if got := script(nb.Cells[6]); got != "figure true" {
		t.Errorf("twenty thousand updates show %q", got)
	}
	if svg := drawing(nb.Cells[6].Outputs[0]); !strings.Contains(svg, "Accuracy while training") || !strings.Contains(svg, "validation images") {
		t.Errorf("the last frame is not that of the training: %.2000s", svg)
	}
	if got := script(nb.Cells[4]); got != "figure html end" && got != "html figure end" {
		t.Errorf("both show %q", got)
	}
}

func TestTableAndKeep(t *testing.T) {
	nb := run(t, `%%
fmt.Println("before")
check(kernelext.Table([]string{"part", "DSP"}, []any{"XC7Z015", 160}))
fmt.Println("after")
found := kernelext.Must(kernelext.Keep("trials", 35.0, search))
fmt.Println(len(found))`, `%%
kept := kernelext.Must(kernelext.Recall[[]nas.Trial]("trials", 35.0))
fmt.Println(len(kept), kept[2].Network)
_, err := kernelext.Recall[[]nas.Trial]("trials", 36.0)
fmt.Println(err)
kept = kernelext.Must(kernelext.Keep("trials", 35.0, search))
fmt.Println("not searched", len(kept))
kept = kernelext.Must(kernelext.Keep("trials", 36.0, search))`, `func search() ([]nas.Trial, error) { fmt.Println("searched anew"); return trials[:2], nil }

%%
kept := kernelext.Must(kernelext.Keep("trials", 36.0, search))
fmt.Println(len(kept))
kernelext.Check(kernelext.Forget())
_, err := kernelext.Recall[[]nas.Trial]("trials", 36.0)
fmt.Println(errors.Is(err, kernelext.ErrNotKept))`)
	if got := script(nb.Cells[2]); got != "before html after searched 3" {
		t.Errorf("the table's cell shows %q", got)
	}
	if got := nb.Cells[2].Outputs[1].Data["text/plain"]; got != "part     DSP\n-------  ---\nXC7Z015  160\n" {
		t.Errorf("the table as text: %q", got)
	}
	want := "3 b\nkernelext: recalling \"trials\": it was made from other inputs: run the cell that keeps it again\nnot searched 3\nsearched\n"
	if got := nb.Cells[3].Outputs[0].Text; got != want {
		t.Errorf("recalled: %q, want %q", got, want)
	}
	if got := nb.Cells[4].Outputs[0].Text; got != "searched anew\n2\ntrue\n" {
		t.Errorf("after an edit: %q", got)
	}
}

// An error ends the cell with one line, after all that was shown.
func TestCheckStopsTheCell(t *testing.T) {
	nb, err := try(t, `%%
fmt.Println("before")
kernelext.Table([]string{"a"}, []any{1})
n := kernelext.Must(strconv.Atoi("x"))
fmt.Println("not reached", n)`)
	var failed *nbclient.CellError
	if !errors.As(err, &failed) || failed.Reason != `strconv.Atoi: parsing "x": invalid syntax` {
		t.Errorf("error %v", err)
	}
	if got := script(nb.Cells[2]); got != `before html strconv.Atoi: parsing "x": invalid syntax exit status 1` {
		t.Errorf("the cell shows %q", got)
	}
}

// Several things stand side by side under a number that goes on from cell to cell.
func TestShowWithCaptions(t *testing.T) {
	cell := `%%
kernelext.Show(figure.Reward(trials), figure.Reward(trials), kernelext.Caption("Twice the same."))
kernelext.Show(kernelext.Tabulate(trials), kernelext.Caption("Trials."))
kernelext.Show("text", 7)`
	nb := run(t, cell, strings.ReplaceAll(cell, "Twice the same", "Again"), cell)
	for i, want := range []string{"Figure 1. Twice the same.", "Figure 2. Again.", "Figure 1. Twice the same."} {
		c := nb.Cells[2+i]
		if got := script(c); got != "figure html html" {
			t.Fatalf("the cell shows %q", got)
		}
		page, _ := c.Outputs[0].Data["text/html"].(string)
		if strings.Count(page, "<img ") != 2 || !strings.Contains(page, want+"</figcaption>") {
			t.Errorf("no %q under two images: %.2000s", want, page)
		}
		if got := c.Outputs[0].Data["text/plain"]; got != "figure: Reward per episode\nfigure: Reward per episode\n"+want+"\n" {
			t.Errorf("as text: %q", got)
		}
		page, _ = c.Outputs[1].Data["text/html"].(string)
		if caption, table := strings.Index(page, "Table 1. Trials."), strings.Index(page, "<table"); caption < 0 || table < caption {
			t.Errorf("the caption of a table at %d, the table at %d", caption, table)
		}
	}
}

func TestShowErrors(t *testing.T) {
	nb := run(t, `%%
fmt.Println(kernelext.Show(figure.Reward(nil)) != nil)
fmt.Println(kernelext.Show((*figure.Figure)(nil)) != nil)
fmt.Println(kernelext.Show() != nil)`)
	out := script(nb.Cells[2])
	for _, want := range []string{"figure: no trials to draw rewards of", "kernelext: no figure to show", "kernelext: nothing to show", "true"} {
		if !strings.Contains(out, want) {
			t.Errorf("the cell shows %q, without %q", out, want)
		}
	}
}

// With nobody there to move them, the controls stand as they were, and the cell
// goes on.
func TestInteractHeadless(t *testing.T) {
	nb := run(t, `%%
n := kernelext.Slider("trials", 1, 3, 1, 3)
part := kernelext.Choice("part", "a", "b")
kernelext.Interact(func() any { return figure.Reward(trials[:int(n.Value())]) }, n, part)
fmt.Println("on", n.Value(), part.Value())`, `%%
kernelext.Interact(func() any { return 1 }, kernelext.Slider("n", 1, 0, 1, 0))`)
	c := nb.Cells[2]
	if got := script(c); got != "figure on 3 a" {
		t.Fatalf("the cell shows %q", got)
	}
	if got := script(nb.Cells[3]); got != `kernelext: slider "n" from 1 to 0 by 1: the end must not be before the beginning, and the step positive` {
		t.Errorf("a slider that cannot be: %q", got)
	}
	svg := drawing(c.Outputs[0])
	page, _ := c.Outputs[0].Data["text/html"].(string)
	if !strings.Contains(svg, "trained (2)") || strings.Count(page, "<img ") != 1 || strings.Contains(page, "drawing") {
		t.Errorf("the first picture: %.300s; the page: %.500s", svg, page)
	}
	if got := c.Outputs[0].Data["text/plain"]; got != "trials = 3, part = a\nfigure: Reward per episode\n" {
		t.Errorf("as text: %q", got)
	}
}
