package blast

import (
	"fmt"
	"strings"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// place makes the given partition the planner's stages.
func (p *problem) place() error {
	w := &p.units
	layer, unit := 0, 0
	for k, pl := range p.Partition {
		if pl.Layers < 1 || pl.Layers > w.total-layer {
			return fmt.Errorf("blast: stage %d of the partition: %d layers from layer %d on: %s", k+1, pl.Layers, layer+1, w.counted())
		}
		t := p.typeOf(pl.Device)
		if t < 0 {
			return fmt.Errorf("blast: stage %d of the partition: %q is not in the pool %v", k+1, pl.Device, p.Pool)
		}
		layer += pl.Layers
		end := unit
		for end < w.n && w.layer[end] < layer {
			end++
		}
		if end == unit {
			return fmt.Errorf("blast: stage %d of the partition: its layers run on the host, none on the FPGA", k+1)
		}
		s := step{i: unit, j: end, t: t}
		if pl.Design != (hw.Design{}) {
			s.design = &p.Partition[k].Design
			if err := p.types[t].configure(s); err != nil {
				return fmt.Errorf("%w (stage %d of the partition)", err, k+1)
			}
		}
		if f := &p.types[t]; f.exact(unit, end) >= never {
			if _, err := f.accelerator(w.loops[unit:end]); err != nil {
				return fmt.Errorf("%w (stage %d of the partition)", err, k+1)
			}
			return fmt.Errorf("blast: stage %d of the partition on %s: %s", k+1, pl.Device, f.lacks(unit, end))
		}
		p.steps = append(p.steps, s)
		unit = end
	}
	if unit != w.n {
		return fmt.Errorf("blast: the partition covers %d layers: %s", layer, w.counted())
	}
	return nil
}

// configure makes what a stage takes on its given design the cost of its layers, for
// the network being planned.
func (f *costs) configure(s step) error {
	layers := f.w.loops[s.i:s.j]
	if f.weak != nil {
		return f.weak
	}
	if err := accel.Fits(f.dev, layers, *s.design, f.target); err != nil {
		return err
	}
	cost := &f.known[s.i*(f.w.n+1)+s.j]
	if *cost = never; f.memoryShort(s.i, s.j) == 0 {
		cycles, _, _ := accel.GroupCost(layers, *s.design, &f.target, &f.dev.Power)
		*cost = f.scale(cycles)
	}
	return nil
}

// counted says how many layers a partition has to cover.
func (w *units) counted() string {
	if w.n == w.total {
		return fmt.Sprintf("the network has %d", w.total)
	}
	if w.layer[w.n-1] == w.n-1 { // those on the host come last
		return fmt.Sprintf("the network has %d on FPGAs, and %d after them on the host, which may be left out", w.n, w.total-w.n)
	}
	return fmt.Sprintf("the network has %d, of which %d run on the host", w.total, w.total-w.n)
}

// typeOf is the pool's entry of a part; -1: it has none.
func (p *problem) typeOf(part string) int {
	for i := range p.Pool {
		if strings.EqualFold(p.Pool[i].Device.Part, part) {
			return i
		}
	}
	return -1
}
