package run

import (
	"fmt"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/space"
	"coexplore/nas/train"
)

// NewEvaluator is what finds the accuracies of a run's networks, without its search.
func (c Config) NewEvaluator(r Resources) (nas.Evaluator, error) {
	chains, err := c.chains()
	if err != nil {
		return nil, err
	}
	return new(Session).evaluator(&c, &chains, r.shared())
}

// evaluator makes the evaluator of a run. The chains take the images' shape.
func (s *Session) evaluator(c *Config, chains *space.Chain, r Resources) (nas.Evaluator, error) {
	kernels := c.Kernels
	c.Kernels = "" // where nothing is trained
	switch {
	case c.Table != "":
		s.Source = "accuracies from the table " + c.Table
		if c.Table == BuiltinTable {
			tiny := evaluate.TinyTableSpace()
			*chains = chains.WithData(tiny.Input, tiny.Classes)
		} else if err := c.sameFile("table", c.Table); err != nil {
			return nil, err
		}
		return openTable(c.Table)
	case c.Evaluator != "":
		s.Source = "accuracies from " + c.Evaluator
		command, err := evaluate.ParseCommand(c.Evaluator)
		if err != nil {
			return nil, &FieldError{Field: "Evaluator", Err: err}
		}
		return &evaluate.External{
			Command: command, Timeout: c.EvaluatorTimeout, Input: chains.Input, Classes: chains.Classes,
		}, nil
	}
	set, err := OpenImages(c.Data, c.Images)
	if err != nil {
		return nil, err
	}
	if err := c.sameAsBefore("data", "the images of "+c.Data, set.Sum()); err != nil {
		return nil, err
	}
	if c.Kernels = kernels; kernels == "" {
		c.Kernels = train.Kernels()[0]
	}
	if c.Validation != 0 && set.Validation.Len() == 0 {
		if set, err = set.Split(c.Validation, DataSeed); err != nil {
			return nil, err
		}
	}
	if c.TrainBatch > set.Train.Len() {
		return nil, wrong("TrainBatch", "%d is more than the %d training images of %s that are left beside those for validation", c.TrainBatch, set.Train.Len(), c.Data)
	}
	*chains = chains.WithData(hw.Shape{C: set.Train.Channels, H: set.Train.Height, W: set.Train.Width}, len(set.Classes))
	options := train.DefaultOptions()
	options.Epochs, options.Batch, options.Threads, options.Head = c.Epochs, c.TrainBatch, r.Threads, chains.Head
	options.LearningRate, options.Augment, options.MaxFLOPs, options.Kernels = c.LearningRate, c.Augment, c.MaxFLOPs, c.Kernels
	if s.Memory, err = memoryOf(*chains, set, &options, r, c.Episodes); err != nil {
		return nil, err
	}
	s.Source = fmt.Sprintf("%s of %s, %d epochs", set.Counts(), c.Data, c.Epochs)
	if set.Note != "" {
		s.Source += " (" + set.Note + ")"
	}
	return train.NewEvaluator(set, options), nil
}
