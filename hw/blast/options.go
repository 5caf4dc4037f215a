package blast

import (
	"fmt"

	"coexplore/hw"
	"coexplore/hw/measured"
)

// Options say what to plan for, and what the plan may use. Only Pool and Target are
// needed, and FPS for the objectives that have a specification.
type Options struct {
	Pool   hw.Pool
	Target hw.Target

	// FPS is the specification, frames a second. With 0 there is none, which is for
	// MaxThroughput and a given Partition alone: utilizations are then those at the
	// throughput that is reached.
	FPS       float64
	Objective hw.Objective
	MaxFPGAs  int // the most FPGAs of a pipeline; 0: all

	// Parallel lets one layer run on up to Ways FPGAs (0: 4) side by side, over
	// output channels or rows, where none of them alone meets the specification.
	// All FPGAs of such a stage receive over the one link before it, one after the
	// other: output channels send the whole input to each, rows the input rows
	// under each one's windows.
	Parallel bool
	Ways     int

	// Design is one accelerator for all FPGAs instead of each one's best; nil: the
	// best. One that does not fit is refused with a *accel.FitError.
	Design *hw.Design

	// Latencies are what layers take, in place of the cost model, for targets of
	// single frames: a stage takes the sum of its layers'. Every layer must be there
	// for every type of the pool (see measured.Table.Fill). Design and Parallel do not
	// go with them. Nil: the model. They are those of New, and not to be changed.
	Latencies *measured.Table

	// Partition is the stages, given: each the next Layers layers on a Device of
	// the pool, of which it may use any number. Fully connected layers that run on
	// the host at the end need not be counted. A stage that has a Design of its own
	// runs on it, whatever Options.Design is. Nil: the best partition.
	Partition []hw.Placement

	// Explain fills Answer.Trace. Suggest fills Answer.Remedies where the
	// specification is out of reach: it looks for the smallest changes, among FPGAs
	// of the pool's types and, if none of those is enough, of the Catalogue (nil:
	// hw.Devices()).
	Explain   bool
	Suggest   bool
	Catalogue []hw.Device
}

// check refuses options that say nothing that can be planned.
func (p *Planner) check() error {
	switch {
	case p.Target != p.target:
		return fmt.Errorf("hw: the target of a planner has changed since it was made: make a new one")
	case p.Objective < hw.MaxUtilization || p.Objective > hw.MaxThroughput:
		return fmt.Errorf("hw: unknown objective %d", int(p.Objective))
	case !(p.FPS >= 0) || p.FPS > 1e12:
		return fmt.Errorf("hw: specification of %v frames/s: want a number above 0, such as 35", p.FPS)
	case p.FPS == 0 && p.Objective != hw.MaxThroughput && p.Partition == nil:
		return fmt.Errorf("hw: the objective %v needs a specification: frames a second above 0, such as 35", p.Objective)
	case p.MaxFPGAs < 0:
		return fmt.Errorf("hw: at most %d FPGAs: want 0 (all) or more", p.MaxFPGAs)
	case p.Ways < 0 || p.Ways > maxWays:
		return fmt.Errorf("hw: a layer on %d FPGAs: want 0 (at most %d) to %d", p.Ways, defaultWays, maxWays)
	}
	if p.Latencies != p.latencies {
		return fmt.Errorf("hw: the latencies of a planner have changed since it was made: make a new one")
	}
	if p.Latencies != nil && (p.Design != nil || p.Parallel) {
		return fmt.Errorf("hw: a table of latencies goes neither with a given design nor with layers divided over FPGAs")
	}
	for k := range p.Partition {
		given := &p.Partition[k].Design
		if *given == (hw.Design{}) {
			continue
		}
		if p.Latencies != nil {
			return fmt.Errorf("hw: stage %d of the partition: a table of latencies does not go with a given design", k+1)
		}
		if err := given.Check(); err != nil {
			return fmt.Errorf("%w (stage %d of the partition)", err, k+1)
		}
	}
	if p.Design != nil {
		return p.Design.Check()
	}
	return nil
}
