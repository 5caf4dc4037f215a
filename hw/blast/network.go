package blast

import (
	"fmt"

	"coexplore/hw"
)

// loadNetwork makes a network's layers the planner's units.
func (p *Planner) loadNetwork(net *hw.Network) error {
	w := &p.w
	if len(net.Layers) == 0 {
		return fmt.Errorf("hw: network %s has no layers", net.Name)
	}
	if len(net.Layers) > hw.MaxLayers {
		return fmt.Errorf("hw: network %s has %d layers: want at most %d", net.Name, len(net.Layers), hw.MaxLayers)
	}
	p.net = net
	w.reset(len(net.Layers))
	w.inTable = p.universe.listed && p.Design == nil && p.latencies == nil
	for i := range net.Layers {
		l := &net.Layers[i]
		w.macs += l.MACs
		if l.Kind == hw.Dense && p.Target.Dense == hw.DenseOnHost {
			continue
		}
		words := net.Input.Size()
		if i > 0 {
			words = net.Cut(i).Words
		}
		if err := p.addLayer(l.Loops(), i, words, l.Out.Size()); err != nil {
			return fmt.Errorf("%w (layer %d, %s)", err, i+1, l.Name)
		}
	}
	if w.n == 0 {
		return fmt.Errorf("hw: network %s: no layer runs on an FPGA: all are fully connected, and those run on the host", net.Name)
	}
	if err := p.untimed(); err != nil {
		return fmt.Errorf("%w (network %s)", err, net.Name)
	}
	p.prepare()
	return nil
}

// loadChain makes a chain's layers the planner's units.
func (p *Planner) loadChain(c hw.Chain, in hw.Shape, classes int, head hw.Head) error {
	if err := c.Check(in, classes); err != nil {
		return err
	}
	p.net = nil
	p.include(c, in, classes, head)
	w := &p.w
	layers := len(c) + 1
	if head == hw.PoolHead {
		layers++
	}
	w.reset(layers)
	w.inTable = p.universe.tables != nil && p.Design == nil && p.latencies == nil
	for i, l := range c {
		loops, out := l.Loops(in)
		if err := p.addLayer(loops, i, in.Size(), out.Size()); err != nil {
			return err
		}
		w.params += l.Params(in)
		in = out
	}
	w.params += head.Params(in, classes)
	w.macs = w.onFPGA
	if head == hw.PoolHead {
		loops, out := poolLoops(in)
		if err := p.addLayer(loops, len(c), in.Size(), out.Size()); err != nil {
			return err
		}
		in = out
	}
	dense := denseLoops(in, classes)
	if p.Target.Dense == hw.DenseOnFPGA {
		if err := p.addLayer(dense, layers-1, in.Size(), int64(classes)); err != nil {
			return err
		}
	} else if err := dense.Check(); err != nil {
		return err
	}
	w.macs += dense.MACs()
	if err := p.untimed(); err != nil {
		return fmt.Errorf("%w (network %v)", err, c)
	}
	p.prepare()
	return nil
}

// addLayer adds a layer to the units, by its row in the tables if they have it:
// words cross the cut before it, out is what it writes.
func (p *Planner) addLayer(l hw.Loops, layer int, words, out int64) error {
	w := &p.w
	if w.inTable {
		if row, ok := p.universe.rows[l]; ok { // and so it was checked
			w.rows = append(w.rows, row)
			w.add(l, layer, words, out)
			return nil
		}
		w.inTable = false
	}
	if err := l.Check(); err != nil {
		return err
	}
	w.add(l, layer, words, out)
	return nil
}

func poolLoops(in hw.Shape) (hw.Loops, hw.Shape) {
	l := hw.Layer{Kind: hw.GlobalAvgPool, In: in, Out: hw.Shape{C: in.C, H: 1, W: 1}}
	return l.Loops(), l.Out
}

func denseLoops(in hw.Shape, classes int) hw.Loops {
	l := hw.Layer{Kind: hw.Dense, In: in, Out: hw.Shape{C: classes, H: 1, W: 1}}
	return l.Loops()
}
