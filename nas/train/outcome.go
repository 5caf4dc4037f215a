package train

import (
	"context"
	"errors"

	"coexplore/data"
	"coexplore/nas"
)

// An Outcome is what training a child gave. The JSON names are those of the
// command's train --json.
type Outcome struct {
	Accuracy        float64 `json:"accuracy"` // top-1 on the held-out images, 0 to 1
	Loss            float64 `json:"loss"`     // mean training loss of the last epoch
	Params          int64   `json:"params"`   // as hw.Chain.Params counts them
	ImagesPerSecond float64 `json:"images_per_second"`
	Epochs          int     `json:"epochs"` // epochs that were finished
	Seconds         float64 `json:"seconds"`

	// What was measured on the test images: TestLoss by Train where they are the
	// held-out images, both by Test where there are validation images.
	TestAccuracy *float64 `json:"test_accuracy,omitempty"` // nil: not measured
	TestLoss     float64  `json:"test_loss"`
	// ValidationLoss is the loss on the validation images, where there are any.
	ValidationLoss float64 `json:"validation_loss,omitempty"`

	FLOPs   float64     `json:"flops"` // floating-point operations of the training done, 2 a multiply-accumulate
	Kernels string      `json:"kernels"`
	History []nas.Epoch `json:"history"`
	// Reason says why training ended before its last epoch, or why the result
	// is no good: a number that is none, a budget. Empty if all went well.
	Reason string `json:"reason,omitempty"`
	// Refused: by a budget that is known beforehand; nothing was trained.
	Refused bool `json:"refused,omitempty"`
	// Stopped: by Options.Stop, after some updates.
	Stopped bool `json:"stopped,omitempty"`
	// Confusion[i][j] counts the held-out images of class i that were taken for j.
	Confusion [][]int `json:"confusion,omitempty"`
	// Model is the trained network, where Options.Keep asks for it.
	Model *Model `json:"-"`
}

// Test measures the trained network, which Options.Keep has kept, on the test images
// of the set: TestAccuracy and TestLoss.
func (o *Outcome) Test(ctx context.Context, set *data.Set) error {
	if o.Model == nil {
		return errors.New("train: there is no trained network to test")
	}
	m, err := o.Model.Evaluate(ctx, set.Test)
	if err != nil {
		return err
	}
	o.TestAccuracy, o.TestLoss = &m.Accuracy, m.Loss
	return nil
}
