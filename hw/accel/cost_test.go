package accel

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"coexplore/hw"
)

func conv(m, n, r, c, k, s int) hw.Loops {
	return hw.Loops{M: m, N: n, R: r, C: c, K: k, S: s, Groups: 1, Reads: 1, Weighted: true}
}

// TestKernelsThatAreNotSquare: a layer turned by 90 degrees, with its tile, costs the
// same, and one row more of the kernel costs what the formula says.
func TestKernelsThatAreNotSquare(t *testing.T) {
	target := hw.DefaultTarget()
	l := conv(16, 8, 12, 20, 3, 1)
	l.Wide = -2
	turned := conv(16, 8, 20, 12, 1, 1)
	turned.Wide = 2
	cost, err := LayerCost(l, design(4, 4, 6, 10, 1, 2, 1), target)
	if err != nil {
		t.Fatal(err)
	}
	if other, err := LayerCost(turned, design(4, 4, 10, 6, 1, 2, 1), target); err != nil || other != cost {
		t.Errorf("%+v, turned %+v, %v", cost, other, err)
	}
	l.Across, turned.S, turned.Across = 2, 3, -2
	if cost, err := LayerCost(l, design(4, 4, 6, 10, 1, 2, 1), target); err != nil || cost.TI != 4*8*28/2 {
		t.Errorf("three columns a step: %+v, %v", cost, err)
	} else if other, err := LayerCost(turned, design(4, 4, 10, 6, 1, 2, 1), target); err != nil || other != cost {
		t.Errorf("three columns a step: %+v, turned %+v, %v", cost, other, err)
	}
	l.Across = 0
	// 4 tiles of the map, 4 of the outputs, 2 of the inputs, 3 taps.
	if want := (Cost{Cycles: 4 * 4 * 2 * 180, TComp: 3 * 60, TW: 4 * 4 * 3, TI: 4 * 8 * 10 / 2, TO: 4 * 60}); cost.TComp != want.TComp || cost.TW != want.TW || cost.TI != want.TI || cost.TO != want.TO || cost.Cycles != want.Cycles {
		t.Errorf("%+v, want %+v", cost, want)
	}
	if l.MACs() != 16*8*12*20*3 {
		t.Errorf("%d MACs", l.MACs())
	}
	target.AuthorsScripts = true
	if _, err := LayerCost(l, design(4, 4, 6, 10, 1, 2, 1), target); err == nil || err.Error() != "hw: conv 16x8x3x1: the published scripts have square kernels and one stride only: leave out the scripts' way of counting" {
		t.Errorf("scripts: %v", err)
	}
}

func design(tm, tn, tr, tc, w, i, o int) hw.Design {
	return hw.Design{Tiling: hw.Tiling{Tm: tm, Tn: tn, Tr: tr, Tc: tc}, Ports: hw.Ports{W: w, I: i, O: o}}
}

// row is a line of a table of published figures, by column; empty: not given.
type row map[string]string

