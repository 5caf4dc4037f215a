package rtl

import (
	"fmt"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// Program is layers that one accelerator runs one after the other.
type Program struct {
	Design hw.Design
	Bits   int // 8 or 16
	Layers []Layer
}

// mostMemory bounds the words of the testbench's memory.
const mostMemory = 1 << 27

// Check refuses what cannot be built.
func (p *Program) Check() error {
	if err := p.Design.Check(); err != nil {
		return err
	}
	d := &p.Design
	switch {
	case p.Bits != 8 && p.Bits != 16:
		return fmt.Errorf("rtl: words of %d bits: want 8 or 16, fixed point", p.Bits)
	case d.W < 1 || d.I < 1 || d.O < 1:
		return fmt.Errorf("rtl: %v: a memory that never limits cannot be built; every port moves at least 1 word a cycle", *d)
	case d.W > 64 || d.I > 64 || d.O > 64:
		return fmt.Errorf("rtl: %v: ports of at most 64 words a cycle", *d)
	case d.Tm*d.Tn > 1<<14:
		return fmt.Errorf("rtl: %v: arrays of at most %d units", *d, 1<<14)
	case len(p.Layers) == 0 || len(p.Layers) > most:
		return fmt.Errorf("rtl: %d layers: want 1 to %d", len(p.Layers), most)
	}
	biases := 0
	for i := range p.Layers {
		l := &p.Layers[i]
		if err := l.Check(); err != nil {
			return err
		}
		if err := p.inputFits(i); err != nil {
			return err
		}
		if p.Bits == 8 && l.Shift > 24 {
			return fmt.Errorf("rtl: %v: shift %d: sums of 8-bit words have 32 bits; want 0 to 24", l.Loops, l.Shift)
		}
		t := l.tiling(d.Tiling)
		if words := l.side(t.rows) * l.side(t.cols); words > most {
			return fmt.Errorf("rtl: %v with %v: a bank of %d words, want at most %d", l.Loops, *d, words, most)
		}
		biases += l.outputTiles(d.Tiling)
	}
	if biases > most {
		return fmt.Errorf("rtl: %d output channel tiles in all, want at most %d", biases, most)
	}
	if m := p.layout(); m.words > mostMemory {
		return fmt.Errorf("rtl: %d words of memory, want at most %d", m.words, mostMemory)
	}
	return nil
}

// inputFits checks that a layer without a map of its own can read the one before.
func (p *Program) inputFits(i int) error {
	l := &p.Layers[i]
	if l.Input != nil {
		return nil
	}
	if i == 0 {
		return fmt.Errorf("rtl: the first layer has no input map")
	}
	if have, want := p.Layers[i-1].outputs(), l.InRows*l.InCols*l.N; have != want {
		return fmt.Errorf("rtl: layer %d (%v) reads %d words, the layer before makes %d", i+1, l.Loops, want, have)
	}
	return nil
}

// sizes is what the memories of an engine hold, in words of one half of a bank.
type sizes struct {
	in, out, kernels, biases int
}

func (p *Program) sizes() sizes {
	s := sizes{1, 1, 1, 0}
	for i := range p.Layers {
		l := &p.Layers[i]
		t := l.tiling(p.Design.Tiling)
		s.in = max(s.in, l.side(t.rows)*l.side(t.cols))
		if !l.Reduced {
			s.out = max(s.out, t.rows*t.cols)
		}
		if l.Weighted {
			s.kernels = max(s.kernels, l.K*l.K)
		}
		s.biases += l.outputTiles(p.Design.Tiling)
	}
	return s
}

// accumulator is the bits of sums of products.
func (p *Program) accumulator() int {
	if p.Bits == 8 {
		return 32
	}
	return 48
}

// layout is where in memory what lies.
type layout struct {
	weights, in, out []int // of each layer
	words            int
}

func (p *Program) layout() layout {
	var m layout
	place := func(words int) int {
		m.words += words
		return m.words - words
	}
	for i := range p.Layers {
		l := &p.Layers[i]
		m.weights = append(m.weights, place(l.weights()))
		if l.Input != nil {
			m.in = append(m.in, place(len(l.Input)))
		} else {
			m.in = append(m.in, m.out[i-1])
		}
		m.out = append(m.out, place(l.outputs()))
	}
	return m
}

// Outputs computes every layer's output map with the plain reference.
func (p *Program) Outputs() [][]int32 {
	var out [][]int32
	for i := range p.Layers {
		l := &p.Layers[i]
		in := l.Input
		if in == nil {
			in = out[i-1]
		}
		out = append(out, l.Reference(in, p.Design.Tiling, p.Bits))
	}
	return out
}

// target is how the model counts what the engine does.
func (p *Program) target() hw.Target {
	t := hw.DefaultTarget()
	t.Bits = p.Bits
	return t
}

// drain is the cycles from the last operands of an output tile to its last sum.
const drain = 4

// portRegister is the cycles by which the engine's last store is later than the tile
// simulation's: the register before the memory's output port.
const portRegister = 1

// Model is what the layers take by the formula and by the tile simulation, with a
// memory of so many cycles from a request to its words; RTL is 0.
func (p *Program) Model(latency int) ([]Cycles, error) {
	var out []Cycles
	for i := range p.Layers {
		c, err := p.model(&p.Layers[i], max(1, latency))
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// Words is the words that the layers put out.
func (p *Program) Words() int {
	n := 0
	for i := range p.Layers {
		n += p.Layers[i].outputs()
	}
	return n
}

// model is a layer's cycles by the formula and by the tile simulation.
func (p *Program) model(l *Layer, latency int) (Cycles, error) {
	t := p.target()
	cost, err := accel.LayerCost(l.Loops, p.Design, t)
	if err != nil {
		return Cycles{}, err
	}
	run, err := accel.SimulateTiles(l.Loops, p.Design, t, accel.TileOptions{Ragged: true, Whole: true, Latency: latency, Drain: drain})
	if err != nil {
		return Cycles{}, err
	}
	return Cycles{Layer: l.Loops, Formula: cost.Cycles, Bottleneck: cost.Bottleneck, Simulated: int64(run.Cycles) + portRegister}, nil
}
