package rtl

import (
	"fmt"

	"coexplore/hw"
)

// Layer is what the engine runs: a loop nest, its input map, and fixed-point
// arithmetic.
type Layer struct {
	hw.Loops
	InRows, InCols int // input map
	Pad            int // rows of zeros above it, and columns to the left
	// Largest takes the maximum over a window in place of the sum. Padding counts
	// as zero, below which no map after ReLU is.
	Largest bool
	ReLU    bool
	Shift   int     // bits that rounding takes off a pass's sum, 0 to 40
	Unit    int     // the weight of layers that have none: 1 for a maximum
	Weights []int32 // M x N/Groups x K x K; nil without
	Bias    []int64 // M, at the scale of products; nil for zeros
	// Input is the map, row by row, the channels of a pixel side by side; nil for
	// the output of the layer before.
	Input []int32
}

// most is the largest size of a layer that the engine's counters hold.
const most = 1<<15 - 1

// Check refuses what the engine does not run.
func (l *Layer) Check() error {
	if err := l.Loops.Check(); err != nil {
		return err
	}
	if l.Reads != 1 {
		return fmt.Errorf("rtl: %v reads %d maps: the engine reads one; sums of maps are not built", l.Loops, l.Reads)
	}
	if l.Wide != 0 || l.Across != 0 {
		return fmt.Errorf("rtl: %v: the engine has square kernels and one stride only", l.Loops)
	}
	for _, n := range []int{l.M, l.N, l.R, l.C, l.K, l.S, l.InRows, l.InCols, l.K * l.K} {
		if n < 1 || n > most {
			return fmt.Errorf("rtl: %v on %dx%d pixels: sizes are 1 to %d", l.Loops, l.InRows, l.InCols, most)
		}
	}
	if l.Pad < 0 || l.Pad >= l.K {
		return fmt.Errorf("rtl: %v: padding %d: want less than the kernel", l.Loops, l.Pad)
	}
	if l.Shift < 0 || l.Shift > 40 {
		return fmt.Errorf("rtl: %v: shift %d: want 0 to 40", l.Loops, l.Shift)
	}
	if want := l.weights(); len(l.Weights) != want {
		return fmt.Errorf("rtl: %v: %d weights, want %d", l.Loops, len(l.Weights), want)
	}
	if l.Bias != nil && len(l.Bias) != l.M {
		return fmt.Errorf("rtl: %v: %d biases, want %d", l.Loops, len(l.Bias), l.M)
	}
	if l.Input != nil && len(l.Input) != l.InRows*l.InCols*l.N {
		return fmt.Errorf("rtl: %v: %d input words, want %d", l.Loops, len(l.Input), l.InRows*l.InCols*l.N)
	}
	return nil
}

// weights is how many weights the layer has.
func (l *Layer) weights() int {
	if !l.Weighted {
		return 0
	}
	return l.M * (l.N / l.Groups) * l.K * l.K
}

// outputs is the words of the output map.
func (l *Layer) outputs() int {
	if l.Reduced {
		return l.M
	}
	return l.M * l.R * l.C
}

// tiling is a layer's steps on a design: what the model's tiles clamp to.
type tiling struct {
	pack                int // groups side by side
	groupOut, groupIn   int // channels of one group
	out, in, rows, cols int // of a tile
}

func (l *Layer) tiling(d hw.Tiling) tiling {
	t := tiling{pack: 1, groupOut: l.M / l.Groups, groupIn: l.N / l.Groups}
	if l.Groups > 1 {
		t.pack = max(1, min(d.Tm/t.groupOut, d.Tn/t.groupIn, l.Groups))
	}
	t.out, t.in = min(d.Tm, t.pack*t.groupOut), min(d.Tn, t.pack*t.groupIn)
	t.rows, t.cols = min(d.Tr, l.R), min(d.Tc, l.C)
	return t
}

// outputTiles is the output channel tiles, groups included.
func (l *Layer) outputTiles(d hw.Tiling) int {
	t := l.tiling(d)
	return ceil(l.Groups, t.pack) * ceil(t.pack*t.groupOut, t.out)
}

// side is the input rows (or columns) under n output rows.
func (l *Layer) side(n int) int { return l.S*n + l.K - l.S }

func ceil(a, b int) int { return (a + b - 1) / b }
