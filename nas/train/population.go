package train

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas/train/internal/engine"
)

// Halving is how a population of children is thinned out while it is trained
// (Jamieson and Talwalkar 2016; Li et al. 2018).
type Halving struct {
	// Rungs are numbers of epochs, rising, at which the children are measured
	// and all but the best stop. Empty: every child trains to the end.
	Rungs []int
	// Keep is the share of children that go on after a rung, above 0 to 1, at
	// least one child. Zero stands for a half.
	Keep float64
	// Workers is how many children are trained at the same time; 0 stands for one
	// a core, each on one thread. It does not change results.
	Workers int
	// Progress, if not nil, is called after every update of a child, with the
	// child's place in the list, from 0. It is never called twice at once.
	Progress func(child int, p Progress)
}

// Population trains children side by side, one a core, and returns an outcome
// for each, in their order. At every rung the children with the lowest accuracy
// on the held-out images of set stop; their Reason says so, and their accuracy is
// that of the rung. Learning rates follow the schedule of the whole training, so
// a child that goes on is exactly what Train makes of it. Options.Threads is of
// no effect where several children are trained at the same time, and
// Options.Progress is not called.
func Population(ctx context.Context, nets []hw.Chain, set *data.Set, opt Options, halving Halving) ([]*Outcome, error) {
	keep := halving.Keep
	if keep == 0 {
		keep = 0.5
	}
	if !(keep > 0 && keep <= 1) {
		return nil, fmt.Errorf("train: halving keeps a share of %g of the children: want above 0 to 1", halving.Keep)
	}
	rungs := append(slices.Clone(halving.Rungs), opt.Epochs)
	for i, r := range rungs {
		if r < 1 || i > 0 && r <= rungs[i-1] {
			return nil, fmt.Errorf("train: rungs %v with %d epochs: want rising numbers below the epochs", halving.Rungs, opt.Epochs)
		}
	}
	workers := halving.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = max(1, min(workers, len(nets)))
	if workers > 1 || opt.Threads == 0 {
		opt.Threads = max(1, runtime.GOMAXPROCS(0)/workers)
	}

	p := &population{outcomes: make([]*Outcome, len(nets))}
	norm := (*normalization)(nil)
	var telling sync.Mutex
	for i, net := range nets {
		opt.Progress = nil
		if tell := halving.Progress; tell != nil {
			opt.Progress = func(progress Progress) {
				telling.Lock()
				defer telling.Unlock()
				tell(i, progress)
			}
		}
		c, err := newChild(net, set, opt)
		if err != nil {
			return nil, fmt.Errorf("child %d: %w", i+1, err)
		}
		if norm == nil {
			norm = normalize(set.Train)
		}
		c.norm = norm
		p.children = append(p.children, &member{child: c, index: i})
	}
	for i, rung := range rungs {
		last := i == len(rungs)-1
		if err := p.climb(ctx, rung, last, workers); err != nil {
			return nil, err
		}
		if !last {
			p.thin(rung, keep)
		}
	}
	return p.outcomes, nil
}

// A member is a child of a population with what it needs to go on.
type member struct {
	*child
	index int
	state *engine.State // between rungs
}

// A population is the children that still train and the outcomes of all.
type population struct {
	children []*member
	outcomes []*Outcome
}

// climb trains every child up to a rung and measures it.
func (p *population) climb(ctx context.Context, rung int, last bool, workers int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next := make(chan *member)
	errs := make(chan error, workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			arena := takeArena()
			defer giveArena(arena)
			for m := range next {
				if err := p.step(ctx, m, rung, last, arena); err != nil {
					errs <- fmt.Errorf("child %d, %v: %w", m.index+1, m.chain, err)
					cancel()
					return
				}
			}
		})
	}
feed:
	for _, m := range p.children {
		select {
		case next <- m:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return ctx.Err()
	}
}

// step trains one child up to a rung.
func (p *population) step(ctx context.Context, m *member, rung int, last bool, arena *engine.Arena) error {
	o, err := m.portion(ctx, rung, last, arena)
	if o != nil {
		p.outcomes[m.index] = o
	}
	return err
}

// portion trains the child up to a rung and measures it. Unless that was the last it
// can go on, if it did not end for a reason.
func (m *member) portion(ctx context.Context, rung int, last bool, arena *engine.Arena) (*Outcome, error) {
	if m.step == 0 {
		if refused, err := m.refuse(ctx); err != nil || refused {
			return m.outcome, err
		}
	}
	m.open(arena)
	if m.state == nil {
		m.begin()
	} else {
		m.net.Restore(m.state)
	}
	if err := m.train(ctx, rung); err != nil {
		return nil, err
	}
	o, err := m.finish(ctx)
	if err != nil {
		return nil, err
	}
	m.state = nil
	if !last && o.Reason == "" {
		m.state = m.net.Snapshot()
	}
	m.net = nil
	return o, nil
}

// thin stops the children that are behind at a rung, and drops those that have
// ended for other reasons.
func (p *population) thin(rung int, keep float64) {
	live := slices.DeleteFunc(slices.Clone(p.children), func(m *member) bool { return p.outcomes[m.index].Reason != "" })
	slices.SortStableFunc(live, func(a, b *member) int {
		switch x, y := p.outcomes[a.index].Accuracy, p.outcomes[b.index].Accuracy; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return a.index - b.index
	})
	n := min(len(live), max(1, int(math.Ceil(keep*float64(len(live))))))
	for rank, m := range live[n:] {
		o := p.outcomes[m.index]
		o.Reason = fmt.Sprintf("stopped after %d epochs: rank %d of %d by accuracy, the best %d go on", rung, n+rank+1, len(live), n)
		m.state = nil
	}
	p.children = live[:n]
}
