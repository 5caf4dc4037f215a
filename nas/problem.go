package nas

import (
	"context"
	"fmt"
	"math"
)

// A Problem is what is to be solved: find networks of Space that Hardware runs at
// Spec frames a second or more and that are good in all of Objectives.
type Problem struct {
	Space     Space
	Hardware  Hardware // what runs the networks; it serves one search at a time
	Spec      float64  // throughput that is asked for, frames/s
	Evaluator Evaluator

	// Objectives are what designs are judged by. Nil means accuracy and efficiency.
	// Where there are others, designs hold all Metrics that the hardware knows. Methods
	// that learn from one reward learn from accuracy and efficiency all the same: see
	// [Reward].
	Objectives Objectives

	// AccuracyFloor is the accuracy below which a network does not count as
	// OptHW. Zero means DefaultFloor below the best accuracy that was found.
	AccuracyFloor float64
}

// DefaultFloor is how far below the best accuracy OptHW may be where the
// problem states no floor.
const DefaultFloor = 0.05

// Validate says what is wrong with the problem, or nil.
func (p *Problem) Validate() error {
	if p.Space == nil {
		return fmt.Errorf("nas: the problem has no space of networks")
	}
	if err := p.Space.Validate(); err != nil {
		return err
	}
	if p.Hardware == nil {
		return fmt.Errorf("nas: the problem has no hardware; for pipelines of FPGAs make it with pipelines.New")
	}
	if !(p.Spec > 0) || math.IsInf(p.Spec, 0) {
		return fmt.Errorf("nas: the specification must be a positive number of frames a second, is %g", p.Spec)
	}
	if p.Evaluator == nil {
		return fmt.Errorf("nas: the problem has no evaluator")
	}
	if !(p.AccuracyFloor >= 0 && p.AccuracyFloor <= 1) {
		return fmt.Errorf("nas: the accuracy floor must be between 0 and 1, is %g", p.AccuracyFloor)
	}
	return p.Objectives.Validate()
}

// An Evaluator finds out how accurate a network is, by training it or by
// looking it up. The network is named as its Space names it; chain networks are
// what hw.ParseChain reads. Evaluate is called from several goroutines at once
// where Settings.Workers is above 1, and must depend on its arguments alone: the
// same network and seed give the same accuracy.
//
// An error fails that one network, after a few attempts, and not the search, unless
// ctx is done: see Settings.Retries and Settings.MaxFailures.
type Evaluator interface {
	Evaluate(ctx context.Context, network string, seed uint64) (Evaluation, error)
}

// A Tester is an Evaluator that holds test images back from the search: what it
// evaluates on are others. When the search has ended it is asked for the accuracy on
// the test images of those designs that count.
type Tester interface {
	Evaluator
	// Test is the accuracy on the test images, 0 to 1, of a network that was evaluated
	// with the seed, here or in the run that was resumed.
	Test(ctx context.Context, network string, seed uint64) (float64, error)
}

// An Evaluation is what an Evaluator found out.
type Evaluation struct {
	Accuracy float64 // top-1 on held-out data, 0 to 1: validation images, where there are any
	Loss     float64 // mean training loss of the last epoch; 0 where there is none
	Epochs   int     // epochs trained; 0 where nothing was trained
	Seconds  float64 // time that training took
	Reason   string  // why training ended early, if it did
	// Refused: the network was not evaluated, since that would have taken more
	// than the evaluator's budget allows. Reason says so.
	Refused bool
}

// EvaluatorFunc makes an Evaluator of a function.
type EvaluatorFunc func(ctx context.Context, network string, seed uint64) (Evaluation, error)

// Evaluate calls f.
func (f EvaluatorFunc) Evaluate(ctx context.Context, network string, seed uint64) (Evaluation, error) {
	return f(ctx, network, seed)
}
