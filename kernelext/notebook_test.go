//go:build unix

package kernelext_test

import (
	"context"
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

// run executes cells in the real kernel.
func run(t *testing.T, sources ...string) *nbclient.Notebook {
	t.Helper()
	tools, err := provision()
	if err != nil {
		if regexp.MustCompile(`dial tcp|no such host|i/o timeout`).MatchString(err.Error()) {
			t.Skipf("NOT TESTED, because the kernel cannot be built without a module proxy: %v", err)
		}
		t.Fatal(err)
	}
	nb := &nbclient.Notebook{Name: "test.ipynb"}
	for _, s := range append([]string{"!*rm -f go.work && go work init . $GONB_DIR/..\n%noautoget", imports}, sources...) {
		nb.Cells = append(nb.Cells, &nbclient.Cell{Type: "code", Source: s})
	}
	if err := nbclient.Run(context.Background(), nb, tools.Kernel("."), nbclient.Options{}); err != nil {
		for _, c := range nb.Cells {
			for _, o := range c.Outputs {
				t.Log(o.Text, o.Traceback)
			}
		}
		t.Fatal(err)
	}
	return nb
}

const imports = `import (
	"coexplore/kernelext"
	"coexplore/kernelext/figure"
	"coexplore/nas"
)

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

// script is the outputs of a cell, one word each.
func script(c *nbclient.Cell) string {
	var words []string
	for _, o := range c.Outputs {
		switch {
		case o.Type == "stream":
			words = append(words, strings.Fields(o.Text)...)
		case o.Data["image/svg+xml"] != nil:
			words = append(words, "svg")
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
		fmt.Fprintf(&want, "text %d svg ", i)
	}
	want.WriteString("end")
	for _, c := range nb.Cells[2:] {
		if got := script(c); got != want.String() {
			t.Errorf("cell shows %q, want %q", got, want.String())
		}
	}
	svg, _ := nb.Cells[2].Outputs[1].Data["image/svg+xml"].(string)
	if !strings.Contains(svg, "Reward per episode") || nb.Cells[2].Outputs[1].Data["text/plain"] != "figure: Reward per episode" {
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
		strings.ReplaceAll(search, "RECORDER", "nas.Recorders(kernelext.Live(), kernelext.Progress())"))
	live := nb.Cells[2]
	if got := script(live); got != "svg end" {
		t.Fatalf("the live figure shows %q", got)
	}
	if svg, _ := live.Outputs[0].Data["image/svg+xml"].(string); !strings.Contains(svg, "trained (2)") {
		t.Errorf("the last frame is not of all trials: %.500s", svg)
	}
	bar := nb.Cells[3]
	if got := script(bar); got != "html end" {
		t.Fatalf("the progress bar shows %q", got)
	}
	if got := bar.Outputs[0].Data["text/plain"]; got != "3 of 3 episodes, best reward 0.9000" {
		t.Errorf("the bar ends with %q", got)
	}
	if got := script(nb.Cells[4]); got != "svg html end" && got != "html svg end" {
		t.Errorf("both show %q", got)
	}
}

func TestTableAndKeep(t *testing.T) {
	nb := run(t, `%%
fmt.Println("before")
check(kernelext.Table([]string{"part", "DSP"}, []any{"XC7Z015", 160}))
fmt.Println("after")
check(kernelext.Keep("trials", trials, 35.0))`, `%%
kept, err := kernelext.Recall[[]nas.Trial]("trials", 35.0)
check(err)
fmt.Println(len(kept), kept[2].Network)
_, err = kernelext.Recall[[]nas.Trial]("trials", 36.0)
fmt.Println(err)`)
	if got := script(nb.Cells[2]); got != "before html after" {
		t.Errorf("the table's cell shows %q", got)
	}
	if got := nb.Cells[2].Outputs[1].Data["text/plain"]; got != "part     DSP\n-------  ---\nXC7Z015  160\n" {
		t.Errorf("the table as text: %q", got)
	}
	want := "3 b\nkernelext: recalling \"trials\": it was made from other inputs: run the cell that keeps it again\n"
	if got := nb.Cells[3].Outputs[0].Text; got != want {
		t.Errorf("recalled: %q, want %q", got, want)
	}
}

func TestShowErrors(t *testing.T) {
	nb := run(t, `%%
fmt.Println(kernelext.Show(figure.Reward(nil)) != nil)
fmt.Println(kernelext.Show(nil) != nil)`)
	out := script(nb.Cells[2])
	for _, want := range []string{"figure: no trials to draw rewards of", "kernelext: no figure to show", "true"} {
		if !strings.Contains(out, want) {
			t.Errorf("the cell shows %q, without %q", out, want)
		}
	}
}
