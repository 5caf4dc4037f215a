package pipeline

import (
	"fmt"
	"io"
	"text/tabwriter"

	"coexplore/hw/accel"
	"coexplore/internal/cli"
)

func (f *Options) print(out io.Writer, r *Result) error {
	fmt.Fprintf(out, "%s, input %s: %s MACs, %d parameters\n", r.Network, r.Input, cli.Count(r.MACs), r.Params)
	if r.Feasible {
		fmt.Fprintf(out, "%.4g frames/s, one every %.4g ms; latency %.4g ms\n", r.ThroughputFPS, r.IntervalMS, r.LatencyMS)
	} else {
		fmt.Fprintf(out, "Not feasible: %s.\nThe pipeline closest to it:\n", r.Reason)
	}
	fmt.Fprintf(out, "efficiency %s", cli.Percent(r.Efficiency))
	if f.options.FPS > 0 {
		fmt.Fprintf(out, " at %g frames/s", f.options.FPS)
	}
	if r.PowerW > 0 {
		fmt.Fprintf(out, "; %.3g GOPS/W at %.3g W (estimate)", r.GOPSPerWatt, r.PowerW)
	}
	fmt.Fprint(out, "\n\n")
	if err := printStages(out, r); err != nil {
		return err
	}
	printShares(out, &r.Pipeline)
	if f.layers {
		if err := f.printLayers(out, r); err != nil {
			return err
		}
	}
	if r.Trace != nil {
		if err := printTrace(out, r.Trace, f.options.FPS > 0); err != nil {
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

// layerLine is a line of the table of layers.
type layerLine struct {
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	Output     string `json:"output"` // channels x rows x columns
	MACs       int64  `json:"macs"`   // for one frame
	Params     int64  `json:"params"`
	Stage      int    `json:"stage"`                // from 0; -1 where the layer runs on the host
	Cycles     int64  `json:"cycles"`               // 0 on the host
	Bottleneck string `json:"bottleneck,omitempty"` // weights, inputs, compute or outputs
}

func layerLines(r *accel.Report) []layerLine {
	lines := make([]layerLine, len(r.Layers))
	for i := range r.Layers {
		l := &r.Layers[i]
		lines[i] = layerLine{Name: l.Name, Kind: l.Kind.String(), Output: l.Out.String(), MACs: l.MACs, Params: l.Params, Stage: l.Stage, Cycles: l.Cycles}
		if l.Stage >= 0 {
			lines[i].Bottleneck = l.Bottleneck.String()
		}
	}
	return lines
}

// printLayers prints the table of layers.
func (f *Options) printLayers(out io.Writer, r *Result) error {
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "layer\tname\tkind\toutput\tMACs\tparams\tstage\tcycles\tshare\tbottleneck\ttile eff.\tops/byte\tattainable\treached GOPS\t")
	for i := range r.Report.Layers {
		l := &r.Report.Layers[i]
		fmt.Fprintf(w, "%d\t%s\t%v\t%v\t%s\t%d\t", i+1, l.Name, l.Kind, l.Out, cli.Count(l.MACs), l.Params)
		if l.Stage < 0 {
			fmt.Fprint(w, "host\t-\t-\t-\t-\t-\t-\t-\t\n")
			continue
		}
		fmt.Fprintf(w, "%d\t%d\t%s\t%v\t%s\t%.3g\t%.4g\t%.4g\t\n", l.Stage+1, l.Cycles, cli.Percent(l.Share), l.Bottleneck,
			cli.Percent(l.TileEfficiency), l.Roofline.OpsPerByte, l.Roofline.AttainableGOPS, l.Roofline.ReachedGOPS)
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
