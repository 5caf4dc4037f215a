package command

import (
	"fmt"
	"math"
	"math/big"
	"runtime"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/pipelines"
	"coexplore/nas/run"
	"coexplore/nas/space"
	"coexplore/nas/train"
)

// dataSeed is the seed of the generated set shapes on the command line. It does
// not follow --seed: runs with other seeds search on the same images.
const dataSeed = 1

// tinyFPS is the specification of the tiny space where none is given: about half
// of its networks reach it on three XC7Z015 in 32-bit float at 100 MHz.
const tinyFPS = 600

// validationShare is the share of the training images that searches choose networks
// by, where none is given.
const validationShare = 0.2

// builtinTable is the name of the table that ships with the module.
const builtinTable = "builtin"

// tableFPS is tinyFPS for the built-in table, whose images have a quarter of the
// pixels.
const tableFPS = 4 * tinyFPS

// A session is a problem that is ready to be searched.
type session struct {
	config   run.Config
	source   string // where accuracies are from, in words
	space    space.Chain
	pool     hw.Pool
	target   hw.Target
	problem  nas.Problem
	settings nas.Settings
	size     *big.Int // networks in the space
}

// fillDefaults checks the flags' values and fills in those that depend on the
// space. Its errors are wrong usage, but for that of a file that cannot be read.
func fillDefaults(c *run.Config, stride string) error {
	chains, err := openSpace(c.Space)
	if err != nil {
		return err
	}
	if space.IsFile(c.Space) {
		c.Space, c.Chain = chains.Title, &chains
		if c.FPS == 0 {
			return usagef("--fps is needed with a space from a file")
		}
	}
	c.Strides = chains.Strides
	if stride != "" {
		if c.Strides, err = space.Strides(stride); err != nil {
			return usagef("--stride is fixed or predicted, not %q", stride)
		}
	}
	fps, episodes, epochs := float64(tinyFPS), 60, 3
	if c.Table == builtinTable {
		fps = tableFPS
	}
	switch c.Space {
	case "cifar10":
		fps, episodes, epochs = 35, 60, 1
	case "imagenet":
		fps, episodes, epochs = 10, 60, 1
	}
	c.Version = Version
	c.FPS, err = orDefault("--fps", c.FPS, fps)
	if err != nil {
		return err
	}
	if c.Episodes, err = orDefault("--episodes", c.Episodes, episodes); err != nil {
		return err
	}
	if c.Epochs, err = orDefault("--epochs", c.Epochs, epochs); err != nil {
		return err
	}
	if c.LearningRate, err = orDefault("--lr", c.LearningRate, train.DefaultRate(chains.Head)); err != nil {
		return err
	}
	if c.Data == "shapes" {
		if c.Images.Train, err = orDefault("--train-images", c.Images.Train, 2500); err != nil {
			return err
		}
		if c.Images.Test, err = orDefault("--test-images", c.Images.Test, 1000); err != nil {
			return err
		}
	}
	if c.Table != "" && c.Evaluator != "" {
		return usagef("--table and --evaluator exclude each other")
	}
	if c.Table == "" && c.Evaluator == "" {
		if c.Validation, err = orDefault("--validation", c.Validation, validationShare); err != nil {
			return err
		}
	} else if c.Augment || c.MaxFLOPs != 0 || c.Validation != 0 {
		return usagef("--augment, --max-flops and --validation are about training here: they do not go with --table or --evaluator")
	}
	if c.Table == builtinTable && (c.Space != "tiny" || len(c.Strides) > 1) {
		return usagef("the built-in table holds the tiny space with fixed stride")
	}
	for _, bad := range []struct {
		wrong bool
		text  string
	}{
		{math.IsNaN(c.FPS) || math.IsInf(c.FPS, 0), "--fps must be a positive number of frames a second"},
		{!(c.AccuracyFloor >= 0 && c.AccuracyFloor <= 1), fmt.Sprintf("--accuracy-floor must be between 0 and 1, is %g", c.AccuracyFloor)},
		{!(c.Validation < 1), fmt.Sprintf("--validation must be above 0 and below 1, is %g", c.Validation)},
		{c.TrainBatch < 1, fmt.Sprintf("--batch must be at least 1, is %d", c.TrainBatch)},
		{!(c.MaxFLOPs >= 0), fmt.Sprintf("--max-flops cannot be negative, is %g", c.MaxFLOPs)},
		{c.MaxTrained < 0, fmt.Sprintf("--max-trained cannot be negative, is %d", c.MaxTrained)},
	} {
		if bad.wrong {
			return usageError{fmt.Errorf("%s", bad.text)}
		}
	}
	return nil
}

