package rtl

import (
	"math/big"
	"strings"

	"coexplore/hw"
)

// field is one of accel_pkg's layer_t.
type field struct {
	name  string
	bits  uint
	value int
}

// fields are a layer's, in the order of layer_t. Addresses are in words.
func (l *Layer) fields(d hw.Tiling, weights, in, out, bias int) []field {
	t := l.tiling(d)
	blockIn, blockOut := 0, 0
	if t.pack > 1 {
		blockIn, blockOut = t.groupIn, t.groupOut
	}
	last := func(n, step int) int { return n - (ceil(n, step)-1)*step } // of the last tile
	pixel, row := l.N, l.N*l.InCols
	outRow := l.M * l.C
	flag := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return []field{
		{"rows", 16, l.R}, {"cols", 16, l.C},
		{"in_ch", 16, l.N}, {"out_ch", 16, l.M},
		{"group_in", 16, t.pack * t.groupIn}, {"group_out", 16, t.pack * t.groupOut},
		{"block_in", 16, blockIn}, {"block_out", 16, blockOut},
		{"step_in", 16, t.in}, {"step_out", 16, t.out},
		{"step_rows", 16, t.rows}, {"step_cols", 16, t.cols},
		{"kernel", 16, l.K}, {"stride", 16, l.S},
		{"pad", 16, l.Pad},
		{"map_rows", 16, l.InRows}, {"map_cols", 16, l.InCols},
		{"tile_rows", 16, l.side(t.rows)}, {"tile_cols", 16, l.side(t.cols)},
		{"edge_rows", 16, l.side(last(l.R, t.rows))}, {"edge_cols", 16, l.side(last(l.C, t.cols))},
		{"skip_rows", 16, l.S * t.rows}, {"skip_cols", 16, l.S * t.cols},
		{"pitch", 16, l.side(t.cols)}, {"stride_pitch", 16, l.S * l.side(t.cols)},
		{"weight_base", 32, weights}, {"in_base", 32, in - l.Pad*(row+pixel)}, {"out_base", 32, out},
		{"in_row", 32, row}, {"in_tile_row", 32, l.S * t.rows * row}, {"in_tile_col", 32, l.S * t.cols * pixel},
		{"out_row", 32, outRow}, {"out_tile_row", 32, t.rows * outRow}, {"out_tile_col", 32, t.cols * l.M},
		{"bias_base", 16, bias},
		{"unit", 16, l.Unit}, {"shift", 6, l.Shift},
		{"weighted", 1, flag(l.Weighted)}, {"reduced", 1, flag(l.Reduced)}, {"largest", 1, flag(l.Largest)}, {"relu", 1, flag(l.ReLU)},
	}
}

// descriptor is a layer in hexadecimal digits, the first field first.
func (l *Layer) descriptor(d hw.Tiling, weights, in, out, bias int) string {
	v, bits := new(big.Int), uint(0)
	for _, f := range l.fields(d, weights, in, out, bias) {
		v.Lsh(v, f.bits)
		v.Or(v, big.NewInt(int64(uint64(f.value)&(1<<f.bits-1))))
		bits += f.bits
	}
	s := v.Text(16)
	return strings.Repeat("0", int(bits+3)/4-len(s)) + s
}
