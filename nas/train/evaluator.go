package train

import (
	"cmp"
	"context"
	"runtime"
	"sync/atomic"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas"
)

// NewEvaluator makes an evaluator for searches: each network that it is asked
// about is trained on set with the options, whose Seed gives way to the search's
// seed for the network, and measured on the held-out images. With Options.Threads 0,
// children that are trained at the same time share the cores; how they do does not
// change results.
//
// For a set with validation images it is a nas.Tester. Options.KeepBytes of trained
// networks are kept for that. A network that is not among them is trained again: the
// same seed gives the same weights, unless Options.MaxTime cuts training short.
func NewEvaluator(set *data.Set, opt Options) nas.Evaluator {
	e := &evaluator{set: set, opt: opt}
	if set == nil || set.Validation.Len() == 0 {
		return e
	}
	e.opt.Keep = true
	return &tester{evaluator: e, kept: keptModels{limit: cmp.Or(opt.KeepBytes, DefaultKeepBytes)}}
}

// DefaultKeepBytes is the memory for trained networks where the options say nothing.
const DefaultKeepBytes = 512 << 20

type evaluator struct {
	set    *data.Set
	opt    Options
	active atomic.Int64
}

// Evaluate implements nas.Evaluator.
func (e *evaluator) Evaluate(ctx context.Context, network string, seed uint64) (nas.Evaluation, error) {
	o, err := e.train(ctx, network, seed)
	return evaluation(o), err
}

// train trains a network, with a seed, on its share of the cores.
func (e *evaluator) train(ctx context.Context, network string, seed uint64) (*Outcome, error) {
	chain, err := hw.ParseChain(network)
	if err != nil {
		return nil, err
	}
	opt := e.opt
	opt.Seed = seed
	if n := e.active.Add(1); opt.Threads == 0 {
		opt.Threads = max(1, runtime.GOMAXPROCS(0)/int(n))
	}
	defer e.active.Add(-1)
	return Train(ctx, chain, e.set, opt)
}

// evaluation is what a search is told of an outcome; nil if training failed.
func evaluation(o *Outcome) nas.Evaluation {
	if o == nil {
		return nas.Evaluation{}
	}
	return nas.Evaluation{Accuracy: o.Accuracy, Loss: o.Loss, Epochs: o.Epochs, Seconds: o.Seconds, Reason: o.Reason, Refused: o.Refused}
}
