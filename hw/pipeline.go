package hw

import "fmt"

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
	// Shard is the FPGA's part of the one layer, where several FPGAs run it side
	// by side; their stages follow each other.
	Shard *Shard `json:"share,omitempty"`
	Bits  int    `json:"bits,omitempty"` // the device's own word size, where it has one
	// ClockMHz is the device's own clock, where it has one: Cycles are of it.
	ClockMHz float64 `json:"clock_mhz,omitempty"`
	// MemoryMiB is the off-chip memory that the stage takes, where the board's is
	// known.
	MemoryMiB float64 `json:"memory_mib,omitempty"`
}

// Bottleneck is the term of the cost model that decided.
type Bottleneck int

// The four terms, and that the latency was measured, not modelled.
const (
	ComputeBound Bottleneck = iota
	WeightsBound
	InputsBound
	OutputsBound
	Measured
)

var bottleneckNames = [...]string{"compute", "weights", "inputs", "outputs", "measured"}

// String gives the term's name: compute, weights, inputs, outputs or measured.
func (b Bottleneck) String() string {
	if b < 0 || int(b) >= len(bottleneckNames) {
		return fmt.Sprintf("Bottleneck(%d)", int(b))
	}
	return bottleneckNames[b]
}

// MarshalText makes a bottleneck its name in JSON.
func (b Bottleneck) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

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
}

// Placement is a given stage: the next Layers layers on a Device.
type Placement struct {
	Device string
	Layers int
	Design Design // the FPGA's accelerator; zero: the best for the layers
}
