package evaluate_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/evaluate"
)

// nb201File is where the table is looked for; it is not part of the module.
var nb201File = filepath.Join("..", "..", "..", "shared", "benchmarks", "nb201_fpga.csv.gz")

// TestNASBench201Front checks the loader on the real table: its front of latency
// and CIFAR-10 accuracy has 13 designs with known ends.
func TestNASBench201Front(t *testing.T) {
	if _, err := os.Stat(nb201File); err != nil {
		t.Skipf("SKIPPED: the real NAS-Bench-201 table is not at %s", nb201File)
	}
	table, err := evaluate.LoadNASBench201(nb201File, "cifar10")
	if err != nil {
		t.Fatal(err)
	}
	front := table.TrueFront(1)
	if len(front) != 13 {
		t.Errorf("the front has %d designs, want 13", len(front))
	}
	for _, c := range []struct {
		d                 nas.Design
		latency, accuracy float64
	}{{front[len(front)-1], 1.13296, 86.797}, {front[0], 6.67856, 94.373}} {
		if got := 1000 / c.d.Throughput; math.Abs(got-c.latency) > 1e-5 || math.Abs(100*c.d.Accuracy-c.accuracy) > 1e-3 {
			t.Errorf("end of the front: %.5f ms at %.3f %%, want %.5f ms at %.3f %%", got, 100*c.d.Accuracy, c.latency, c.accuracy)
		}
	}
	for name, method := range searchtest.Methods {
		p := nas.Problem{Space: table, Hardware: table, Evaluator: table, Spec: 200}
		r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 1, Episodes: 60}, method())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		best := nas.Hypervolume(table.TrueFront(200))
		if r.Trained == 0 || r.Hypervolume > best+1e-12 {
			t.Errorf("%s: %d trained, hypervolume %g; the true front's is %g", name, r.Trained, r.Hypervolume, best)
		}
		t.Logf("%s: hypervolume %.4f of %.4f with %d networks", name, r.Hypervolume, best, r.Trained)
	}
}

// TestNASBench201Table checks loader and look-up on a table whose figures can be
// worked out, compressed and not.
func TestNASBench201Table(t *testing.T) {
	rows := []byte(searchtest.CellTable())
	dir := t.TempDir()
	plain, packed := filepath.Join(dir, "t.csv"), filepath.Join(dir, "t.csv.gz")
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(rows)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for path, data := range map[string][]byte{plain: rows, packed: z.Bytes()} {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		table, err := evaluate.LoadNASBench201(path, "cifar10")
		if err != nil {
			t.Fatal(err)
		}
		actions := []int{4, 3, 0, 1, 2, 4} // sum 14
		p, err := table.Plan(actions, 50)
		if err != nil {
			t.Fatal(err)
		}
		e, err := table.Evaluate(context.Background(), table.Network(actions), 0)
		if err != nil {
			t.Fatal(err)
		}
		if !p.Feasible || math.Abs(p.Throughput-1000.0/15) > 1e-9 || math.Abs(p.Efficiency-1.0/15) > 1e-12 || math.Abs(e.Accuracy-0.52) > 1e-12 {
			t.Errorf("plan %+v, accuracy %g", p, e.Accuracy)
		}
		if got := len(table.TrueFront(1)); got != 25 { // one design for each sum
			t.Errorf("the front has %d designs, want 25", got)
		}
	}
}

func TestNASBench201Errors(t *testing.T) {
	rows := searchtest.CellTable()
	lines := strings.SplitAfter(rows, "\n")
	for _, c := range []struct{ name, table, set, want string }{
		{"no file", "", "cifar10", "header"},
		{"an unknown set", rows, "svhn", "no column svhn_acc200"},
		{"a short table", strings.Join(lines[:100], ""), "cifar10", "99 networks"},
		{"a bad number", strings.Replace(rows, ",10,1,0\n", ",x,1,0\n", 1), "cifar10", "line 2"},
		{"an infinite number", strings.Replace(rows, ",10,1,0\n", ",inf,1,0\n", 1), "cifar10", "line 2: cifar10_acc200 \"inf\" is not finite"},
		{"a negative number", strings.Replace(rows, ",10,1,0\n", ",-10,1,0\n", 1), "cifar10", "line 2: cifar10_acc200 is \"-10\""},
		{"a bad network", strings.Replace(rows, "none~0", "conv~0", 1), "cifar10", "line 2"},
		{"a network twice", rows + lines[1], "cifar10", "twice"},
	} {
		if _, err := evaluate.ReadNASBench201(strings.NewReader(c.table), c.set); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.want)
		}
	}
}
