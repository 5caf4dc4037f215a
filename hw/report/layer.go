package report

import (
	"fmt"
	"io"
	"text/tabwriter"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// Layer is one layer on one accelerator: what it costs and takes.
type Layer struct {
	accel.Cost
	hw.Design
	MACs       int64        `json:"macs"`
	Params     int64        `json:"params"` // weights, and with --bias biases
	FPGA       string       `json:"fpga,omitempty"`
	ClockMHz   float64      `json:"clock_mhz"`
	Use        *accel.Usage `json:"use,omitempty"`  // of the FPGA's resources
	Have       *accel.Usage `json:"have,omitempty"` // what the FPGA has; 0: not known
	Simulation *Tiles       `json:"simulation,omitempty"`
	Loops      hw.Loops     `json:"-"`
}

// Tiles is a layer run tile by tile.
type Tiles struct {
	Whole  TileTimes `json:"whole_tiles"`  // tiles at the edges taken as whole ones, as the formula does
	Ragged TileTimes `json:"ragged_edges"` // tiles at the edges take what they hold
}

// TileTimes are a simulation's cycles, and those in which each part of the accelerator
// is busy.
type TileTimes struct {
	Cycles  float64 `json:"cycles"`
	Load    float64 `json:"load"`
	Compute float64 `json:"compute"`
	Store   float64 `json:"store"`
	Passes  int64   `json:"passes"` // input-channel tiles computed
	Tiles   int64   `json:"tiles"`  // output tiles stored
}

// SimulateTiles runs a layer on a design tile by tile, with tiles at the edges taken as whole
// ones and as what they hold. Errors are those of accel.SimulateTiles.
func SimulateTiles(l hw.Loops, d hw.Design, t hw.Target) (*Tiles, error) {
	s := &Tiles{}
	for _, kind := range []struct {
		ragged bool
		times  *TileTimes
	}{{false, &s.Whole}, {true, &s.Ragged}} {
		r, err := accel.SimulateTiles(l, d, t, accel.TileOptions{Ragged: kind.ragged})
		if err != nil {
			return nil, err
		}
		*kind.times = TileTimes{r.Cycles, r.Loaded, r.Computed, r.Stored, r.Passes, r.Tiles}
	}
	return s, nil
}

// Print writes the layer as text; t has the clock of its cycles.
func (r *Layer) Print(out io.Writer, t hw.Target) error {
	l := &r.Loops
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	stride := fmt.Sprint(l.S)
	if l.Across != 0 {
		stride += fmt.Sprintf("x%d", l.Step())
	}
	fmt.Fprintf(w, "layer\t%v, %dx%d output, stride %s, %s MACs, %s parameters\n", *l, l.R, l.C, stride, Count(r.MACs), Count(r.Params))
	fmt.Fprintf(w, "design\t%v\n", r.Design)
	fmt.Fprintf(w, "cycles\t%d\t(%.4g ms at %g MHz)\n", r.Cycles, 1e3*t.Seconds(r.Cycles), t.ClockMHz)
	fmt.Fprintf(w, "bottleneck\t%v\n", r.Bottleneck)
	fmt.Fprintf(w, "a tile\ttW %.6g, tI %.6g, tComp %.6g, tO %.6g cycles\n", r.TW, r.TI, r.TComp, r.TO)
	if r.Use == nil {
		fmt.Fprintf(w, "DSP\t%d\nLUT\t%d\nFF\t%d\nBRAM18\t%d\n", r.DSP, r.LUT, r.FF, r.BRAM18)
	} else {
		r.printResources(w)
	}
	if r.Simulation != nil {
		r.printSimulation(w)
	}
	return w.Flush()
}

// printResources prints what the design takes of the FPGA.
func (r *Layer) printResources(w io.Writer) {
	fmt.Fprintf(w, "FPGA\t%s\n", r.FPGA)
	for _, f := range [...]struct {
		name      string
		use, have int
		known     bool
	}{
		{"DSP", r.Use.DSP, r.Have.DSP, true}, {"LUT", r.Use.LUT, r.Have.LUT, r.Have.LUT > 0}, {"FF", r.Use.FF, r.Have.FF, r.Have.FF > 0},
		{"BRAM18", r.Use.BRAM18, r.Have.BRAM18, true}, {"UltraRAM", r.Use.URAM, r.Have.URAM, r.Have.URAM > 0},
		{"port bits", r.Use.PortBits, r.Have.PortBits, r.W > 0},
	} {
		if f.known {
			fmt.Fprintf(w, "%s\t%d of %d\t(%s)\n", f.name, f.use, f.have, Percent(float64(f.use)/float64(f.have)))
		}
	}
}

// printSimulation prints the simulation beside the formula.
func (r *Layer) printSimulation(w io.Writer) {
	fmt.Fprintf(w, "\ntile by tile\tcycles\tthan the formula\tload busy\tcompute busy\tstore busy\n")
	fmt.Fprintf(w, "formula\t%d\n", r.Cycles)
	for _, row := range []struct {
		name string
		t    *TileTimes
	}{{"whole tiles", &r.Simulation.Whole}, {"ragged edges", &r.Simulation.Ragged}} {
		fmt.Fprintf(w, "%s\t%.10g\t%+.2f%%\t%.10g\t%.10g\t%.10g\n", row.name, row.t.Cycles,
			100*(row.t.Cycles/float64(r.Cycles)-1), row.t.Load, row.t.Compute, row.t.Store)
	}
}
