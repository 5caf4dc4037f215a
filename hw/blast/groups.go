package blast

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// lower is a lower bound of the cycles of units [i, j) on type t.
func (p *Planner) lower(t, i, j int) int64 {
	tw := &p.w.types[t]
	if tw.cat != nil {
		return tw.least[j] - tw.least[i]
	}
	l := &tw.lower[i*(p.w.n+1)+j]
	if *l == 0 {
		*l = max(tw.least[j]-tw.least[i], tw.bounds.group(i, j))
	}
	return *l
}

// exact is the cycles of units [i, j) on type t with their best accelerator,
// hw.NeverCycles where none holds them.
func (p *Planner) exact(t, i, j int) int64 {
	b := &p.w
	tw := &b.types[t]
	at := i*(b.n+1) + j
	if tw.cycles[at] != 0 {
		return tw.cycles[at]
	}
	if tw.cat != nil {
		c, d := tw.cat.best(tw.sums, b.ids, i, j)
		tw.cycles[at], tw.design[at] = c, int32(d)
		return c
	}
	tw.cycles[at] = hw.NeverCycles
	if best, err := p.accelerator(t, b.loops[i:j]); err == nil {
		tw.cycles[at] = best.Cycles
	}
	return tw.cycles[at]
}

// designOf is the best accelerator of a group whose cycles are known.
func (p *Planner) designOf(t, i, j int) hw.Design {
	tw := &p.w.types[t]
	if tw.cat != nil {
		return tw.cat.designs[tw.design[i*(p.w.n+1)+j]]
	}
	best, err := p.accelerator(t, p.w.loops[i:j])
	if err != nil {
		panic("hw: no accelerator for a planned stage: " + err.Error())
	}
	return best.Design
}

// prepare readies the tables of every type for the loaded units.
func (p *Planner) prepare() {
	b := &p.w
	n := b.n
	for t := range b.types {
		tw := &b.types[t]
		tw.cycles = resize(tw.cycles, (n+1)*(n+1))
		clear(tw.cycles)
		tw.least = resize(tw.least, n+1)
		tw.least[0] = 0
		tw.cat = nil
		if b.ids == nil {
			tw.lower = resize(tw.lower, (n+1)*(n+1))
			clear(tw.lower)
			tw.bounds = newArrayBounds(b.loops, &p.pool[t].Device, p.target)
			for i := range b.loops {
				tw.least[i+1] = tw.least[i] + tw.bounds.group(i, i+1)
			}
			continue
		}
		tw.cat = p.universe.cats[t]
		d := len(tw.cat.designs)
		tw.design = resize(tw.design, (n+1)*(n+1))
		tw.sums = resize(tw.sums, (n+1)*d)
		clear(tw.sums[:d])
		for i, k := range b.ids {
			tw.least[i+1] = tw.least[i] + tw.cat.least[k]
			before, after := tw.sums[i*d:(i+1)*d], tw.sums[(i+1)*d:(i+2)*d]
			row := tw.cat.cost[k]
			after, row = after[:len(before)], row[:len(before)]
			for x, v := range before {
				after[x] = v + row[x]
			}
		}
	}
	b.shape(p.pool)
}

// loadNetwork makes a network the planner's work.
func (p *Planner) loadNetwork(net *hw.Network) error {
	b := &p.w
	if len(net.Layers) == 0 {
		return fmt.Errorf("hw: network %s has no layers", net.Name)
	}
	if len(net.Layers) > maxLayers {
		return fmt.Errorf("hw: network %s has %d layers: want at most %d", net.Name, len(net.Layers), maxLayers)
	}
	b.reset(len(net.Layers))
	for i := range net.Layers {
		l := &net.Layers[i]
		b.macs += l.MACs
		if l.Kind == hw.Dense && p.target.Dense == hw.DenseOnHost {
			continue
		}
		loops := l.Loops()
		if err := loops.Check(); err != nil {
			return fmt.Errorf("%w (layer %d, %s)", err, i+1, l.Name)
		}
		words := int64(0)
		if i > 0 {
			words = net.Cut(i).Words
		}
		b.add(loops, i, p.target.LinkCycles(words))
	}
	if b.n == 0 {
		return fmt.Errorf("hw: network %s: no layer runs on an FPGA: all are fully connected, and those run on the host", net.Name)
	}
	b.ids = nil
	p.prepare()
	return nil
}

func (b *work) reset(layers int) {
	b.n, b.total, b.macs, b.onHW = 0, layers, 0, 0
	b.loops, b.layer, b.link = b.loops[:0], b.layer[:0], b.link[:0]
}

func (b *work) add(l hw.Loops, layer int, link int64) {
	b.n++
	b.loops, b.layer, b.link = append(b.loops, l), append(b.layer, layer), append(b.link, link)
	b.onHW += l.MACs()
}
