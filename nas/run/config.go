package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"coexplore/hw"
	"coexplore/internal/atomicfile"
	"coexplore/internal/jsonfile"
	"coexplore/internal/sealed"
	"coexplore/internal/textfile"
	"coexplore/nas"
	"coexplore/nas/evaluate/slurm"
	"coexplore/nas/space"
)

// Config is run.json: everything that a run was asked for, so that it can be
// repeated or continued from the file alone.
type Config struct {
	Version string `json:"version"` // of coexplore
	Format  int    `json:"format"`  // of run.json: set when it is written
	Problem
	Search
	Training
	Target hw.Target `json:"target"` // of the pipelines
	// Slurm is what is asked of the cluster that trains the networks, which does not
	// change the result; nil: the machine of the search trains.
	Slurm *slurm.Options `json:"slurm,omitempty"`
	// Sums are checksums of what the run reads from outside: of the fields Data, Table and
	// LatencyTable, by their names in run.json with - for _.
	Sums map[string]string `json:"sums,omitempty"`
}

// Problem is what is searched for.
type Problem struct {
	Space   string       `json:"space"`           // its name
	Chain   *space.Chain `json:"chain,omitempty"` // the space itself, where it is not a named one
	Strides []int        `json:"strides"`         // none: the space's own
	Input   hw.Shape     `json:"input"`           // of the images, which [Open] finds
	Classes int          `json:"classes"`
	Pool    string       `json:"fpga"`
	FPS     float64      `json:"fps"`
	// MaxFPGAs is the most FPGAs of a pipeline; 0: all of the pool.
	MaxFPGAs int `json:"max_fpgas,omitempty"`
	// LatencyTable is a file of measured latencies in place of the cost model, and
	// LatencyFill takes what it lacks from the model.
	LatencyTable  string         `json:"latency_table,omitempty"`
	LatencyFill   bool           `json:"latency_fill,omitempty"`
	AccuracyFloor float64        `json:"accuracy_floor"`
	Objectives    nas.Objectives `json:"objectives,omitempty"` // none: accuracy and efficiency
}

// Search is how a run searches, and for how long.
type Search struct {
	Method     string             `json:"method"`
	Parameters map[string]float64 `json:"parameters"` // of the method, by name
	Episodes   int                `json:"episodes"`
	MaxTrained int                `json:"max_trained,omitempty"`
	// Halving lets one in so many networks go on after each rung, as nas.Halving; zero:
	// all are trained to the end.
	Halving int `json:"halving,omitempty"`
	// InFlight is how many networks may wait for their accuracies at once, as in
	// nas.Settings; zero: 1.
	InFlight int `json:"in_flight,omitempty"`
	// What is done about evaluations that fail, as in nas.Settings.
	Retries     int    `json:"retries,omitempty"`
	MaxFailures int    `json:"max_failures,omitempty"`
	Seed        uint64 `json:"seed"`
}

// Training is where accuracies are from.
type Training struct {
	Data   string `json:"data"`
	Images Images `json:"images"`
	// Validation is the share of the training images by which networks are chosen; zero:
	// they are chosen by the test images, as older versions did.
	Validation float64 `json:"validation,omitempty"`

	// At most one of these replaces training on Data.
	Evaluator        string        `json:"evaluator,omitempty"` // a command line, as evaluate.ParseCommand reads it
	EvaluatorTimeout time.Duration `json:"evaluator_timeout,omitempty"`
	Table            string        `json:"table,omitempty"` // a CSV file, or BuiltinTable

	Epochs       int     `json:"epochs"`
	TrainBatch   int     `json:"train_batch"`
	LearningRate float64 `json:"learning_rate"`
	Augment      bool    `json:"augment,omitempty"`
	MaxFLOPs     float64 `json:"max_flops,omitempty"` // what training a network may take
	Kernels      string  `json:"kernels,omitempty"`   // set of kernels that training uses; none where nothing is trained
}

