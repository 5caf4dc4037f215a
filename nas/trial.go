package nas

// A Status is what became of a proposed network.
type Status string

const (
	Trained Status = "trained" // evaluated for the first time
	Reused  Status = "reused"  // trained before: its accuracy was looked up
	Stopped Status = "stopped" // trained for some epochs only, since others were better: see [Halving]
	Pruned  Status = "pruned"  // no pipeline meets the specification: not trained
	Refused Status = "refused" // training would take more than the budget: not trained
	Failed  Status = "failed"  // evaluation failed; Reason says why
)

// A Design is a network with the pipeline that runs it.
type Design struct {
	Network  string  `json:"network"`
	Accuracy float64 `json:"accuracy"` // 0 to 1
	// TestAccuracy is the accuracy on test images that no choice was made by, of designs
	// on the front of a search that has ended, where the evaluator is a Tester. Nil: it
	// was not measured.
	TestAccuracy *float64 `json:"test_accuracy,omitempty"`
	Efficiency   float64  `json:"efficiency"`     // pipeline efficiency U, 0 to 1
	Throughput   float64  `json:"throughput_fps"` // frames/s
	GOPSPerWatt  float64  `json:"gops_per_watt"`  // an estimate
	Params       int64    `json:"params"`
	MACs         int64    `json:"macs"`
	FPGAs        int      `json:"fpgas"` // stages of the pipeline
	// Metrics are further figures that the hardware knows, where the problem has
	// objectives of its own. The map is not to be changed.
	Metrics Metrics `json:"metrics,omitempty"`
}

// Metrics are figures of a design by name, small letters with the unit at the end:
// "latency_ms".
type Metrics map[string]float64

// A Trial is one network that a method proposed and what became of it: a line
// of the log. A pruned trial has Accuracy 0, and its Efficiency and Throughput
// are those of the fastest pipeline that the pool reaches for it.
type Trial struct {
	Index   int    `json:"index"`
	Episode int    `json:"episode"`
	Status  Status `json:"status"`
	Design
	Reward float64 `json:"reward"`           // 0, and of no meaning, if it failed
	Reason string  `json:"reason,omitempty"` // why it was pruned, refused, failed or ended early

	// Epochs is how many it was trained in this trial; 0 where nothing was trained.
	Epochs int `json:"epochs,omitempty"`
	// Rungs are the accuracies after the epochs of [Halving.Rungs], as far as it came.
	Rungs []float64 `json:"rungs,omitempty"`

	// Plans is how many plans the method made for it: see [Settings.MaxPlans].
	Plans int `json:"plans"`

	// Forecast is what was expected of the accuracy, where the method predicts it.
	Forecast *Forecast `json:"forecast,omitempty"`

	// What fast exploration did, where the method has one.
	Sampled   string  `json:"sampled,omitempty"`    // the network that the controller proposed
	FastSteps int     `json:"fast_steps,omitempty"` // iterations of fast exploration
	FastStart float64 `json:"fast_start,omitempty"` // U of the proposed network
	FastBest  float64 `json:"fast_best,omitempty"`  // U of the best network of fast exploration, on the same pipeline

	// The controller after learning from this trial, where the method has one.
	Baseline float64 `json:"baseline"`
	Entropy  float64 `json:"entropy"` // mean entropy of its decisions, nats

	FastSeconds  float64 `json:"fast_seconds"`  // time spent without training
	TrainSeconds float64 `json:"train_seconds"` // time spent training
}

// A FastStep is one iteration of fast exploration. Rewards holds the reward of
// each stage that has layers to decide; it is used again in the next step, so a
// recorder that keeps it copies it.
type FastStep struct {
	Episode    int       `json:"episode"`
	Step       int       `json:"step"` // from 1
	Rewards    []float64 `json:"rewards"`
	Efficiency float64   `json:"efficiency"` // U of the network proposed in this step, if it meets the specification
	Meets      bool      `json:"meets"`      // every stage meets the specification
	Best       float64   `json:"best"`       // U of the best network so far that meets it
}
