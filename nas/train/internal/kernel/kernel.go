// Package kernel holds the inner loops of the training engine, once for each
// vector extension, and chooses among them at run time.
//
// All of them work on activations whose innermost dimension is a block of
// images: one pixel is channels x Lanes floats, channel after channel, and
// Lanes is two vectors. A kernel thus never looks at single images, and odd
// numbers of pixels or channels cost it nothing.
package kernel

import (
	"fmt"
	"strings"
)

// A Tap is a run of K consecutive input rows (a row is one channel of one
// pixel: Lanes floats) with the packed weights that belong to it. In and W are
// offsets in bytes from the kernel's in and w.
type Tap struct{ In, W, K int64 }

// ConvFunc computes m output channels of npix pixels:
//
//	out[r][lane] = sum over taps and k of w[tap][k][r] * in[tap][k][lane]
//
// or, where acc is not 0, adds that to out. After each pixel, out moves by
// outPix and in by inPix bytes. npix must be positive; ntaps may be 0.
type ConvFunc func(out, in, w *float32, taps *int64, ntaps, npix, outPix, inPix, acc int)

// WGradFunc adds to dw (mf rows of mc floats, dwRow bytes apart) the sum over
// nrow rows of npix pixels, and over lanes, of d[f][lane]*x[c][lane]. Strides
// are in bytes. npix and nrow must be positive.
type WGradFunc func(dw, d, x *float32, dwRow, npix, nrow, dPix, xPix, dRow, xRow int)

const (
	maxRows  = 12
	maxWRows = 6
	maxWCols = 4
)

// A Set is the kernels of one vector extension. The element-wise ones work on
// n floats, a positive multiple of Lanes.
type Set struct {
	Name  string // avx512, avx2, neon or go
	Lanes int    // images of a block

	Rows  []int // m for which there is a convolution kernel, falling, ending in 1
	WRows []int // mf for which there is a weight-gradient kernel, likewise
	WCols []int // mc, likewise

	conv  [maxRows + 1]ConvFunc
	wgrad [maxWRows + 1][maxWCols + 1]WGradFunc

	winograd []*Winograd

	// Moments adds x to sum and x*x to sq.
	Moments func(x, sum, sq *float32, n int)
	// AffineReLU stores max(0, x*scale+shift) in dst.
	AffineReLU func(dst, x, scale, shift *float32, n int)
	// GradMoments adds g to sum and g*x to dot, where g is dy where
	// x*scale+shift > 0 and 0 elsewhere.
	GradMoments func(dy, x, scale, shift, sum, dot *float32, n int)
	// GradApply replaces dy by a*g + b*x + c, with g as for GradMoments.
	GradApply func(dy, x, scale, shift, a, b, c *float32, n int)
}

// Conv returns the convolution kernel of m output channels; m is one of Rows.
func (s *Set) Conv(m int) ConvFunc { return s.conv[m] }

// WGrad returns the weight-gradient kernel of mf by mc channels.
func (s *Set) WGrad(mf, mc int) WGradFunc { return s.wgrad[mf][mc] }

// Available lists the kernel sets that this machine can run, best first. The
// last is always plain Go.
func Available() []*Set { return append(native(), goSet) }

// Best returns the fastest kernel set that this machine can run.
func Best() *Set { return Available()[0] }

// ByName returns the kernel set of that name; "" stands for the best.
func ByName(name string) (*Set, error) {
	all := Available()
	if name == "" {
		return all[0], nil
	}
	names := make([]string, len(all))
	for i, s := range all {
		if s.Name == name {
			return s, nil
		}
		names[i] = s.Name
	}
	return nil, fmt.Errorf("kernel set %q: this machine runs %s", name, strings.Join(names, ", "))
}

// Split cuts n channels into blocks of the given sizes so that the kernels take
// the least time. Blocks of fewer than four channels take as long as one of four,
// since they leave the multipliers waiting for their own results.
func Split(n int, sizes []int) []int {
	cost := make([]int, n+1)
	last := make([]int, n+1)
	for i := 1; i <= n; i++ {
		for _, m := range sizes {
			if m > i {
				continue
			}
			if c := cost[i-m] + 10*max(m, 4) + 5; last[i] == 0 || c < cost[i] {
				cost[i], last[i] = c, m
			}
		}
	}
	blocks := []int{}
	for i := n; i > 0; i -= last[i] {
		blocks = append(blocks, last[i])
	}
	return blocks
}
