package run

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"coexplore/hw"
	"coexplore/nas/evaluate"
	"coexplore/nas/space"
	"coexplore/nas/study/ablation"
	"coexplore/nas/train"
)

// Version is that of coexplore, which a run directory records.
const Version = "0.1.0"

// BuiltinTable is the name of the table that ships with the module: the tiny space on
// images of 16x16 pixels.
const BuiltinTable = "builtin"

// ValidationShare is the share of the training images that searches choose networks
// by, where none is given.
const ValidationShare = 0.2

// TableFPS is the specification of the tiny space with the built-in table where none is
// given. Without it, images have four times the pixels: about half of the networks reach
// a quarter of it on three XC7Z015 in 32-bit float at 100 MHz.
const TableFPS = 2400

// Default is what `coexplore explore` does without flags: co-exploration of the tiny
// space on three XC7Z015 with training on the generated set shapes. [Open] fills in the
// fields that are zero, which depend on others.
func Default() Config {
	return Config{
		Version:  Version,
		Problem:  Problem{Space: "tiny", Pool: "XC7Z015:3"},
		Search:   Search{Method: "coexplore", InFlight: 1, Seed: 1},
		Training: Training{Data: "shapes", TrainBatch: 64},
		Target:   hw.DefaultTarget(),
	}
}

// Fill checks what is asked for and fills in what is zero and has a default by space,
// data or method. What cannot be is a [FieldError].
func (c *Config) Fill() error {
	chains, err := openSpace(c.Space)
	if err != nil {
		return err
	}
	if space.IsFile(c.Space) {
		c.Space, c.Chain = chains.Title, &chains
		if c.FPS == 0 {
			return wrong("FPS", "is needed with a space from a file")
		}
	}
	if len(c.Strides) == 0 {
		c.Strides = chains.Strides
	}
	fps, episodes, epochs := TableFPS/4., 60, 3
	if c.Table == BuiltinTable {
		fps = TableFPS
	}
	switch c.Space {
	case "cifar10":
		fps, epochs = 35, 1
	case "imagenet":
		fps, epochs = 10, 1
	}
	err = cmp.Or(
		orDefault("FPS", &c.FPS, fps), orDefault("Episodes", &c.Episodes, episodes),
		orDefault("Epochs", &c.Epochs, epochs), orDefault("LearningRate", &c.LearningRate, train.DefaultRate(chains.Head)),
	)
	if err == nil && Generated(c.Data) {
		err = cmp.Or(orDefault("Images.Train", &c.Images.Train, 2500), orDefault("Images.Test", &c.Images.Test, 1000))
	}
	if err != nil {
		return err
	}
	if c.Table != "" && c.Evaluator != "" {
		return &FieldError{"Table", "and Evaluator exclude each other", nil}
	}
	if c.Table == "" && c.Evaluator == "" {
		if err := orDefault("Validation", &c.Validation, ValidationShare); err != nil {
			return err
		}
	} else {
		for _, f := range []struct {
			given bool
			field string
		}{{c.Augment, "Augment"}, {c.MaxFLOPs != 0, "MaxFLOPs"}, {c.Validation != 0, "Validation"}, {c.Halving != 0, "Halving"}} {
			if f.given {
				return wrong(f.field, "and what else is about training here do not go with Table or Evaluator")
			}
		}
	}
	if err := c.checkFields(); err != nil {
		return err
	}
	d, err := ablation.Methods().Lookup(c.Method)
	if err != nil {
		return &FieldError{Field: "Method", Err: err}
	}
	if c.Parameters, err = d.Values(c.Parameters); err != nil {
		return &FieldError{Field: "Parameters", Err: err}
	}
	c.KeepPlaces()
	return nil
}

// checkFields is an error if a field cannot be as it is, or two do not go together.
func (c *Config) checkFields() error {
	for _, f := range []struct {
		bad         bool
		field, text string
	}{
		{c.Table == BuiltinTable && (c.Space != "tiny" || len(c.Strides) > 1), "Table", "is the built-in one, which holds the tiny space with fixed stride"},
		{math.IsNaN(c.FPS) || math.IsInf(c.FPS, 0), "FPS", "must be a positive number of frames a second"},
		{!(c.AccuracyFloor >= 0 && c.AccuracyFloor <= 1), "AccuracyFloor", fmt.Sprintf("must be between 0 and 1, is %g", c.AccuracyFloor)},
		{!(c.Validation < 1), "Validation", fmt.Sprintf("must be above 0 and below 1, is %g", c.Validation)},
		{c.TrainBatch < 1, "TrainBatch", fmt.Sprintf("must be at least 1, is %d", c.TrainBatch)},
		{!(c.MaxFLOPs >= 0), "MaxFLOPs", fmt.Sprintf("cannot be negative, is %g", c.MaxFLOPs)},
		{c.MaxFPGAs < 0, "MaxFPGAs", fmt.Sprintf("cannot be negative, is %d", c.MaxFPGAs)},
		{c.LatencyFill && c.LatencyTable == "", "LatencyFill", "needs LatencyTable"},
		{c.Halving < 0 || c.Halving == 1, "Halving", fmt.Sprintf("lets one in 2 networks or fewer go on, not one in %d", c.Halving)},
		{c.InFlight < 0, "InFlight", fmt.Sprintf("cannot be negative, is %d", c.InFlight)},
		{c.Halving > 0 && c.InFlight > 1, "Halving", fmt.Sprintf("judges a network by those before it, so there cannot be %d in flight: leave out one of the two", c.InFlight)},
		{c.Halving > 0 && c.Slurm != nil, "Halving", "trains networks a little further again and again, which a cluster does not: leave out one of the two"},
		{c.Halving > 0 && c.Epochs < 2, "Halving", fmt.Sprintf("needs trainings of 2 epochs or more: there are %d", c.Epochs)},
		{c.MaxTrained < 0, "MaxTrained", fmt.Sprintf("cannot be negative, is %d", c.MaxTrained)},
	} {
		if f.bad {
			return wrong(f.field, "%s", f.text)
		}
	}
	return CheckKernels(c.Kernels)
}

// orDefault gives a field that is zero its default; a negative value is wrong.
func orDefault[T int | float64](field string, value *T, def T) error {
	if *value < 0 {
		return wrong(field, "must be positive, is %v", *value)
	}
	if *value == 0 {
		*value = def
	}
	return nil
}

// openSpace is a space by its name or from a file.
func openSpace(name string) (space.Chain, error) {
	s, err := space.Open(name)
	if err != nil && !space.IsFile(name) {
		return s, &FieldError{Field: "Space", Err: err}
	}
	return s, err
}

// CheckKernels is an error if this machine does not have the set of kernels; an empty
// name is that of its best.
func CheckKernels(name string) error {
	if name == "" || slices.Contains(train.Kernels(), name) {
		return nil
	}
	return &FieldError{Field: "Kernels", Err: fmt.Errorf("no kernels %q here: this machine has %s", name, strings.Join(train.Kernels(), ", "))}
}

// openTable is the table of a name: BuiltinTable or a file.
func openTable(name string) (*evaluate.Table, error) {
	if name == BuiltinTable {
		return evaluate.TinyTable()
	}
	return evaluate.LoadTable(name)
}
