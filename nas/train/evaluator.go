package train

import (
	"context"
	"runtime"
	"sync/atomic"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas"
)

// NewEvaluator makes an evaluator for searches: each network that it is asked
// about is trained on set with the options, whose Seed gives way to the search's
// seed for the network. With Options.Threads 0, children that are trained at the
// same time share the cores; how they do does not change results.
func NewEvaluator(set *data.Set, opt Options) nas.Evaluator {
	return &evaluator{set: set, opt: opt}
}

type evaluator struct {
	set    *data.Set
	opt    Options
	active atomic.Int64
}

// Evaluate implements nas.Evaluator.
func (e *evaluator) Evaluate(ctx context.Context, network string, seed uint64) (nas.Evaluation, error) {
	chain, err := hw.ParseChain(network)
	if err != nil {
		return nas.Evaluation{}, err
	}
	opt := e.opt
	opt.Seed = seed
	if n := e.active.Add(1); opt.Threads == 0 {
		opt.Threads = max(1, runtime.GOMAXPROCS(0)/int(n))
	}
	defer e.active.Add(-1)
	o, err := Train(ctx, chain, e.set, opt)
	if err != nil {
		return nas.Evaluation{}, err
	}
	return nas.Evaluation{Accuracy: o.Accuracy, Loss: o.Loss, Epochs: o.Epochs, Seconds: o.Seconds, Reason: o.Reason, Refused: o.Refused}, nil
}
