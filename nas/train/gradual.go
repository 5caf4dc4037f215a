package train

import (
	"context"
	"fmt"
	"runtime"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/train/internal/engine"
)

var _ nas.Gradual = (*evaluator)(nil)

// Epochs implements nas.Gradual.
func (e *evaluator) Epochs() int { return e.opt.Epochs }

// Begin implements nas.Gradual. Between two portions the weights and momenta of the
// network are kept, and nothing else.
func (e *evaluator) Begin(network string, seed uint64) (nas.Training, error) {
	return e.begin(network, seed, func(*Outcome) {})
}

// Begin implements nas.Gradual.
func (t *tester) Begin(network string, seed uint64) (nas.Training, error) {
	return t.begin(network, seed, func(o *Outcome) { t.kept.add(trainedKey{network, seed}, o.Model) })
}

func (e *evaluator) begin(network string, seed uint64, whole func(*Outcome)) (nas.Training, error) {
	chain, err := hw.ParseChain(network)
	if err != nil {
		return nil, err
	}
	opt := e.opt
	opt.Seed = seed
	c, err := newChild(chain, e.set, opt)
	if err != nil {
		return nil, err
	}
	return &training{e: e, child: c, whole: whole}, nil
}

// training is a child that an evaluator trains in portions.
type training struct {
	e *evaluator
	*child
	state *engine.State  // between portions
	whole func(*Outcome) // told of it when it is trained to the end
}

// To implements nas.Training.
func (t *training) To(ctx context.Context, epochs int) (nas.Evaluation, error) {
	if epochs < 1 || epochs > t.opt.Epochs || t.step >= epochs*t.perEpoch {
		return nas.Evaluation{}, fmt.Errorf("train: %v cannot be trained up to %d of %d epochs after %d", t.chain, epochs, t.opt.Epochs, t.step/t.perEpoch)
	}
	if n := t.e.active.Add(1); t.e.opt.Threads == 0 {
		t.threads = max(1, runtime.GOMAXPROCS(0)/int(n))
		t.config.Threads = t.threads
	}
	defer t.e.active.Add(-1)
	arena := takeArena()
	defer giveArena(arena)
	last := epochs == t.opt.Epochs
	o, err := t.portion(ctx, epochs, last, arena)
	if err != nil {
		return nas.Evaluation{}, err
	}
	if last || o.Reason != "" && !o.Refused {
		t.whole(o)
	}
	return evaluation(o), nil
}

// portion trains the child up to an epoch and measures it. Unless that was the last it
// can go on, if it did not end for a reason.
func (t *training) portion(ctx context.Context, end int, last bool, arena *engine.Arena) (*Outcome, error) {
	if t.step == 0 {
		if refused, err := t.refuse(ctx); err != nil || refused {
			return t.outcome, err
		}
	}
	t.open(arena)
	if t.state == nil {
		t.begin()
	} else {
		t.net.Restore(t.state)
	}
	if err := t.train(ctx, end); err != nil {
		return nil, err
	}
	o, err := t.finish(ctx)
	if err != nil {
		return nil, err
	}
	t.state = nil
	if !last && o.Reason == "" {
		t.state = t.net.Snapshot()
	}
	t.net = nil
	return o, nil
}
