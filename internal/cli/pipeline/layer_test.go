package pipeline_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/internal/cli/clitest"
)

func TestLayerCommand(t *testing.T) {
	status, out, errs := clitest.Run(t, "layer", "--conv", "128,192,13,13,3", "--tile", "8,32,13,13", "--ports", "2,2,2", "--batch", "2", "--json")
	var r map[string]any
	if err := json.Unmarshal([]byte(out), &r); err != nil || status != 0 || errs != "" {
		t.Fatalf("status %d, %q, %v", status, errs, err)
	}
	for k, want := range map[string]any{"cycles": 691200.0, "tW": 1152.0, "tI": 3600.0, "tComp": 1521.0, "tO": 676.0,
		"bottleneck": "inputs", "dsp": 1280.0, "bram18": 592.0} {
		if r[k] != want {
			t.Errorf("%s = %v, want %v", k, r[k], want)
		}
	}
	// The best design for an FPGA takes no more than a given one that fits.
	cycles := func(args ...string) float64 {
		status, out, errs := clitest.Run(t, append([]string{"layer", "--conv", "64,36,32,32,5,1", "--fpga", "xc7z015", "--json"}, args...)...)
		var r struct{ Cycles float64 }
		if err := json.Unmarshal([]byte(out), &r); err != nil || status != 0 {
			t.Fatalf("status %d, %s, %v", status, errs, err)
		}
		return r.Cycles
	}
	if best, given := cycles(), cycles("--tile", "4,8,16,32", "--ports", "4,4,2"); best > given || best <= 0 {
		t.Errorf("best %v cycles, a given design %v", best, given)
	}
}

// TestLayerSimulates compares the simulation with its closed form (see
// accel.SimulateTiles), and with tiles at the edges that are not whole.
func TestLayerSimulates(t *testing.T) {
	type times struct{ Cycles, Load, Compute, Store float64 }
	var r struct {
		Cycles, TW, TI, TComp, TO float64
		ClockMHz                  float64 `json:"clock_mhz"`
		Simulation                *struct {
			Whole  times `json:"whole_tiles"`
			Ragged times `json:"ragged_edges"`
		}
	}
	clitest.JSON(t, &r, "layer", "--conv", "64,36,32,32,5", "--tile", "8,4,32,32", "--ports", "1,1,1", "--simulate")
	if r.Simulation == nil {
		t.Fatal("no simulation")
	}
	load, passes, tiles := max(r.TW, r.TI), 36.0/4, 64.0/8
	lat1 := max(load, r.TComp)
	lat2 := max(passes*lat1, r.TO)
	want := times{load + r.TComp + (passes-1)*lat1 + (tiles-1)*lat2 + r.TO, passes * tiles * load, passes * tiles * r.TComp, tiles * r.TO}
	if r.Simulation.Whole != want || r.Simulation.Ragged != want || r.Cycles != 1843200 {
		t.Errorf("formula %v, simulated %+v, want %+v", r.Cycles, *r.Simulation, want)
	}
	args := []string{"layer", "--conv", "64,36,30,30,5,2", "--tile", "8,5,7,7", "--ports", "1,2,3", "--simulate"}
	clitest.JSON(t, &r, args...)
	if s := r.Simulation; !(s.Ragged.Cycles < r.Cycles && r.Cycles < s.Whole.Cycles) || !(s.Ragged.Compute < s.Whole.Compute) {
		t.Errorf("formula %v, simulated %+v: want ragged edges below it and whole tiles above", r.Cycles, *s)
	}
	status, out, errs := clitest.Run(t, args...)
	for _, want := range []string{"formula       1960000", "whole tiles   1961130.667  +0.06%  1600000", "ragged edges  1782510.667  -9.06%"} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("status %d, %s: %q is missing in\n%s", status, errs, want, out)
		}
	}
}

