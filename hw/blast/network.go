package blast

import (
	"fmt"

	"coexplore/hw"
)

// units is the network being planned, as a row of layers that take FPGA time.
type units struct {
	n       int
	loops   []hw.Loops
	layer   []int   // of each unit, its layer's index in the network
	total   int     // layers of the network
	rows    []int32 // of each unit, its row in the tables of the universe
	inTable bool    // all units have one
	words   []int64 // that cross the cut before a unit, for one frame
	out     []int64 // words that a unit writes
	macs    int64   // multiply-accumulates of the network
	params  int64   // its parameters, where it is a chain
	onFPGA  int64   // multiply-accumulates of the units
}

func (w *units) reset(layers int) {
	w.n, w.total, w.macs, w.params, w.onFPGA = 0, layers, 0, 0, 0
	w.loops, w.layer, w.rows, w.words, w.out = w.loops[:0], w.layer[:0], w.rows[:0], w.words[:0], w.out[:0]
}

// load makes a network's layers the units.
func (w *units) load(net *hw.Network, dense hw.DensePlace, u *universe) error {
	if len(net.Layers) == 0 {
		return fmt.Errorf("blast: network %s has no layers", net.Name)
	}
	if len(net.Layers) > hw.MaxLayers {
		return fmt.Errorf("blast: network %s has %d layers: want at most %d", net.Name, len(net.Layers), hw.MaxLayers)
	}
	w.reset(len(net.Layers))
	w.inTable = u.listed
	for i := range net.Layers {
		l := &net.Layers[i]
		w.macs += l.MACs
		if l.Kind == hw.Dense && dense == hw.DenseOnHost {
			continue
		}
		words := net.Input.Size()
		if i > 0 {
			words = net.Cut(i).Words
		}
		if err := w.add(l.Loops(), i, words, l.Out.Size(), u); err != nil {
			return fmt.Errorf("%w (layer %d, %s)", err, i+1, l.Name)
		}
	}
	if w.n == 0 {
		return fmt.Errorf("blast: network %s: no layer runs on an FPGA: all are fully connected, and those run on the host", net.Name)
	}
	return nil
}

// loadChain makes a chain's layers the units.
func (w *units) loadChain(c hw.Chain, in hw.Shape, classes int, head hw.Head, dense hw.DensePlace, u *universe) error {
	if err := c.Check(in, classes); err != nil {
		return err
	}
	layers := len(c) + 1
	if head == hw.PoolHead {
		layers++
	}
	w.reset(layers)
	w.inTable = u.tables != nil
	for i, l := range c {
		loops, out := l.Loops(in)
		if err := w.add(loops, i, in.Size(), out.Size(), u); err != nil {
			return err
		}
		w.params += l.Params(in)
		in = out
	}
	w.params += head.Params(in, classes)
	w.macs = w.onFPGA
	if head == hw.PoolHead {
		loops, out := poolLoops(in)
		if err := w.add(loops, len(c), in.Size(), out.Size(), u); err != nil {
			return err
		}
		in = out
	}
	last := denseLoops(in, classes)
	if dense == hw.DenseOnFPGA {
		if err := w.add(last, layers-1, in.Size(), int64(classes), u); err != nil {
			return err
		}
	} else if err := last.Check(); err != nil {
		return err
	}
	w.macs += last.MACs()
	return nil
}

// add adds a layer, by its row in the tables if they have it: words cross the cut
// before it, out is what it writes.
func (w *units) add(l hw.Loops, layer int, words, out int64, u *universe) error {
	row, ok := int32(0), false
	if w.inTable {
		row, ok = u.rows[l]
		w.inTable = ok
	}
	if !ok { // else it was checked
		if err := l.Check(); err != nil {
			return err
		}
	}
	w.n++
	w.loops, w.layer, w.rows = append(w.loops, l), append(w.layer, layer), append(w.rows, row)
	w.words, w.out = append(w.words, words), append(w.out, out)
	w.onFPGA += l.MACs()
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
