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
	"coexplore/nas/space"
)

// Config is run.json: everything that a run was asked for, so that it can be
// repeated or continued from the file alone.
type Config struct {
	Version string `json:"version"` // of coexplore
	Format  int    `json:"format"`  // of the run directory: set when it is written

	Space   string       `json:"space"`           // its name
	Chain   *space.Chain `json:"chain,omitempty"` // the space itself, where it is not a named one
	Strides []int        `json:"strides"`
	Data    string       `json:"data"`
	Images  Images       `json:"images"`
	// Validation is the share of the training images by which networks are chosen; zero:
	// they are chosen by the test images, as older versions did.
	Validation float64  `json:"validation,omitempty"`
	Input      hw.Shape `json:"input"`
	Classes    int      `json:"classes"`

	// At most one of these replaces training on Data.
	Evaluator        string        `json:"evaluator,omitempty"` // a command line, as evaluate.ParseCommand reads it
	EvaluatorTimeout time.Duration `json:"evaluator_timeout,omitempty"`
	Table            string        `json:"table,omitempty"`

	// Sums are checksums of what the run reads from outside, by the flag that names it:
	// data, table, latency-table.
	Sums map[string]string `json:"sums,omitempty"`

	Pool          string  `json:"fpga"`
	FPS           float64 `json:"fps"`
	Bits          int     `json:"bits"`
	ClockMHz      float64 `json:"clock"`
	MaxFPGAs      int     `json:"max_fpgas,omitempty"`       // of a pipeline; 0: all of the pool
	LinkGbps      float64 `json:"link,omitempty"`            // between FPGAs; 0: never the limit
	LinkLatencyUS float64 `json:"link_latency_us,omitempty"` // of a bit over a link
	// LatencyTable is a file of measured latencies in place of the cost model, and
	// LatencyFill takes what it lacks from the model.
	LatencyTable  string         `json:"latency_table,omitempty"`
	LatencyFill   bool           `json:"latency_fill,omitempty"`
	AccuracyFloor float64        `json:"accuracy_floor"`
	Objectives    nas.Objectives `json:"objectives,omitempty"` // none: accuracy and efficiency

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
	// Cluster trains the networks; nil: the machine of the search does.
	Cluster *Cluster `json:"cluster,omitempty"`
	// What is done about evaluations that fail, as in nas.Settings.
	Retries     int    `json:"retries,omitempty"`
	MaxFailures int    `json:"max_failures,omitempty"`
	Seed        uint64 `json:"seed"`

	Epochs       int     `json:"epochs"`
	TrainBatch   int     `json:"train_batch"`
	LearningRate float64 `json:"learning_rate"`
	Augment      bool    `json:"augment,omitempty"`
	MaxFLOPs     float64 `json:"max_flops,omitempty"` // what training a network may take
	Kernels      string  `json:"kernels,omitempty"`   // set of kernels that training uses; none where nothing is trained
}

// A Cluster is what a run asks of a cluster that trains its networks. It does not change
// the result. The fields are those of slurm.Options.
type Cluster struct {
	Scheduler string   `json:"scheduler"` // slurm
	Partition string   `json:"partition,omitempty"`
	Account   string   `json:"account,omitempty"`
	Time      string   `json:"time,omitempty"`
	Gres      string   `json:"gres,omitempty"`
	Memory    string   `json:"memory,omitempty"`
	CPUs      int      `json:"cpus"`
	Options   []string `json:"options,omitempty"`
	Array     int      `json:"array,omitempty"`
	PerTask   int      `json:"per_task"`
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

// format is the number of the form that a run directory has. 1 had no checksums, and
// its checkpoint could hold what only a search that ends there does.
const format = 2

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
	if err := jsonfile.UnmarshalKnown(object, &c); err != nil {
		return c, fmt.Errorf("run: %s is damaged: %w", path, err)
	}
	if c.Format != format {
		return c, fmt.Errorf("run: %s is of a run directory of format %d, by coexplore %s: this version reads and writes format %d; begin the run anew, or use that version",
			path, c.Format, c.Version, format)
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
