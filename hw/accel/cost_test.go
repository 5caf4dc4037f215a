package accel

import (
	"testing"

	"coexplore/hw"
)

// Figures of the tile model from the authors' published scripts, and Zhang'15's
// compute-only cycles of AlexNet's five convolutions under <64,7>. Zero means
// that the source gives no figure.
var tileModel = []struct {
	name       string
	batch      int
	loops      hw.Loops
	d          hw.Design
	bits       int
	cycles     int64
	w, i, c, o float64
	dsp, bram  int
}{
	{"xfer-default", 2, conv(128, 192, 13, 13, 3, 1), design(8, 32, 13, 13, 2, 2, 2), 32, 519168, 1152, 2704, 1521, 676, 1280, 592},
	{"hotnas-1x1", 1, conv(128, 192, 13, 13, 1, 1), design(64, 4, 13, 13, 2, 16, 2), 16, 16224, 0, 0, 0, 0, 0, 0},
	{"zhang15-conv1", 1, conv(48, 3, 55, 55, 11, 4), design(64, 7, 55, 55, 0, 0, 0), 32, 366025, 0, 0, 366025, 0, 2240, 0},
	{"zhang15-conv2", 1, conv(128, 48, 27, 27, 5, 1), design(64, 7, 27, 27, 0, 0, 0), 32, 255150, 0, 0, 18225, 0, 2240, 0},
	{"zhang15-conv3", 1, conv(192, 256, 13, 13, 3, 1), design(64, 7, 13, 13, 0, 0, 0), 32, 168831, 0, 0, 1521, 0, 2240, 0},
	{"zhang15-conv4", 1, conv(192, 192, 13, 13, 3, 1), design(64, 7, 13, 13, 0, 0, 0), 32, 127764, 0, 0, 1521, 0, 2240, 0},
	{"zhang15-conv5", 1, conv(128, 192, 13, 13, 3, 1), design(64, 7, 13, 13, 0, 0, 0), 32, 85176, 0, 0, 1521, 0, 2240, 0},
}

func conv(m, n, r, c, k, s int) hw.Loops {
	return hw.Loops{M: m, N: n, R: r, C: c, K: k, S: s, Groups: 1, Reads: 1, Weighted: true}
}

func design(tm, tn, tr, tc, w, i, o int) hw.Design {
	return hw.Design{Tiling: hw.Tiling{Tm: tm, Tn: tn, Tr: tr, Tc: tc}, Ports: hw.Ports{W: w, I: i, O: o}}
}

func TestTileModel(t *testing.T) {
	for _, r := range tileModel {
		tg := hw.DefaultTarget()
		tg.Bits, tg.Batch, tg.Input = r.bits, r.batch, hw.TileOnly
		c, err := LayerCost(r.loops, r.d, tg)
		if err != nil {
			t.Fatal(err)
		}
		if c.Cycles != r.cycles || c.Exact != float64(r.cycles) {
			t.Errorf("%s: %d cycles (%v), want %d", r.name, c.Cycles, c.Exact, r.cycles)
		}
		for _, f := range []struct {
			name      string
			got, want float64
		}{{"tW", c.TW, r.w}, {"tI", c.TI, r.i}, {"tComp", c.TComp, r.c}, {"tO", c.TO, r.o},
			{"DSP", float64(c.DSP), float64(r.dsp)}, {"BRAM18", float64(c.BRAM18), float64(r.bram)}} {
			if f.want != 0 && f.got != f.want {
				t.Errorf("%s: %s = %v, want %v", r.name, f.name, f.got, f.want)
			}
		}
	}
}
