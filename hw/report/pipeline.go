// Package report writes what the cost model and the planner find as text, as the command
// prints it and a notebook may.
package report

import (
	"fmt"
	"io"
	"text/tabwriter"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/blast"
)

// Pipeline is the answer of the planner for a network, with what explains it. As JSON it is
// what `coexplore pipeline --json` prints.
type Pipeline struct {
	Network   string `json:"network"`
	Input     string `json:"input"`
	Pool      string `json:"pool"`
	Objective string `json:"objective"`
	*blast.Answer
	Layers     []LayerLine   `json:"layers,omitempty"` // with --layers
	Report     *accel.Report `json:"insight"`
	Published  *Published    `json:"published,omitempty"`
	Simulation *Simulation   `json:"simulation,omitempty"`
	Devices    hw.Pool       `json:"-"` // of the pool, for what their boards hold
}

// Print writes the result as text: the specification, frames/s (0: none), is named, and with
// layers every layer listed.
func (r *Pipeline) Print(out io.Writer, fps float64, layers bool) error {
	fmt.Fprintf(out, "%s, input %s: %s MACs, %d parameters\n", r.Network, r.Input, Count(r.MACs), r.Params)
	if r.Feasible {
		fmt.Fprintf(out, "%.4g frames/s, one every %.4g ms; latency %.4g ms\n", r.ThroughputFPS, r.IntervalMS, r.LatencyMS)
	} else {
		fmt.Fprintf(out, "Not feasible: %s.\nThe pipeline closest to it:\n", r.Reason)
	}
	fmt.Fprintf(out, "efficiency %s", Percent(r.Efficiency))
	if fps > 0 {
		fmt.Fprintf(out, " at %g frames/s", fps)
	}
	if r.PowerW > 0 {
		fmt.Fprintf(out, "; %.3g GOPS/W at %.3g W (estimate)", r.GOPSPerWatt, r.PowerW)
	}
	fmt.Fprint(out, "\n\n")
	if err := printStages(out, r); err != nil {
		return err
	}
	printShares(out, &r.Pipeline)
	if layers {
		if err := r.printLayers(out); err != nil {
			return err
		}
	}
	if r.Trace != nil {
		if err := printTrace(out, r.Trace, fps > 0); err != nil {
			return err
		}
	}
	if r.Simulation != nil {
		r.Simulation.print(out, &r.Pipeline)
	}
	if r.Published != nil {
		return r.Published.print(out, &r.Pipeline)
	}
	return nil
}

// LayerLine is a line of the table of layers.
type LayerLine struct {
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	Output     string `json:"output"` // channels x rows x columns
	MACs       int64  `json:"macs"`   // for one frame
	Params     int64  `json:"params"`
	Stage      int    `json:"stage"`                // from 0; -1 where the layer runs on the host
	Cycles     int64  `json:"cycles"`               // 0 on the host
	Bottleneck string `json:"bottleneck,omitempty"` // weights, inputs, compute or outputs

	// As in accel.LayerReport and its roofline, 0 on the host.
	Share          float64 `json:"share"`
	TileEfficiency float64 `json:"tile_efficiency"`
	OpsPerByte     float64 `json:"ops_per_byte"`
	AttainableGOPS float64 `json:"attainable_gops"`
	ReachedGOPS    float64 `json:"reached_gops"`
}

// LayerLines are the lines of the table of layers.
func LayerLines(r *accel.Report) []LayerLine {
	lines := make([]LayerLine, len(r.Layers))
	for i := range r.Layers {
		l := &r.Layers[i]
		lines[i] = LayerLine{Name: l.Name, Kind: l.Kind.String(), Output: l.Out.String(), MACs: l.MACs, Params: l.Params, Stage: l.Stage, Cycles: l.Cycles,
			Share: l.Share, TileEfficiency: l.TileEfficiency, OpsPerByte: l.Roofline.OpsPerByte, AttainableGOPS: l.Roofline.AttainableGOPS, ReachedGOPS: l.Roofline.ReachedGOPS}
		if l.Stage >= 0 {
			lines[i].Bottleneck = l.Bottleneck.String()
		}
	}
	return lines
}

// printLayers prints the table of layers.
func (r *Pipeline) printLayers(out io.Writer) error {
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "layer\tname\tkind\toutput\tMACs\tparams\tstage\tcycles\tshare\tbottleneck\ttile eff.\tops/byte\tattainable\treached GOPS\t")
	for i := range r.Report.Layers {
		l := &r.Report.Layers[i]
		fmt.Fprintf(w, "%d\t%s\t%v\t%v\t%s\t%d\t", i+1, l.Name, l.Kind, l.Out, Count(l.MACs), l.Params)
		if l.Stage < 0 {
			fmt.Fprint(w, "host\t-\t-\t-\t-\t-\t-\t-\t\n")
			continue
		}
		fmt.Fprintf(w, "%d\t%d\t%s\t%v\t%s\t%.3g\t%.4g\t%.4g\t\n", l.Stage+1, l.Cycles, Percent(l.Share), l.Bottleneck,
			Percent(l.TileEfficiency), l.Roofline.OpsPerByte, l.Roofline.AttainableGOPS, l.Roofline.ReachedGOPS)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, c := range r.Report.Cuts {
		if _, err := fmt.Fprintf(out, "cut before layer %d: %d words a frame from %d feature map(s); buffer %d words\n",
			c.Before+1, c.Words, len(c.From), c.Buffered); err != nil {
			return err
		}
	}
	return nil
}
