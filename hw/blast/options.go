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
	// go with them. Nil: the model. The table is not to be changed.
	Latencies *measured.Table

	// Partition is the stages, given: each the next Layers layers on a Device of
	// the pool, of which it may use any number. Fully connected layers that run on
	// the host at the end need not be counted. A stage that has a Design of its own
	// runs on it, whatever Options.Design is. Nil: the best partition.
	Partition []hw.Placement

	// Reasons makes PlanChain say why a specification is missed, as Plan always does.
	// Explain fills Answer.Trace. Suggest fills Answer.Remedies where the
	// specification is out of reach: it looks for the smallest changes, among FPGAs
	// of the pool's types and, if none of those is enough, of the Catalogue (nil:
	// hw.Devices()).
	Reasons   bool
	Explain   bool
	Suggest   bool
	Catalogue []hw.Device
}

// check refuses options that say nothing that can be planned.
func (o *Options) check() error {
	switch {
	case o.Objective < hw.MaxUtilization || o.Objective > hw.MaxThroughput:
		return fmt.Errorf("blast: unknown objective %d", int(o.Objective))
	case !(o.FPS >= 0) || o.FPS > 1e12:
		return fmt.Errorf("blast: specification of %v frames/s: want a number above 0, such as 35", o.FPS)
	case o.FPS == 0 && o.Objective != hw.MaxThroughput && o.Partition == nil:
		return fmt.Errorf("blast: the objective %v needs a specification: frames a second above 0, such as 35", o.Objective)
	case o.MaxFPGAs < 0:
		return fmt.Errorf("blast: at most %d FPGAs: want 0 (all) or more", o.MaxFPGAs)
	case o.Ways < 0 || o.Ways > maxWays:
		return fmt.Errorf("blast: a layer on %d FPGAs: want 0 (at most %d) to %d", o.Ways, defaultWays, maxWays)
	}
	if o.Latencies != nil && (o.Design != nil || o.Parallel) {
		return fmt.Errorf("blast: a table of latencies goes neither with a given design nor with layers divided over FPGAs")
	}
	for k := range o.Partition {
		given := &o.Partition[k].Design
		if *given == (hw.Design{}) {
			continue
		}
		if o.Latencies != nil {
			return fmt.Errorf("blast: stage %d of the partition: a table of latencies does not go with a given design", k+1)
		}
		if err := given.Check(); err != nil {
			return fmt.Errorf("%w (stage %d of the partition)", err, k+1)
		}
	}
	if o.Design != nil {
		return o.Design.Check()
	}
	return nil
}

// ways is the most FPGAs that a layer may be divided over.
func (o *Options) ways() int {
	if o.Ways == 0 {
		return defaultWays
	}
	return o.Ways
}
