package blast

import (
	"fmt"
	"slices"
	"strings"
)

// BLAST plans a pipeline with all that the algorithm can take into account
// (Jiang et al., IEEE TCAD 37(11), 2018: where to place buffers, and which FPGA
// runs what), and explains its answer. Its zero values are one layer on one
// FPGA, all FPGAs allowed and the target's word size on all of them: what
// Planner.Plan finds too, and faster. The result is exact: see Instance.Solve
// for the state, the recurrence and a worked example.
//
// It remembers the best accelerators that it has found, from call to call. It
// is not safe for concurrent use.
type BLAST struct {
	Pool     hw.Pool
	Target   hw.Target
	MaxFPGAs int // the most FPGAs to use; 0: all
	// Bits is the word size of the parts that do not have the target's. Words
	// cross a link in the size of the FPGA that receives them.
	Bits map[string]int
	// Parallel lets one layer run on up to Ways FPGAs (0: 4) side by side, over
	// output channels or rows, where none of them alone meets the
	// specification. All FPGAs of such a stage receive over the one link before
	// it, one after the other: output channels send the whole input to each,
	// rows the input rows under each one's windows.
	Parallel bool
	Ways     int
	// hw.Design is one accelerator for all FPGAs instead of each one's best; nil:
	// the best.
	Design *hw.Design
	// Explain fills Answer.Trace.
	Explain bool
	// Suggest fills Answer.Remedies where the specification is out of reach:
	// it looks for the smallest changes, among FPGAs of the pool's types and, if
	// none of those is enough, of the catalogue (nil: hw.Devices()).
	Suggest   bool
	Catalogue []hw.Device

	costs map[costKey]*Planner
	parts map[partKey]Best
	given hw.Design // that parts are for, where not the best

	// of the network being planned
	net     *hw.Network
	types   []blastType
	splits  []split // of the last instance made
	anyLink bool    // make instances with links that are too slow
}

type costKey struct {
	part string
	bits int
}

// blastType is a type of FPGA with the planner that knows its accelerators.
type blastType struct {
	dev     *hw.Device
	planner *Planner // for a pool of this type alone
}

func (t *blastType) target() *hw.Target { return &t.planner.target }

// Answer is what BLAST finds: a pipeline, which misses the specification if it
// is not Feasible (then it is the fastest one), and why.
type Answer struct {
	hw.Pipeline
	Price float64 `json:"price"` // of the FPGAs that are used
	// Remedies are the smallest changes that would meet the specification.
	Remedies []Remedy `json:"remedies,omitempty"`
	Trace    *Trace   `json:"trace,omitempty"`
	// Instance is the problem in numbers, with Units giving its layers' indices
	// in the network, and Solution its solution.
	Instance *Instance `json:"-"`
	Units    []int     `json:"-"`
	Solution Solution  `json:"-"`

	splits []split
}

