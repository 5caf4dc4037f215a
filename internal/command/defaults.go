package command

import (
	"fmt"
	"math"

	"coexplore/nas/run"
	"coexplore/nas/space"
	"coexplore/nas/train"
)

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
	if generated(c.Data) {
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
	} else if c.Augment || c.MaxFLOPs != 0 || c.Validation != 0 || c.Halving != 0 {
		return usagef("--augment, --max-flops, --validation and --halving are about training here: they do not go with --table or --evaluator")
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
		{c.MaxFPGAs < 0, fmt.Sprintf("--max-fpgas cannot be negative, is %d", c.MaxFPGAs)},
		{c.Halving < 0 || c.Halving == 1, fmt.Sprintf("--halving lets one in 2 networks or fewer go on, not one in %d", c.Halving)},
		{c.InFlight < 0, fmt.Sprintf("--in-flight cannot be negative, is %d", c.InFlight)},
		{c.Halving > 0 && c.InFlight > 1, fmt.Sprintf("--halving judges a network by those before it, so there cannot be %d in flight: leave out one of the two", c.InFlight)},
		{c.Halving > 0 && c.Cluster != nil, "--halving trains networks a little further again and again, which a cluster does not: leave out --cluster"},
		{c.Halving > 0 && c.Epochs < 2, fmt.Sprintf("--halving needs trainings of 2 epochs or more: --epochs is %d", c.Epochs)},
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