// TestLayerOnFPGA checks the clock, and the resources against those of the library.
func TestLayerOnFPGA(t *testing.T) {
	var r struct {
		Cycles     int64
		ClockMHz   float64 `json:"clock_mhz"`
		Tile       hw.Tiling
		Ports      hw.Ports
		LUT        int
		Use, Have  *accel.Usage
		Simulation any
	}
	clitest.JSON(t, &r, "layer", "--conv", "512,512,32,32,5", "--fpga", "zu7ev@200", "--bits", "16")
	dev, err := hw.DeviceByName("ZU7EV")
	if err != nil {
		t.Fatal(err)
	}
	target := hw.DefaultTarget()
	target.Bits, target.ClockMHz = 16, 200
	layer := []hw.Loops{{M: 512, N: 512, R: 32, C: 32, K: 5, S: 1, Groups: 1, Reads: 1, Weighted: true}}
	want := accel.ResourcesOn(&dev, layer, hw.Design{Tiling: r.Tile, Ports: r.Ports}, target)
	have := accel.Usage{DSP: dev.DSP, LUT: dev.LUT, FF: dev.FF, BRAM18: dev.BRAM18, URAM: dev.URAM, PortBits: dev.PortBits(target)}
	if r.ClockMHz != 200 || r.Use == nil || *r.Use != want || *r.Have != have || r.LUT != want.LUT || r.Simulation != nil {
		t.Errorf("%+v, uses %+v of %+v; want %+v of %+v", r, r.Use, r.Have, want, have)
	}
	status, out, errs := clitest.Run(t, "layer", "--conv", "512,512,32,32,5", "--fpga", "ZU7EV@200", "--bits", "16")
	for _, want := range []string{"ms at 200 MHz)", "DSP         1728 of 1728", "UltraRAM", "of 230400", "of 460800", "of 768"} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("status %d, %s: %q is missing in\n%s", status, errs, want, out)
		}
	}
	for _, pool := range []string{"XC7Z015:3", "XC7Z015:1,ZU3EG:1"} {
		clitest.Complains(t, []string{"layer", "--conv", "3,4,5,5,3", "--fpga", pool}, 2, "--fpga "+pool+": a layer runs on one FPGA, not on")
	}
}

// TestLayerAsPipeline: a layer with padding, bias and a kernel that is not square costs
// what a pipeline of a network with this layer says, from JSON.
func TestLayerAsPipeline(t *testing.T) {
	for _, c := range []struct {
		input, layer string
		args         []string
	}{
		{"36x32x32", `"kernel": 5, "filters": 64, "padding": 0, "bias": true`, []string{"--conv", "64,36,28,28,5", "--padding", "0", "--bias"}},
		{"8x20x16", `"kernel": [3, 1], "filters": 12, "bias": true`, []string{"--conv", "12,8,20,16,3x1", "--bias"}},
		{"8x20x16", `"kernel": [1, 7], "filters": 12, "stride": 2, "padding": [0, 3, 0, 3], "norm": 0`, []string{"--conv", "12,8,10,8,1x7,2"}},
		{"8x20x16", `"kernel": [3, 1], "filters": 12, "stride": [2, 1], "norm": 0`, []string{"--conv", "12,8,10,16,3x1,2x1"}},
		{"16x18x18", `"kernel": [2, 3], "filters": 16, "groups": 16, "padding": 0, "bias": true`, []string{"--conv", "16,16,17,16,2x3", "--groups", "16", "--padding", "0", "--bias"}},
	} {
		file := filepath.Join(t.TempDir(), "net.json")
		if err := os.WriteFile(file, []byte(`{"input": "`+c.input+`", "layers": [{"kind": "conv", `+c.layer+`}]}`), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, bits := range []string{"8", "16", "32"} {
			var p struct {
				MACs, Params int64
				Stages       []struct {
					Tile   hw.Tiling
					Ports  hw.Ports
					Cycles int64
				}
				Insight struct {
					Stages []struct{ Use accel.Usage }
				}
			}
			clitest.JSON(t, &p, "pipeline", "--network", file, "--fpga", "XC7Z015", "--bits", bits)
			var l struct {
				MACs, Params, Cycles int64
				Use                  accel.Usage
			}
			s := p.Stages[0]
			clitest.JSON(t, &l, append([]string{"layer", "--fpga", "XC7Z015", "--bits", bits, "--json",
				"--tile", fmt.Sprintf("%d,%d,%d,%d", s.Tile.Tm, s.Tile.Tn, s.Tile.Tr, s.Tile.Tc), "--ports", fmt.Sprintf("%d,%d,%d", s.Ports.W, s.Ports.I, s.Ports.O)}, c.args...)...)
			if l.MACs != p.MACs || l.Params != p.Params || l.Cycles != s.Cycles || l.Use != p.Insight.Stages[0].Use || l.Cycles == 0 {
				t.Errorf("%v, %s bits: %+v, the pipeline %+v", c.args, bits, l, p)
			}
		}
	}
	for args, want := range map[string]string{
		"--conv 8,8,4,4,3x": "want K and STRIDE as ROWSxCOLUMNS", "--conv 8,8,4,4,3x0": "Columns = 0", "--conv 8,8,4,4,3xq": "want K and STRIDE as ROWSxCOLUMNS", "--conv 8,8,4,4,3,1x0": "Step = 0",
		"--conv 8,8,4,4,3 --padding -1": "padding -1", "--conv 8,8,4,4,3 --padding valid": "a number of pixels, or same",
		"--conv 8,8,4,4,3x1 --scripts": "square kernels and one stride only",
	} {
		clitest.Complains(t, append([]string{"layer", "--tile", "4,4,4,4"}, strings.Fields(args)...), 2, want)
	}
}
