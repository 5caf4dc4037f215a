package pipelines

import (
	"cmp"
	"fmt"
	"slices"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/blast"
	"coexplore/nas"
)

// fixedCells is hardware whose partition and designs are fixed.
type fixedCells struct {
	*Cells
	stages []hw.Stage // of a network with the same skeleton
}

var _ nas.Fixer = (*Cells)(nil)

// Fix implements nas.Fixer. The cuts go to other networks as Replan takes them.
func (c *Cells) Fix(_ []int, plan *nas.Plan) (nas.Hardware, error) {
	if plan.Pipeline == nil {
		return nil, fmt.Errorf("pipelines: the plan to fix is not a pipeline of FPGAs")
	}
	return &fixedCells{c, slices.Clone(plan.Pipeline.Stages)}, nil
}

// Preset implements nas.Fixer. The hardware is that of the network in the middle of the
// space, the one with the median of the multiply-accumulates: its partition for the
// highest throughput over all FPGAs of the pool, and the one accelerator design that
// is best for all of its layers together. The cuts go to other networks as Replan
// takes them. All FPGAs of the pool must be of one type.
func (c *Cells) Preset() (nas.Hardware, error) {
	if err := oneType(c.pool); err != nil {
		return nil, err
	}
	c.mu.Lock()
	f := c.preset
	c.mu.Unlock()
	if f != nil {
		return f, nil
	}
	middle, err := c.middle()
	if err != nil {
		return nil, err
	}
	answer, err := c.planner.With(blast.Options{Objective: hw.MaxThroughput}).Plan(middle)
	if err != nil {
		return nil, err
	}
	loops := middle.Loops()
	if c.target.Dense == hw.DenseOnHost {
		loops = loops[:len(loops)-1]
	}
	best, err := accel.BestDesign(loops, &c.pool[0].Device, c.pool.Target(0, c.target))
	if err != nil {
		return nil, err
	}
	f = &fixedCells{c, answer.Stages}
	for i := range f.stages {
		f.stages[i].Design = best.Design
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.preset = f
	return f, nil
}

// middle is the network with the median of the multiply-accumulates; of several, the
// one that comes first in the space.
func (c *Cells) middle() (*hw.Network, error) {
	type work struct {
		actions []int
		macs    int64
	}
	var all []work
	var err error
	nas.All(cellSpace, func(actions []int) bool {
		net, e := cellSpace.Build(actions, c.input, c.classes)
		if err = e; err == nil {
			all = append(all, work{slices.Clone(actions), net.MACs()})
		}
		return err == nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b work) int { return cmp.Compare(a.macs, b.macs) })
	at := len(all) / 2
	for at > 0 && all[at-1].macs == all[at].macs {
		at--
	}
	net, err := cellSpace.Build(all[at].actions, c.input, c.classes)
	if err != nil {
		return nil, err
	}
	return net.Network, nil
}

// Plan implements nas.Hardware. A network that the designs do not fit is not feasible.
func (f *fixedCells) Plan(actions []int, fps float64) (*nas.Plan, error) {
	net, err := cellSpace.Build(actions, f.input, f.classes)
	if err != nil {
		return nil, err
	}
	placements := carry(f.stages, len(net.Layers), f.target.Dense)
	for i := range placements {
		placements[i].Design = f.stages[i].Design
	}
	return f.work(actions, fps, placements)
}

// Replan implements nas.Hardware: everything is fixed anyway.
func (f *fixedCells) Replan(actions []int, fps float64, _ *nas.Plan) (*nas.Plan, error) {
	return f.Plan(actions, fps)
}