// orDefault is value, or def where value is zero; a negative value is wrong.
func orDefault[T int | float64](flag string, value, def T) (T, error) {
	if value < 0 {
		return 0, usagef("%s must be positive, is %v", flag, value)
	}
	if value == 0 {
		return def, nil
	}
	return value, nil
}

// newSession puts a problem and its settings together. It fills in the parts of the
// configuration that depend on the data.
func newSession(c run.Config, devicesFile string, workers, threads int) (*session, error) {
	pool, err := parsePool(c.Pool, devicesFile)
	if err != nil {
		return nil, err
	}
	target := hw.DefaultTarget()
	target.Bits, target.ClockMHz = c.Bits, c.ClockMHz
	if err := pipelines.Check(pool, target); err != nil {
		return nil, usageError{err}
	}
	chains, err := spaceOf(&c)
	if err != nil {
		return nil, err
	}
	workers = max(1, workers)
	if threads <= 0 {
		threads = max(1, runtime.GOMAXPROCS(0)/workers)
	}
	s := &session{
		pool: pool, target: target,
		problem: nas.Problem{Spec: c.FPS, AccuracyFloor: c.AccuracyFloor, Objectives: c.Objectives},
		settings: nas.Settings{
			Seed: c.Seed, Episodes: c.Episodes, MaxTrained: c.MaxTrained, Workers: workers,
			Retries: c.Retries, MaxFailures: c.MaxFailures,
		},
	}
	if s.problem.Evaluator, err = s.evaluator(&c, &chains, threads); err != nil {
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
	h, err := pipelinesOf(&s.config, s.space, pool, s.target)
	if err != nil {
		return p, err
	}
	p.Space, p.Hardware = s.space, h
	return p, nil
}

// evaluator makes the evaluator of a run. The chains take the
// images' shape.
func (s *session) evaluator(c *run.Config, chains *space.Chain, threads int) (nas.Evaluator, error) {
	switch {
	case c.Table != "":
		file := c.Table
		if file == builtinTable {
			file = ""
			tiny := evaluate.TinyTableSpace()
			*chains = chains.WithData(tiny.Input, tiny.Classes)
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
	if c.Validation != 0 {
		if set, err = set.Split(c.Validation, dataSeed); err != nil {
			return nil, err
		}
	}
	if c.TrainBatch > set.Train.Len() {
		return nil, usagef("--batch %d is more than the %d training images of %s that are left beside those for validation", c.TrainBatch, set.Train.Len(), c.Data)
	}
	*chains = chains.WithData(hw.Shape{C: set.Train.Channels, H: set.Train.Height, W: set.Train.Width}, len(set.Classes))
	options := train.DefaultOptions()
	options.Epochs, options.Batch, options.Threads, options.Head = c.Epochs, c.TrainBatch, threads, chains.Head
	options.LearningRate, options.Augment, options.MaxFLOPs = c.LearningRate, c.Augment, c.MaxFLOPs
	s.source = fmt.Sprintf("%s of %s, %d epochs", set.Counts(), c.Data, c.Epochs)
	if set.Note != "" {
		s.source += " (" + set.Note + ")"
	}
	return train.NewEvaluator(set, options), nil
}

// openData opens the images of a run.
func openData(name string, n run.Images) (*data.Set, error) {
	if name == "shapes" {
		return data.Shapes(dataSeed, n.Train, n.Test), nil
	}
	set, err := data.Open(name, dataSeed)
	if err != nil {
		return nil, err
	}
	return set.Subset(n.Train, n.Test), nil
}

// describe says in a line what is going to be searched.
func (s *session) describe() string {
	c := &s.config
	return fmt.Sprintf("%s: space %s (%s networks) on %s for %g frames/s, %d-bit at %g MHz; %s; seed %d",
		c.Method, c.Space, s.size, c.Pool, c.FPS, c.Bits, c.ClockMHz, s.source, c.Seed)
}

// parsePool reads a pool whose parts are in the catalogue or in a file of
// devices, if one is given.
func parsePool(pool, devicesFile string) (hw.Pool, error) {
	devices := hw.Devices()
	if devicesFile != "" {
		own, err := hw.LoadDevices(devicesFile)
		if err != nil {
			return nil, err
		}
		devices = append(own, devices...)
	}
	p, err := hw.ParsePoolFrom(devices, pool)
	if err != nil {
		return nil, usageError{err}
	}
	return p, nil
}
