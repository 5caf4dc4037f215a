package rtl

import (
	"slices"
	"strings"
	"testing"

	"coexplore/hw"
)

func parse(t *testing.T, s string, in hw.Shape) *hw.Network {
	t.Helper()
	net, err := hw.ParseNetwork(s, in, 3, hw.FlattenHead)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// TestStage runs a whole network on one array, layer after layer: a convolution, a
// depthwise and a grouped one, both poolings, the mean of whole maps, and a fully
// connected layer, in 8 and in 16 bits.
func TestStage(t *testing.T) {
	net := parse(t, "3x6,dw3,max2,3x8g2,avg2,1x5,gap", hw.Shape{C: 3, H: 12, W: 12})
	for _, bits := range []int{8, 16} {
		p := Program{Design: hw.Design{Tiling: hw.Tiling{Tm: 4, Tn: 3, Tr: 5, Tc: 4}, Ports: hw.Ports{W: 2, I: 2, O: 2}}, Bits: bits}
		var err error
		if p.Layers, err = FromNetwork(net, 0, len(net.Layers)-1, bits); err != nil {
			t.Fatal(err)
		}
		p.Randomize(1)
		dir := t.TempDir()
		if err := p.Write(dir); err != nil {
			t.Fatal(err)
		}
		runs, err := p.Verify(t.Context(), dir, Options{Icarus: true})
		skipMissing(t, err)
		for i, r := range runs {
			if r.RTL != r.Simulated {
				t.Errorf("%d bits, %v: %d cycles, simulated %d", bits, r.Layer, r.RTL, r.Simulated)
			}
			if out := p.Outputs()[i]; slices.Max(out) == slices.Min(out) {
				t.Errorf("%d bits, %v: every word is %d", bits, r.Layer, out[0])
			}
		}
	}
}

// TestMeans checks pooled means against exact ones.
func TestMeans(t *testing.T) {
	net := parse(t, "avg3s1p0,gap", hw.Shape{C: 2, H: 7, W: 6})
	p := Program{Design: hw.Design{Tiling: hw.Tiling{Tm: 2, Tn: 2, Tr: 9, Tc: 9}, Ports: hw.Ports{W: 1, I: 1, O: 1}}, Bits: 16}
	var err error
	if p.Layers, err = FromNetwork(net, 0, 1, 16); err != nil {
		t.Fatal(err)
	}
	p.Randomize(2)
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	in := p.Layers[0].Input
	for i, out := range p.Outputs() {
		l := &p.Layers[i]
		for k, v := range out {
			sum, n := 0.0, 0.0
			m, y, x, side := k%2, k/2/l.C, k/2%l.C, l.K
			rows, cols := side, side
			if l.Reduced {
				y, x, rows, cols = 0, 0, l.R, l.C
			}
			for r := y; r < y+rows; r++ {
				for c := x; c < x+cols; c++ {
					sum, n = sum+float64(in[(r*l.InCols+c)*2+m]), n+1
				}
			}
			if d := sum/n - float64(v); d > 2 || d < -2 {
				t.Errorf("%v: word %d is %d, the mean %v", l.Loops, k, v, sum/n)
			}
		}
		in = out
	}
}

func TestFromNetworkRefuses(t *testing.T) {
	for want, f := range map[string]func() error{
		"sums of maps": func() error {
			_, err := FromNetwork(parse(t, "3x4,3x4,+1", hw.Shape{C: 4, H: 4, W: 4}), 2, 2, 16)
			return err
		},
		"the engine runs chains": func() error {
			_, err := FromNetwork(parse(t, "3x4,3x4,+1", hw.Shape{C: 4, H: 4, W: 4}), 0, 2, 16)
			return err
		},
		"it has 2": func() error {
			_, err := FromNetwork(parse(t, "3x4", hw.Shape{C: 4, H: 4, W: 4}), 0, 2, 16)
			return err
		},
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
