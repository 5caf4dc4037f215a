package accel

import (
	"fmt"
	"math"

	"coexplore/hw"
)

// Best is the best accelerator for a set of layers.
type Best struct {
	Design hw.Design
	Cycles int64 // the layers' sum, for hw.Target.Batch frames
}

// maxGroup bounds the layers that one accelerator is searched for.
const maxGroup = 1 << 10

// BestDesign returns the accelerator with the fewest cycles, summed over the
// layers, among all integer (Tm, Tn, Tr, Tc, Wp, Ip, Op) that fit the device.
//
// Nothing is lost by what it leaves out:
//   - A tile size counts only through ceilings such as ceil(M/Tm). Of the sizes
//     with equal ceilings for every layer the smallest is best in every term and
//     every resource, so only those are tried.
//   - Row and column tiles (Tr, Tc) that are no better in any layer's tile count,
//     computed pixels or pixels read, nor in buffer size, than another pair are
//     left out.
//   - For a tiling, a layer takes at least max(compute, words/ports) cycles, for
//     max(w/Wp, i/Ip, o/Op) >= (w+i+o)/(Wp+Ip+Op). Tilings whose sum of these
//     bounds is no better than the best design so far are left out.
//   - A design that does not fit does not fit with a larger array, tile or kernel.
//
// Among equal designs the answer is the same on every run. The error is a
// *FitError when not even the smallest design fits.
func BestDesign(layers []hw.Loops, dev *hw.Device, t hw.Target) (Best, error) {
	if err := t.Check(); err != nil {
		return Best{}, err
	}
	if len(layers) == 0 {
		return Best{}, fmt.Errorf("hw: best design: no layers")
	}
	if len(layers) > maxGroup {
		return Best{}, fmt.Errorf("hw: best design: %d layers: want at most %d", len(layers), maxGroup)
	}
	for i := range layers {
		if err := layers[i].Check(); err != nil {
			return Best{}, err
		}
	}
	return bestDesign(layers, dev, t, nil)
}

// bestDesign is BestDesign for checked input. Designs that may be near the best
// give it a first bound; they do not change the answer.
func bestDesign(layers []hw.Loops, dev *hw.Device, t hw.Target, near []hw.Design) (Best, error) {
	if err := allCountable(layers, &t); err != nil {
		return Best{}, err
	}
	smallest := hw.Design{Tiling: hw.Tiling{Tm: 1, Tn: 1, Tr: 1, Tc: 1}, Ports: hw.Ports{W: 1, I: 1, O: 1}}
	if err := Fits(dev, layers, smallest, t); err != nil {
		return Best{}, err
	}
	s := newSearch(layers, dev, t)
	for _, d := range near {
		if Fits(dev, layers, d, t) == nil {
			s.load(d.Tiling)
			s.best.Cycles = min(s.best.Cycles, s.total(d.Ports, math.MaxInt64)+1)
		}
	}
	s.run()
	for i := range s.tiles {
		if s.tiles[i].cycles(s.best.Design.Ports, t.FillDrain) >= hw.NeverCycles {
			return Best{}, fmt.Errorf("hw: best design: %v on %s: 2^52 cycles or more", s.layers[i], dev.Part)
		}
	}
	return s.best, nil
}

// allCountable is countable for every array that the layers can use.
func allCountable(layers []hw.Loops, t *hw.Target) error {
	m, n := 1, 1
	for i := range layers {
		m, n = max(m, layers[i].M), max(n, layers[i].N)
	}
	for i := range layers {
		if err := countable(&layers[i], m, n, t); err != nil {
			return err
		}
	}
	return nil
}
