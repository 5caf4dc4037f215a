package blast

import "coexplore/hw"

// Trace is how BLAST came to its answer: everything that it considered, what it
// would have led to, and why the chosen pipeline won. Layers are indices in the
// network.
type Trace struct {
	// hw.Objective is what the pipelines are compared by: what was asked for, or
	// throughput where the specification is out of reach.
	Objective hw.Objective    `json:"objective"`
	FPS       float64         `json:"fps"` // the specification
	BudgetMS  float64         `json:"budget_ms"`
	Groups    []GroupDecision `json:"groups"`
	Cuts      []CutDecision   `json:"cuts"`
	Sets      []SetDecision   `json:"sets"`
	Chosen    Reach           `json:"chosen"`
	Why       string          `json:"why"`
	// Partial tells that the problem was too big to find what every group and
	// cut would have led to: Groups and Cuts lack Best, With and Without.
	Partial bool `json:"partial,omitempty"`
}

// Reach is what a pipeline reaches.
type Reach struct {
	Utilization   float64 `json:"utilization"` // mean over its FPGAs
	Price         float64 `json:"price"`
	ThroughputFPS float64 `json:"throughput_fps"`
	FPGAs         int     `json:"fpgas"`
}

// GroupDecision is a group of layers that was considered as a stage.
type GroupDecision struct {
	First     int     `json:"first"`
	Last      int     `json:"last"`
	FPGAs     string  `json:"fpgas"`           // the part, or several as a pool
	Split     string  `json:"split,omitempty"` // channels or rows, on several
	LatencyMS float64 `json:"latency_ms"`
	LinkMS    float64 `json:"link_ms"` // of the link into it
	Meets     bool    `json:"meets"`   // the specification
	Chosen    bool    `json:"chosen"`
	Best      *Reach  `json:"best,omitempty"` // the best pipeline that has this stage
	Why       string  `json:"why"`
}

// CutDecision is a place between two layers where a buffer was considered.
type CutDecision struct {
	Before  int     `json:"before"` // the layer after the cut
	Words   int64   `json:"words"`  // that cross it for one frame
	LinkMS  float64 `json:"link_ms"`
	Chosen  bool    `json:"chosen"`
	With    *Reach  `json:"with,omitempty"`    // the best pipeline with this cut
	Without *Reach  `json:"without,omitempty"` // and without it
	Why     string  `json:"why"`
}

// SetDecision is a set of FPGAs and the best pipeline that uses all of them.
type SetDecision struct {
	FPGAs  string `json:"fpgas"`
	Best   Reach  `json:"best"`
	Chosen bool   `json:"chosen"`
	Why    string `json:"why"`
}