// Images is how many images of a set a run uses; zero means all.
type Images struct {
	Train int `json:"train"`
	Test  int `json:"test"`
}

// The names of the files of a run directory.
const (
	configFile     = "run.json"
	trialsFile     = "trials.jsonl"
	checkpointFile = "checkpoint"
	figuresDir     = "figures"
)

// AnswersDir is the folder in a run directory for what was found out about networks: see
// evaluate.Answers.
const AnswersDir = "answers"

// format is the number of the form that a run.json has. 1 had no checksums; 2 had the
// fields of the target and of the cluster in other places.
const format = 3

// checkpointFormat is the number of the form that a checkpoint has. 1 could hold what
// only a search that ends there does.
const checkpointFormat = 2

// config2 is a run.json of format 2.
type config2 struct {
	Config
	Bits          int     `json:"bits"`
	ClockMHz      float64 `json:"clock"`
	LinkGbps      float64 `json:"link"`
	LinkLatencyUS float64 `json:"link_latency_us"`
	Cluster       *struct {
		Scheduler string   `json:"scheduler"` // slurm
		Partition string   `json:"partition"`
		Account   string   `json:"account"`
		Time      string   `json:"time"`
		Gres      string   `json:"gres"`
		Memory    string   `json:"memory"`
		CPUs      int      `json:"cpus"`
		Options   []string `json:"options"`
		Array     int      `json:"array"`
		PerTask   int      `json:"per_task"`
	} `json:"cluster"`
}

// config is the run.json in today's form.
func (old *config2) config() Config {
	c := old.Config
	c.Format, c.Target = format, hw.DefaultTarget()
	c.Target.Bits, c.Target.ClockMHz, c.Target.LinkGbps, c.Target.LinkLatencyUS = old.Bits, old.ClockMHz, old.LinkGbps, old.LinkLatencyUS
	if o := old.Cluster; o != nil {
		c.Slurm = &slurm.Options{
			Partition: o.Partition, Account: o.Account, Time: o.Time, Gres: o.Gres, Memory: o.Memory, CPUs: o.CPUs, Extra: o.Options,
			Array: o.Array, PerTask: o.PerTask,
		}
	}
	return c
}

// ReadConfig reads the run.json of a run directory.
func ReadConfig(dir string) (Config, error) {
	var c Config
	path := filepath.Join(dir, configFile)
	data, err := textfile.Read(path) // a person may have edited it
	if errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("run: %s is not a run directory: it has no %s", dir, configFile)
	}
	if err != nil {
		return c, fmt.Errorf("run: %w", err)
	}
	object, err := sealed.Open(data)
	switch {
	case errors.Is(err, sealed.ErrChanged):
		return c, fmt.Errorf("run: %s was changed since it was written (%w): if you changed it yourself, delete its line \"crc32c\"", path, err)
	case err != nil:
		object = data // somebody deleted it, or the version did not know it yet
	}
	var version struct {
		Version string `json:"version"`
		Format  int    `json:"format"`
	}
	if err := jsonfile.Unmarshal(object, &version); err != nil {
		return c, fmt.Errorf("run: %s is damaged: %w", path, err)
	}
	switch version.Format {
	case format:
		err = jsonfile.UnmarshalKnown(object, &c)
	case 2:
		var old config2
		err = jsonfile.UnmarshalKnown(object, &old)
		c = old.config()
	default:
		return c, fmt.Errorf("run: %s is of a run directory of format %d, by coexplore %s: this version reads the formats 2 and %d; begin the run anew, or use that version",
			path, version.Format, version.Version, format)
	}
	if err != nil {
		return c, fmt.Errorf("run: %s is damaged: %w", path, err)
	}
	return c, nil
}

func writeConfig(dir string, c Config) error {
	c.Format = format
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.Write(filepath.Join(dir, configFile), sealed.Seal(data))
}