// Plan cuts the network into a pipeline for fps frames a second. Errors are for
// input that is wrong: a specification out of reach is an answer.
func (b *BLAST) Plan(net *hw.Network, fps float64, obj hw.Objective) (*Answer, error) {
	if err := checkPlan(fps, obj); err != nil {
		return nil, err
	}
	if err := b.load(net); err != nil {
		return nil, err
	}
	budget := b.Target.Budget(fps)
	in, sol, ok, err := b.solve(obj, budget, b.counts(), b.MaxFPGAs)
	if err != nil {
		return nil, err
	}
	a := &Answer{}
	a.MACs, a.Params = net.MACs(), net.Params()
	if ok {
		a.Feasible = sol.Interval <= budget
	} else if obj != hw.MaxThroughput {
		if in, sol, ok, err = b.solve(hw.MaxThroughput, budget, b.counts(), b.MaxFPGAs); err != nil {
			return nil, err
		}
	}
	if ok {
		b.describe(a, in, sol, fps)
	}
	if !a.Feasible {
		b.giveReason(a, ok, fps)
		if b.Suggest {
			if a.Remedies, err = b.remedies(a, fps, budget); err != nil {
				return nil, err
			}
			a.Reason += remedyText(a.Remedies, fps)
		}
	}
	if b.Explain && ok {
		if a.Trace, err = b.trace(a, obj, fps, budget); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// Instance is the problem of a network in numbers: all groups of layers that
// meet fps frames a second, and all layers divided that are worth dividing for
// it, with the budget in cycles. An fps of 0 is no specification, and no budget.
func (b *BLAST) Instance(net *hw.Network, fps float64) (in *Instance, budget int64, err error) {
	if fps != 0 {
		if err := checkFPS(fps); err != nil {
			return nil, 0, err
		}
	}
	if err := b.load(net); err != nil {
		return nil, 0, err
	}
	if fps == 0 {
		in, err = b.instance(hw.NeverCycles-1, hw.NeverCycles-1, b.counts(), b.MaxFPGAs)
		return in, 0, err
	}
	budget = b.Target.Budget(fps)
	in, err = b.instance(budget, budget, b.counts(), b.MaxFPGAs)
	return in, budget, err
}

// load readies the planner of every type for the network.
func (b *BLAST) load(net *hw.Network) error {
	if err := b.Pool.Check(); err != nil {
		return err
	}
	if b.MaxFPGAs < 0 {
		return fmt.Errorf("hw: at most %d FPGAs: want 0 (all) or more", b.MaxFPGAs)
	}
	if b.Ways < 0 || b.Ways > maxShare {
		return fmt.Errorf("hw: a layer on %d FPGAs: want 0 (at most 4) to %d", b.Ways, maxShare)
	}
	for part := range b.Bits {
		if !slices.ContainsFunc(b.Pool, func(e hw.PoolEntry) bool { return strings.EqualFold(e.Device.Part, part) }) {
			return fmt.Errorf("hw: a word size is given for %s, which is not in the pool %v", part, b.Pool)
		}
	}
	given := hw.Design{}
	if b.Design != nil {
		given = *b.Design
	}
	if given != b.given {
		b.given, b.parts = given, nil
	}
	b.net, b.types = net, b.types[:0]
	for i := range b.Pool {
		if err := b.addType(&b.Pool[i].Device); err != nil {
			return err
		}
	}
	return nil
}

// addType appends a type of FPGA, with its planner loaded.
func (b *BLAST) addType(dev *hw.Device) error {
	target := b.Target
	for part, bits := range b.Bits {
		if strings.EqualFold(part, dev.Part) {
			target.Bits = bits
		}
	}
	key := costKey{dev.Part, target.Bits}
	p := b.costs[key]
	if p == nil || p.target != target || p.pool[0].Device != *dev {
		var err error
		if p, err = NewPlanner(hw.Pool{{*dev, 1}}, target); err != nil {
			return err
		}
		if b.costs == nil {
			b.costs = map[costKey]*Planner{}
		}
		b.costs[key] = p
		b.parts = nil
	}
	if err := p.Fix(b.Design); err != nil {
		return err
	}
	if err := p.loadNetwork(b.net); err != nil {
		return err
	}
	b.types = append(b.types, blastType{&p.pool[0].Device, p})
	return nil
}

// counts is the FPGAs of every type.
func (b *BLAST) counts() []int {
	n := make([]int, len(b.Pool))
	for i, e := range b.Pool {
		n[i] = e.Count
	}
	return n
}

func (b *BLAST) work() *work { return &b.types[0].planner.w }

// describe writes the solution's pipeline.
func (b *BLAST) describe(a *Answer, in *Instance, sol Solution, fps float64) {
	a.Instance, a.Solution, a.Price, a.Units, a.splits = in, sol, sol.Price, slices.Clone(b.work().layer), b.splits
	w := b.work()
	a.Stages = nil
	joules := 0.0
	var static []float64
	latency := int64(0)
	for _, gi := range sol.Groups {
		g := &in.Groups[gi]
		latency += g.Cycles + g.Link
		if g.Use == nil {
			t := &b.types[g.Type]
			s := t.planner.stage(0, g.First, g.Last+1, t.planner.designOf(0, g.First, g.Last+1), g.Cycles, fps)
			b.own(&s, g.Type)
			a.Stages = append(a.Stages, s)
			continue
		}
		a.Stages = append(a.Stages, b.splitStages(&b.splits[g.ID], fps)...)
	}
	a.Efficiency = 0
	for i := range a.Stages {
		s := &a.Stages[i]
		a.Efficiency += s.Utilization / float64(len(a.Stages))
		static = append(static, b.types[s.entry].dev.Power.StaticW)
		joules += s.energy
	}
	batch := float64(b.Target.Batch)
	a.IntervalMS = b.Target.Seconds(sol.Interval) * 1e3 / batch
	a.LatencyMS = b.Target.Seconds(latency) * 1e3
	a.ThroughputFPS = 1e3 / a.IntervalMS
	a.setPower(static, joules/batch, w.onHW)
	if !a.Feasible {
		a.BestFPS = a.ThroughputFPS
	}
}

// own notes which type of the pool a stage is on.
func (b *BLAST) own(s *hw.Stage, t int) {
	s.entry = int16(t)
	if bits := b.types[t].target().Bits; bits != b.Target.Bits {
		s.Bits = bits
	}
}
