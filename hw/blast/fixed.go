package blast

import "fmt"

// PlanFixed gives each stage of a given partition its best accelerator. The
// placements must cover all layers and name devices of the pool; how many of
// each the pool has does not matter. Each stage has its own Utilization, which
// exceeds 1 where the stage misses the specification; Feasible tells whether
// all of them meet it.
func (p *Planner) PlanFixed(net *hw.Network, fps float64, placement []hw.Placement) (*hw.Pipeline, error) {
	pipe := &hw.Pipeline{}
	if err := checkFPS(fps); err != nil {
		return nil, err
	}
	if err := p.loadNetwork(net); err != nil {
		return nil, err
	}
	if err := p.planFixed(pipe, fps, placement); err != nil {
		return nil, err
	}
	pipe.MACs, pipe.Params = net.MACs(), net.Params()
	p.GiveReason(pipe, fps)
	return pipe, nil
}

// PlanChainFixed is PlanFixed for a chain, on the terms of PlanChain.
func (p *Planner) PlanChainFixed(dst *hw.Pipeline, c hw.Chain, in hw.Shape, classes int, head hw.Head, fps float64, placement []hw.Placement) error {
	if err := checkFPS(fps); err != nil {
		return err
	}
	if err := p.loadChain(c, in, classes, head); err != nil {
		return err
	}
	if err := p.planFixed(dst, fps, placement); err != nil {
		return err
	}
	dst.MACs, dst.Params = p.w.macs, c.Params(in, classes, head)
	return nil
}

// Fix makes every FPGA of the planner's pipelines run one given design instead
// of its best one; nil goes back to the best. A design that does not fit is
// refused, when a network is planned, with a *FitError that names the resource,
// the need and what there is.
func (p *Planner) Fix(d *hw.Design) error {
	if d != nil {
		if err := d.check(); err != nil {
			return err
		}
		c := *d
		d = &c
	}
	p.design = d
	return nil
}

// PlanDesign is PlanFixed with one given design on every FPGA: see Fix.
func (p *Planner) PlanDesign(net *hw.Network, fps float64, placement []hw.Placement, d hw.Design) (*hw.Pipeline, error) {
	before := p.design
	defer func() { p.design = before }()
	if err := p.Fix(&d); err != nil {
		return nil, err
	}
	return p.PlanFixed(net, fps, placement)
}

// accelerator is the design of a group of layers on type t: the best, or the
// given one.
func (p *Planner) accelerator(t int, layers []hw.Loops) (Best, error) {
	if p.design == nil {
		return p.memo[t].best(layers, p.target)
	}
	if err := p.pool[t].Device.Fits(layers, *p.design, p.target); err != nil {
		return Best{}, err
	}
	b := Best{Design: *p.design}
	for i := range layers {
		x := tileOf(&layers[i], p.design.Tiling, &p.target)
		b.Cycles += x.cycles(p.design.Ports, p.target.FillDrain)
	}
	return b, nil
}

// planFixed fills the pipeline of the loaded network.
func (p *Planner) planFixed(dst *hw.Pipeline, fps float64, placement []hw.Placement) error {
	b := &p.w
	budget := p.target.Budget(fps)
	dst.Stages, dst.Feasible, dst.fixed = dst.Stages[:0], true, true
	layer, unit := 0, 0
	for k, pl := range placement {
		if pl.Layers < 1 || pl.Layers > b.total-layer {
			return fmt.Errorf("hw: placement %d: %d layers from layer %d: the network has %d", k+1, pl.Layers, layer+1, b.total)
		}
		t := p.entry(pl.Device)
		if t < 0 {
			return fmt.Errorf("hw: placement %d: %q is not in the pool %v", k+1, pl.Device, p.pool)
		}
		layer += pl.Layers
		end := unit
		for end < b.n && b.layer[end] < layer {
			end++
		}
		if end == unit {
			return fmt.Errorf("hw: placement %d: its layers run on the host, none on the FPGA", k+1)
		}
		cycles := p.exact(t, unit, end)
		if cycles >= hw.NeverCycles {
			_, err := p.accelerator(t, b.loops[unit:end])
			return err
		}
		s := p.stage(t, unit, end, p.designOf(t, unit, end), cycles, fps)
		s.First, s.Last = layer-pl.Layers, layer-1
		dst.Stages = append(dst.Stages, s)
		if cycles > budget || b.linkAt(unit) > budget {
			dst.Feasible = false
		}
		unit = end
	}
	if layer != b.total {
		return fmt.Errorf("hw: placements cover %d of %d layers", layer, b.total)
	}
	p.finish(dst)
	dst.Reason, dst.BestFPS = "", 0
	if !dst.Feasible {
		dst.BestFPS = dst.ThroughputFPS
	}
	return nil
}

func (p *Planner) entry(part string) int {
	for i := range p.pool {
		if p.pool[i].Device.Part == part {
			return i
		}
	}
	return -1
}
