package study

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"sync"

	"coexplore/internal/jsonfile"
	"coexplore/nas"
	"coexplore/nas/evaluate"
)

// A TableBuild evaluates all networks of a space, for a table of their accuracies.
type TableBuild struct {
	Space     nas.Space
	Evaluator nas.Evaluator // serves Workers networks at once
	Seeds     int           // how often each network is evaluated: with seeds 1 to Seeds
	Workers   int           // networks evaluated at once; 0: one a core
	// Partial is a file that keeps each accuracy as soon as it is known: a build that
	// was interrupted goes on from it. Whoever saved the table removes it.
	Partial string
	// Done, if not nil, is told of each evaluation, one at a time: how many are done,
	// of how many.
	Done func(done, all int)
}

// evaluation is a network to be evaluated with a seed, and later its accuracy.
type evaluation struct {
	Network  string  `json:"network"`
	Seed     uint64  `json:"seed"`
	Accuracy float64 `json:"accuracy"`
}

// evaluations are all of the table: every network with seed 1, then every network
// with seed 2, and so on.
func (b *TableBuild) evaluations() []evaluation {
	var list []evaluation
	for seed := range uint64(b.Seeds) {
		nas.All(b.Space, func(actions []int) bool {
			list = append(list, evaluation{Network: b.Space.Network(actions), Seed: seed + 1})
			return true
		})
	}
	return list
}

// Run evaluates what Partial does not know, and returns the table, which says nothing
// about itself yet. The first network that fails stops it, and so does ctx.
func (b *TableBuild) Run(ctx context.Context) (*evaluate.Table, error) {
	list := b.evaluations()
	known, err := readPartial(b.Partial)
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(b.Partial, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	defer log.Close()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var mu sync.Mutex // guards log and done
	done := 0
	finished := func() {
		if done++; b.Done != nil {
			b.Done(done, len(list))
		}
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, b.workers())
	for i := range list {
		e := &list[i]
		if accuracy, ok := known[evaluation{Network: e.Network, Seed: e.Seed}]; ok {
			e.Accuracy = accuracy
			mu.Lock()
			finished()
			mu.Unlock()
			continue
		}
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			err := b.evaluate(ctx, e)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				err = json.NewEncoder(log).Encode(e)
			}
			if err != nil {
				stop(fmt.Errorf("%s with seed %d: %w", e.Network, e.Seed, err))
				return
			}
			finished()
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	table := &evaluate.Table{}
	for _, e := range list {
		table.Add(e.Network, e.Accuracy)
	}
	return table, nil
}

func (b *TableBuild) workers() int {
	if b.Workers > 0 {
		return b.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// evaluate finds the accuracy of one network.
func (b *TableBuild) evaluate(ctx context.Context, e *evaluation) error {
	r, err := b.Evaluator.Evaluate(ctx, e.Network, e.Seed)
	if err != nil {
		return err
	}
	if r.Reason != "" {
		return errors.New(r.Reason)
	}
	e.Accuracy = r.Accuracy
	return nil
}

// readPartial reads the accuracies that an interrupted build has kept.
func readPartial(path string) (map[evaluation]float64, error) {
	known := make(map[evaluation]float64)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return known, nil
	}
	if err != nil {
		return nil, fmt.Errorf("study: %w", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(content))
	for n := 1; lines.Scan(); n++ {
		var e evaluation
		if err := jsonfile.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, fmt.Errorf("study: %s, line %d is damaged: %w; remove that line and go on", path, n, err)
		}
		known[evaluation{Network: e.Network, Seed: e.Seed}] = e.Accuracy
	}
	return known, lines.Err()
}
