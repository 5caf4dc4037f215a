package command

import (
	"fmt"
	"math/big"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/pipelines"
	"coexplore/nas/run"
	"coexplore/nas/space"
	"coexplore/nas/train"
)

// A session is a problem that is ready to be searched.
type session struct {
	config   run.Config
	source   string // where accuracies are from, in words
	memory   string // what training takes, in words; empty: nothing is trained
	space    space.Chain
	pool     hw.Pool
	problem  nas.Problem
	settings nas.Settings
	size     *big.Int // networks in the space
}

// newSession puts a problem and its settings together. It fills in the parts of the
// configuration that depend on the data.
func newSession(c run.Config, devicesFile string, r resources) (*session, error) {
	pool, err := parsePool(c.Pool, devicesFile)
	if err != nil {
		return nil, err
	}
	if err := pipelines.Check(pool, targetOf(&c)); err != nil {
		return nil, usageError{err}
	}
	chains, err := spaceOf(&c)
	if err != nil {
		return nil, err
	}
	r = r.shared()
	s := &session{
		pool:    pool,
		problem: nas.Problem{Spec: c.FPS, AccuracyFloor: c.AccuracyFloor, Objectives: c.Objectives},
		settings: nas.Settings{
			Seed: c.Seed, Episodes: c.Episodes, MaxTrained: c.MaxTrained, Workers: r.workers, InFlight: c.InFlight,
			Retries: c.Retries, MaxFailures: c.MaxFailures,
		},
	}
	if c.Halving > 0 {
		s.settings.Halving = &nas.Halving{Eta: c.Halving}
	}
	if s.problem.Evaluator, err = s.evaluator(&c, &chains, r); err != nil {
		return nil, err
	}
	if err := sameFile(&c, "latency-table", c.LatencyTable); err != nil {
		return nil, err
	}
	c.Input, c.Classes = chains.Input, chains.Classes
	s.space, s.size, s.config = chains, chains.Size(), c
	s.problem, err = s.problemOn(pool)
	return s, err
}

// problemOn is the session's problem on a pool, with hardware of its own.
func (s *session) problemOn(pool hw.Pool) (nas.Problem, error) {
	p := s.problem
	h, err := hardwareOf(&s.config, s.space, pool)
	if err != nil {
		return p, err
	}
	p.Space, p.Hardware = s.space, h
	return p, nil
}

// targetOf is the target of a run.
func targetOf(c *run.Config) hw.Target {
	t := hw.DefaultTarget()
	t.Bits, t.ClockMHz, t.LinkGbps, t.LinkLatencyUS = c.Bits, c.ClockMHz, c.LinkGbps, c.LinkLatencyUS
	return t
}

// hardwareOf makes the pipelines of a run for the networks of a space, on a pool.
func hardwareOf(c *run.Config, chains space.Chain, pool hw.Pool) (*pipelines.Hardware, error) {
	f, target := latencyFlags{c.LatencyTable, c.LatencyFill}, targetOf(c)
	table, err := f.open(pool, chains.Layers(target.Dense), target)
	if err != nil {
		return nil, err
	}
	h, err := pipelines.FromTable(chains, pool, target, table)
	if err != nil {
		return nil, err
	}
	return h, h.Limit(c.MaxFPGAs)
}

// evaluator makes the evaluator of a run. The chains take the
// images' shape.
func (s *session) evaluator(c *run.Config, chains *space.Chain, r resources) (nas.Evaluator, error) {
	kernels := c.Kernels
	c.Kernels = "" // where nothing is trained
	switch {
	case c.Table != "":
		file := c.Table
		if file == builtinTable {
			file = ""
			tiny := evaluate.TinyTableSpace()
			*chains = chains.WithData(tiny.Input, tiny.Classes)
		}
		if err := sameFile(c, "table", file); err != nil {
			return nil, err
		}
		s.source = "accuracies from the table " + c.Table
		return openTable(file)
	case c.Evaluator != "":
		s.source = "accuracies from " + c.Evaluator
		command, err := evaluate.ParseCommand(c.Evaluator)
		if err != nil {
			return nil, usageError{err}
		}
		return &evaluate.External{
			Command: command, Timeout: c.EvaluatorTimeout, Input: chains.Input, Classes: chains.Classes,
		}, nil
	}
	set, err := openData(c.Data, c.Images)
	if err != nil {
		return nil, err
	}
	if err := sameAsBefore(c, "data", "the images of "+c.Data, set.Sum()); err != nil {
		return nil, err
	}
	if c.Kernels = kernels; kernels == "" {
		c.Kernels = train.Kernels()[0]
	}
	if c.Validation != 0 && set.Validation.Len() == 0 { // else the set has its own
		if set, err = set.Split(c.Validation, dataSeed); err != nil {
			return nil, err
		}
	}
	if c.TrainBatch > set.Train.Len() {
		return nil, usagef("--batch %d is more than the %d training images of %s that are left beside those for validation", c.TrainBatch, set.Train.Len(), c.Data)
	}
	*chains = chains.WithData(hw.Shape{C: set.Train.Channels, H: set.Train.Height, W: set.Train.Width}, len(set.Classes))
	options := train.DefaultOptions()
	options.Epochs, options.Batch, options.Threads, options.Head = c.Epochs, c.TrainBatch, r.threads, chains.Head
	options.LearningRate, options.Augment, options.MaxFLOPs, options.Kernels = c.LearningRate, c.Augment, c.MaxFLOPs, c.Kernels
	if s.memory, err = memoryOf(*chains, set, &options, r, c.Episodes); err != nil {
		return nil, err
	}
	s.source = fmt.Sprintf("%s of %s, %d epochs", set.Counts(), c.Data, c.Epochs)
	if set.Note != "" {
		s.source += " (" + set.Note + ")"
	}
	return train.NewEvaluator(set, options), nil
}

// describe says in a line what is going to be searched.
func (s *session) describe() string {
	c := &s.config
	return fmt.Sprintf("%s: space %s (%s networks) on %s for %g frames/s, %d-bit at %g MHz; %s; seed %d",
		c.Method, c.Space, s.size, c.Pool, c.FPS, c.Bits, c.ClockMHz, s.source, c.Seed)
}
