package hw

import "fmt"

// PlanFixed gives each stage of a given partition its best accelerator. The
// placements must cover all layers and name devices of the pool; how many of
// each the pool has does not matter. Each stage has its own Utilization, which
// exceeds 1 where the stage misses the specification; Feasible tells whether
// all of them meet it.
func (p *Planner) PlanFixed(net *Network, fps float64, placement []Placement) (*Pipeline, error) {
	pipe := &Pipeline{}
	if err := checkFPS(fps); err != nil {
		return nil, err
	}
	if err := p.loadNetwork(net); err != nil {
		return nil, err
	}
	if err := p.planFixed(pipe, fps, placement, nil); err != nil {
		return nil, err
	}
	pipe.MACs, pipe.Params = net.MACs(), net.Params()
	p.GiveReason(pipe, fps)
	return pipe, nil
}

// PlanChainFixed is PlanFixed for a chain, on the terms of PlanChain.
func (p *Planner) PlanChainFixed(dst *Pipeline, c Chain, in Shape, classes int, head Head, fps float64, placement []Placement) error {
	if err := checkFPS(fps); err != nil {
		return err
	}
	if err := p.loadChain(c, in, classes, head); err != nil {
		return err
	}
	if err := p.planFixed(dst, fps, placement, nil); err != nil {
		return err
	}
	dst.MACs, dst.Params = p.w.macs, c.Params(in, classes, head)
	return nil
}

// PlanDesign runs a network on a given partition with one given accelerator
// design on every FPGA. A design that does not fit is refused with a *FitError
// that names the resource, the need and what there is.
func (p *Planner) PlanDesign(net *Network, fps float64, placement []Placement, d Design) (*Pipeline, error) {
	if err := checkFPS(fps); err != nil {
		return nil, err
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	if err := p.loadNetwork(net); err != nil {
		return nil, err
	}
	pipe := &Pipeline{}
	if err := p.planFixed(pipe, fps, placement, &d); err != nil {
		return nil, err
	}
	pipe.MACs, pipe.Params = net.MACs(), net.Params()
	p.GiveReason(pipe, fps)
	return pipe, nil
}

// planFixed fills the pipeline of the loaded network, with the given design or
// the best for each stage.
func (p *Planner) planFixed(dst *Pipeline, fps float64, placement []Placement, d *Design) error {
	b := &p.w
	budget := p.target.budget(fps)
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
		var design Design
		var cycles int64
		if d != nil {
			design = *d
			if err := p.pool[t].Device.Fits(b.loops[unit:end], design, p.target); err != nil {
				return err
			}
			for i := unit; i < end; i++ {
				x := tileOf(&b.loops[i], design.Tiling, &p.target)
				cycles += x.cycles(design.Ports, p.target.FillDrain)
			}
		} else {
			if cycles = p.exact(t, unit, end); cycles >= tooMany {
				_, err := BestDesign(b.loops[unit:end], &p.pool[t].Device, p.target)
				return err
			}
			design = p.designOf(t, unit, end)
		}
		s := p.stage(t, unit, end, design, cycles, fps)
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
