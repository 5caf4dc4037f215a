package study

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/space"
)

// counted is an evaluator whose accuracy is known from network and seed, and which
// counts how often it was asked; it fails at the asking of that number.
type counted struct {
	asked  atomic.Int64
	failAt int64
}

func (c *counted) Evaluate(_ context.Context, network string, seed uint64) (nas.Evaluation, error) {
	if c.asked.Add(1) == c.failAt {
		return nas.Evaluation{}, errors.New("out of order")
	}
	return nas.Evaluation{Accuracy: accuracyOf(network, seed)}, nil
}

func accuracyOf(network string, seed uint64) float64 {
	return float64(uint64(len(network))+seed) / 100
}

// TestTableBuildGoesOn lets a build fail half way, goes on, and checks that every
// network was evaluated once with each seed.
func TestTableBuildGoesOn(t *testing.T) {
	partial := filepath.Join(t.TempDir(), "table.partial")
	few := space.Tiny()
	few.Kernels, few.Filters = []int{1, 3}, []int{8, 16} // 64 networks
	e := &counted{failAt: 31}
	last := 0
	b := TableBuild{Space: few, Evaluator: e, Seeds: 3, Workers: 1, Partial: partial, Done: func(done, all int) {
		if last++; done != last || all != 192 {
			t.Errorf("done %d of %d, want %d of 192", done, all, last)
		}
	}}
	if _, err := b.Run(context.Background()); err == nil || !strings.Contains(err.Error(), "with seed 1: out of order") {
		t.Errorf("error %v, want that of the network that failed", err)
	}
	last, b.Workers = 0, 3
	table, err := b.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if n := e.asked.Load(); n != 192+1 {
		t.Errorf("%d evaluations, want 192 and the one that failed", n)
	}
	for _, network := range table.Networks() {
		values := table.Accuracies(network)
		for i, v := range values {
			if want := accuracyOf(network, uint64(i+1)); v != want {
				t.Errorf("%s, seed %d: %g, want %g", network, i+1, v, want)
			}
		}
		if len(values) != 3 {
			t.Errorf("%s: %d accuracies, want 3", network, len(values))
		}
	}
	if n := len(table.Networks()); n != 64 {
		t.Errorf("%d networks, want 64", n)
	}
	if err := os.WriteFile(partial, []byte("{\"network\":\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Run(context.Background()); err == nil || !strings.Contains(err.Error(), "line 1 is damaged") {
		t.Errorf("a damaged line: %v", err)
	}
}

// TestTableBuildStops checks that a cancelled build says so.
func TestTableBuildStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	b := TableBuild{Space: space.Tiny(), Evaluator: &counted{}, Seeds: 1, Partial: filepath.Join(t.TempDir(), "p")}
	if _, err := b.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestTinyTable compares the build of the shipped table with the table: networks,
// how often each was trained, and what it says about itself.
func TestTinyTable(t *testing.T) {
	build, info, err := TinyTable()
	if err != nil {
		t.Fatal(err)
	}
	table, err := evaluate.TinyTable()
	if err != nil {
		t.Fatal(err)
	}
	trained := map[string]int{}
	for _, e := range build.evaluations() {
		trained[e.Network]++
	}
	if len(trained) != len(table.Networks()) {
		t.Errorf("%d networks, the table has %d", len(trained), len(table.Networks()))
	}
	for _, network := range table.Networks() {
		if n := len(table.Accuracies(network)); trained[network] != n {
			t.Errorf("%s is trained %d times, the table has %d accuracies", network, trained[network], n)
		}
	}
	if got, want := fmt.Sprint(info), fmt.Sprint(table.Info[:len(info)]); got != want {
		t.Errorf("the build says\n%s\nthe table\n%s", got, want)
	}
}
