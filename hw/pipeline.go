package hw

// Stage is a group of consecutive layers on one FPGA.
type Stage struct {
	Device string `json:"fpga"`
	First  int    `json:"first"` // index of the first layer, from 0
	Last   int    `json:"last"`  // index of the last layer, inclusive
	Design
	Cycles      int64      `json:"cycles"` // for Target.Batch frames
	LatencyMS   float64    `json:"latency_ms"`
	Utilization float64    `json:"utilization"` // U_i = Lat_i * TS; more than 1 misses the specification
	Bottleneck  Bottleneck `json:"bottleneck"`  // the term that decides most of the stage's cycles
	// Share is the FPGA's part of the one layer, where several FPGAs run it side
	// by side; their stages follow each other.
	Share *Share `json:"share,omitempty"`
	Bits  int    `json:"bits,omitempty"` // the device's own word size, where it was given one

	energy float64 // joules for Target.Batch frames, beyond static power
	entry  int16   // of the pool
	unit   int32   // the first unit
}

// Pipeline is a network's stages and what they reach together.
type Pipeline struct {
	Feasible      bool    `json:"feasible"`
	ThroughputFPS float64 `json:"throughput_fps"`
	IntervalMS    float64 `json:"interval_ms"` // time between frames: the slowest stage or link
	LatencyMS     float64 `json:"latency_ms"`  // one frame from end to end
	Efficiency    float64 `json:"efficiency"`  // mean utilisation of the FPGAs that are used
	// PowerW is an estimate, see Power; GOPSPerWatt = 2*MACs*throughput/power,
	// of the MACs that the FPGAs do.
	PowerW      float64 `json:"power_w"`
	GOPSPerWatt float64 `json:"gops_per_watt"`
	MACs        int64   `json:"macs"`
	Params      int64   `json:"params"`
	Stages      []Stage `json:"stages"`
	Reason      string  `json:"reason,omitempty"`
	// BestFPS is the best throughput that the pool reaches, given where the
	// specification is out of reach.
	BestFPS float64 `json:"best_fps,omitempty"`

	fixed bool // the partition was given
}

// Objective is what Plan looks for.
type Objective int

// The objectives.
const (
	// MaxUtilization is the highest mean utilisation among designs that meet
	// the specification; ties by throughput, then fewer FPGAs.
	MaxUtilization Objective = iota
	// MinCost is the cheapest set of FPGAs that meets the specification; ties
	// by throughput.
	MinCost
	// MaxThroughput is the shortest interval that the pool reaches, whether or
	// not it meets the specification.
	MaxThroughput
)

// Placement is a given stage: the next Layers layers on a Device.
type Placement struct {
	Device string
	Layers int
}
