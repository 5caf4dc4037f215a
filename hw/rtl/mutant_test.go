package rtl

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/internal/heavy"
)

// TestMutants breaks the accelerator in ways in which such accelerators are broken:
// each must be seen in the results, in the cycles, or in that it does not end. Where heavy
// tests do not run it is every second one.
func TestMutants(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 3))
	p := Program{Design: hw.Design{Tiling: hw.Tiling{Tm: 2, Tn: 2, Tr: 3, Tc: 3}, Ports: hw.Ports{W: 1, I: 1, O: 1}}, Bits: 16}
	l := Layer{Loops: hw.Loops{M: 4, N: 6, R: 7, C: 5, K: 3, S: 1, Groups: 1, Reads: 1, Weighted: true}, InRows: 7, InCols: 5, Pad: 1, Shift: 17}
	narrow := Layer{Loops: hw.Loops{M: 6, N: 1, R: 7, C: 5, K: 1, S: 1, Groups: 1, Reads: 1, Weighted: true}, InRows: 7, InCols: 5, Shift: 15}
	fill(&l, 16, rng)
	fill(&narrow, 16, rng) // bound by its stores
	p.Layers = []Layer{l, narrow}
	for i, m := range []struct {
		name, file, old, new string
		stall                int
	}{
		{"as written", "engine.sv", "", "", 0},
		{"as written, with stalls", "engine.sv", "", "", 30},
		{"single input buffer", "input_loader.sv", "asked - computed < 32'd2", "asked - computed < 32'd1", 0},
		{"load does not wait for a free half", "input_loader.sv", "asked - computed < 32'd2", "asked - computed < 32'd4", 0},
		{"pass does not wait for the store", "compute.sv", "stored + 32'd2 > tiles", "stored + 32'd9 > tiles", 0},
		{"store does not wait for the pass", "store.sv", "finished > stored", "finished + 32'd1 > stored", 0},
		{"tile bound of rows", "tile_walk.sv", "rows_left <= layer.step_rows", "rows_left <= layer.step_rows + 16'd1", 0},
		{"asks on while the port is not ready", "weight_loader.sv", "req_valid && req_ready", "req_valid", 30},
	} {
		if i%2 == 1 && !heavy.On() {
			continue
		}
		dir := t.TempDir()
		if err := p.Write(dir); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, m.file)
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), m.old) {
			t.Fatalf("%s: %s has no %q", m.name, m.file, m.old)
		}
		if m.old != "" {
			text = []byte(strings.Replace(string(text), m.old, m.new, 1))
		}
		if err := os.WriteFile(name, text, 0o666); err != nil {
			t.Fatal(err)
		}
		runs, err := p.Verify(t.Context(), dir, Options{Icarus: true, Stall: m.stall})
		if missing := (*MissingError)(nil); errors.As(err, &missing) {
			t.Skip("SKIPPED: ", err)
		}
		wrong := err != nil
		for _, r := range runs {
			if r.RTL != r.Simulated && m.stall == 0 || r.RTL < r.Simulated {
				wrong = true
				t.Logf("%s: %v takes %d cycles, simulated %d", m.name, r.Layer, r.RTL, r.Simulated)
			}
		}
		if wrong != (m.old != "") {
			t.Errorf("%s: %+v, %v", m.name, runs, err)
		}
		t.Logf("%s: %v", m.name, err)
	}
}
