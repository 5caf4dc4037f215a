package study

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coexplore/internal/cli"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/run"
	"coexplore/nas/study"
)

// studyFlags are what the studies that search have in common.
type studyFlags struct {
	config     run.Config
	parameters cli.ParameterFlags
	stride     string
	devices    string
	methods    []string
	trained    int
	plans      int // for each of them; 0: no limit
	threads    int
	formats    []string
	out        string
	json       bool
}

// add adds the flags; the defaults of the space, the data and the budget differ.
func (f *studyFlags) add(fl *pflag.FlagSet, trained int, images run.Images) {
	f.config = run.Default()
	c := &f.config
	fl.StringVar(&f.stride, "stride", "", "strides: fixed at 1, or predicted from 1 and 2 (default: fixed; predicted for imagenet)")
	fl.IntVar(&c.Images.Train, "train-images", images.Train, "training images to use, a fifth of them to choose networks by; 0: all of a folder, 2500 of shapes")
	fl.IntVar(&c.Images.Test, "test-images", images.Test, "test images to use; 0: all of a folder, 1000 of shapes")
	fl.Float64Var(&c.FPS, "fps", 0, "throughput that is asked for, frames/s (default: by space, as in explore)")
	fl.IntVar(&c.Target.Bits, "bits", 32, "word size: 8 or 16 (fixed point) or 32 (float)")
	fl.Float64Var(&c.Target.ClockMHz, "clock", 100, "clock of the FPGAs, MHz")
	f.parameters.Add(fl)
	fl.IntVar(&f.trained, "trained", trained, "networks that a search may train")
	fl.IntVar(&c.Episodes, "episodes", 0, "networks that a search may propose (default: 20 for each one it may train)")
	fl.IntVar(&c.Epochs, "epochs", 0, "epochs that a network is trained (default: by space, as in explore)")
	fl.IntVar(&c.TrainBatch, "batch", 64, "images in a training batch")
	fl.Float64Var(&c.LearningRate, "lr", 0, "learning rate of training (default: 0.1 after global pooling, 0.005 after flattening)")
	fl.IntVar(&f.threads, "threads", 0, "threads that train a network (0: one a core)")
	fl.BoolVar(&f.json, "json", false, "print as JSON")
}

// session checks the flags and makes the problem, with the pool of c.Pool.
func (f *studyFlags) session() (*run.Session, error) {
	c := &f.config
	if f.trained < 1 {
		return nil, cli.Usagef("--trained must be at least 1, is %d", f.trained)
	}
	if c.Episodes == 0 {
		c.Episodes = 20 * f.trained
	}
	c.MaxTrained = f.trained
	var err error
	if c.Strides, err = cli.Strides(f.stride); err != nil {
		return nil, err
	}
	r := run.Resources{Threads: f.threads}
	if r.Devices, err = cli.Catalogue(f.devices); err != nil {
		return nil, err
	}
	s, err := run.Open(*c, r)
	if err != nil {
		return nil, err
	}
	*c = s.Config
	s.Problem.Evaluator = evaluate.Remember(s.Problem.Evaluator)
	return s, nil
}

// budget is what each search may spend. Searches that train show a bar; from a
// table all is there at once.
func (f *studyFlags) budget(cmd *cobra.Command) study.Budget {
	b := study.Budget{Trained: f.trained, Episodes: f.config.Episodes, Plans: f.plans}
	if f.config.Table == "" {
		b.Watch = func(search string) nas.Recorder { return &trainingBar{w: cmd.ErrOrStderr(), name: search} }
	}
	return b
}