func (r row) float(t *testing.T, column string) float64 {
	t.Helper()
	if r[column] == "" {
		return 0
	}
	v, err := strconv.ParseFloat(r[column], 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (r row) int(t *testing.T, column string) int { return int(r.float(t, column)) }

func (r row) design(t *testing.T) hw.Design {
	return design(r.int(t, "Tm"), r.int(t, "Tn"), r.int(t, "Tr"), r.int(t, "Tc"), r.int(t, "Wp"), r.int(t, "Ip"), r.int(t, "Op"))
}

// published reads a table of testdata.
func published(t *testing.T, file string) []row {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.Comment = '#'
	lines, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for _, line := range lines[1:] {
		r := row{}
		for i, column := range lines[0] {
			r[column] = line[i]
		}
		rows = append(rows, r)
	}
	return rows
}

// TestTileModel holds tile_model.csv: runs of the authors' scripts, which need the
// tile rule (their R and C are without padding), and Zhang'15's compute-only
// cycles of AlexNet's convolutions under <64,7>, which have no ports and come out
// under every rule but the authors' scripts.
func TestTileModel(t *testing.T) {
	for _, r := range published(t, "tile_model.csv") {
		rules := []hw.InputRule{hw.TileOnly}
		if r["Ip"] == "" {
			rules = append(rules, hw.Halo)
		}
		l := conv(r.int(t, "M"), r.int(t, "N"), r.int(t, "R"), r.int(t, "C"), r.int(t, "K"), r.int(t, "stride"))
		for _, rule := range rules {
			tg := hw.DefaultTarget()
			tg.Bits, tg.Batch, tg.Input = r.int(t, "bits"), r.int(t, "batch"), rule
			c, err := LayerCost(l, r.design(t), tg)
			if err != nil {
				t.Fatal(err)
			}
			if c.Exact != float64(c.Cycles) {
				t.Errorf("%s: %d cycles are %v", r["name"], c.Cycles, c.Exact)
			}
			for column, got := range map[string]float64{"cycles": float64(c.Cycles), "tW": c.TW, "tI": c.TI, "tComp": c.TComp, "tO": c.TO,
				"dsp": float64(c.DSP), "bram18": float64(c.BRAM18)} {
				if want := r.float(t, column); want != 0 && got != want {
					t.Errorf("%s: %s = %v, want %v", r["name"], column, got, want)
				}
			}
		}
	}
}

// publishedCycles is a network's convolutions under a design at 16 bits, as the
// authors' scripts count, before any rounding.
func publishedCycles(t *testing.T, network string, d hw.Design) float64 {
	t.Helper()
	tg := hw.DefaultTarget()
	tg.Bits, tg.Input, tg.AuthorsScripts = 16, hw.TileOnly, true
	var exact float64
	net := referenceNetwork(t, network)
	for i := range net.Layers {
		if net.Layers[i].Kind != hw.Conv {
			continue
		}
		c, err := LayerCost(net.Layers[i].Loops(), d, tg)
		if err != nil {
			t.Fatal(err)
		}
		if float64(c.Cycles) < c.Exact || float64(c.Cycles) >= c.Exact+1 {
			t.Errorf("%s: %d cycles for %v", net.Layers[i].Name, c.Cycles, c.Exact)
		}
		exact += c.Exact
	}
	return exact
}

// TestAlexNetDesigns holds alexnet_designs.csv: AlexNet's convolutions under each
// of 528 designs, to the last digit.
func TestAlexNetDesigns(t *testing.T) {
	rows := published(t, "alexnet_designs.csv")
	if len(rows) != 528 {
		t.Errorf("%d designs, want 528", len(rows))
	}
	for _, r := range rows {
		got, want := publishedCycles(t, "alexnet", r.design(t))/1e5, r.float(t, "cycles_1e5")
		if math.Abs(got-want) > 1e-14*want {
			t.Errorf("%v: %v, want %v", r.design(t), got, want)
		}
	}
}

// TestNetworksTable holds networks.csv: the VGGs under one design each.
func TestNetworksTable(t *testing.T) {
	for _, r := range published(t, "networks.csv") {
		got, want := publishedCycles(t, r["name"], r.design(t))/1e5, r.float(t, "cycles_1e5")
		if math.Abs(got-want) > 1e-14*want {
			t.Errorf("%s: %v, want %v", r["name"], got, want)
		}
	}
}

// TestHaloTraffic works out a tile of a convolution whose windows do not overlap:
// 96 x 3 channels, 56 x 56 pixels, kernel 4, stride 4, on a ZU9EG at 16 bits. With
// one input word a cycle a tile reads 3 x 224 x 224 words, and computes for 4 x 4 x
// 56 x 56 cycles.
func TestHaloTraffic(t *testing.T) {
	l := conv(96, 3, 56, 56, 4, 4)
	tg := hw.DefaultTarget()
	tg.Bits = 16
	c, err := LayerCost(l, design(96, 3, 56, 56, 1, 1, 1), tg)
	if err != nil {
		t.Fatal(err)
	}
	if c.TI != 150528 || c.TComp != 50176 || c.TW != 4608 || c.TO != 301056 || c.Cycles != 301056 || c.Bottleneck != hw.OutputsBound {
		t.Errorf("%+v: want tI 150528, tComp 50176, tW 4608, tO 301056, outputs", c)
	}
	c, err = LayerCost(l, design(96, 3, 56, 56, 1, 1, 6), tg)
	if err != nil || c.Cycles != 150528 || c.Bottleneck != hw.InputsBound {
		t.Errorf("%+v, %v: want 150528 cycles, inputs", c, err)
	}
	// Half tiles read a halo of K-S = 0 rows, and 3 x 3 windows one of 2.
	c, err = LayerCost(l, design(96, 3, 28, 56, 1, 1, 6), tg)
	if err != nil || c.TI != 75264 || c.Cycles != 2*75264 {
		t.Errorf("%+v, %v: want tI 75264", c, err)
	}
	c, err = LayerCost(conv(8, 4, 32, 32, 3, 1), design(8, 4, 8, 16, 1, 1, 1), tg)
	if err != nil || c.TI != 4*10*18 {
		t.Errorf("%+v, %v: want tI %d", c, err, 4*10*18)
	}
	dev, err := hw.DeviceByName("ZU9EG")
	if err != nil {
		t.Fatal(err)
	}
	best, err := BestDesign([]hw.Loops{l}, &dev, tg)
	if err != nil {
		t.Fatal(err)
	}
	cost, err := LayerCost(l, best.Design, tg)
	if err != nil {
		t.Fatal(err)
	}
	words := int64(150528 + 301056 + 4608) // the least that any design moves
	if least := (words + 95) / 96; dev.MaxWords(tg) != 96 || best.Cycles < least {
		t.Errorf("%+v by %v: fewer than %d cycles, or %d words a cycle", cost, best.Design, least, dev.MaxWords(tg))
	}
	// Pooling with windows that overlap reads its halo, Add two maps.
	for _, c := range []struct {
		l    hw.Loops
		want float64
	}{
		{hw.Loops{M: 8, N: 8, R: 16, C: 16, K: 3, S: 2, Groups: 8, Reads: 1}, 8 * 17 * 33},
		{hw.Loops{M: 8, N: 8, R: 16, C: 16, K: 2, S: 2, Groups: 8, Reads: 1}, 8 * 16 * 32},
		{hw.Loops{M: 8, N: 8, R: 16, C: 16, K: 1, S: 1, Groups: 8, Reads: 2}, 2 * 8 * 8 * 16},
	} {
		if cost, err := LayerCost(c.l, design(8, 8, 8, 16, 1, 1, 1), tg); err != nil || cost.TI != c.want {
			t.Errorf("%v: %+v, %v: want tI %v", c.l, cost, err, c.want)
		}
	}
}

// TestMeanOfMaps works out global average pooling of 8 maps of 256 x 256 pixels on
// 4 x 2 units, 2 channels at once: 4 times 32 tiles of 32 x 64 pixels, of which
// each is read at 2 words a cycle; one pixel a channel is stored. The map itself
// lies in no buffer.
func TestMeanOfMaps(t *testing.T) {
	net, err := hw.ParseNetwork("3x8", hw.Shape{C: 3, H: 256, W: 256}, 10, hw.PoolHead)
	if err != nil {
		t.Fatal(err)
	}
	l := net.Layers[1].Loops()
	tg := hw.DefaultTarget()
	d := design(4, 2, 32, 64, 1, 1, 1)
	c, err := LayerCost(l, d, tg)
	if err != nil {
		t.Fatal(err)
	}
	if c.TI != 2*32*64 || c.TComp != 32*64 || c.TO != 2 || c.TW != 0 || c.Cycles != 4*32*2*32*64 || c.Bottleneck != hw.InputsBound {
		t.Errorf("%+v", c)
	}
	d.I = 2
	if c, err = LayerCost(l, d, tg); err != nil || c.Cycles != 256*256*8/2 || c.Bottleneck != hw.ComputeBound {
		t.Errorf("%+v, %v: want a cycle for each 2 pixels", c, err)
	}
	// 2 x 2 banks of ceil(32*64*32/16384) = 4 blocks, 2 x 4 of 1 for a pixel, and 2 for each unit.
	if c.BRAM18 != 2*2*4+2*4+2*8 {
		t.Errorf("%d BRAM18, want 40", c.BRAM18)
	}
	run, err := SimulateTiles(l, d, tg, TileOptions{Ragged: true})
	if err != nil || run.Passes != 4*32 || run.Tiles != 4 || run.Computed != 262144 || run.Cycles != 262144+2048+2 {
		t.Errorf("%+v, %v", run, err)
	}
	dev, err := hw.DeviceByName("XC7Z015")
	if err != nil {
		t.Fatal(err)
	}
	if best, err := BestDesign(net.Loops(), &dev, tg); err != nil {
		t.Errorf("%v: the map needs no buffer", err)
	} else {
		t.Logf("%v: %d cycles", best.Design, best.Cycles)
	}
}
