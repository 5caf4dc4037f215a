package command

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"coexplore/hw"
)

func (f *pipelineFlags) print(out io.Writer, r *pipelineResult) error {
	fmt.Fprintf(out, "%s, input %s: %s MACs, %d parameters\n", r.Network, r.Input, count(r.MACs), r.Params)
	if r.Feasible {
		fmt.Fprintf(out, "%.4g frames/s, one every %.4g ms; latency %.4g ms\n", r.ThroughputFPS, r.IntervalMS, r.LatencyMS)
	} else {
		fmt.Fprintf(out, "Not feasible: %s.\nThe pipeline closest to it:\n", r.Reason)
	}
	fmt.Fprintf(out, "efficiency %s", percent(r.Efficiency))
	if f.options.FPS > 0 {
		fmt.Fprintf(out, " at %g frames/s", f.options.FPS)
	}
	if r.PowerW > 0 {
		fmt.Fprintf(out, "; %.3g GOPS/W at %.3g W (estimate)", r.GOPSPerWatt, r.PowerW)
	}
	fmt.Fprint(out, "\n\n")
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "stage\tFPGA\tlayers\tTm,Tn,Tr,Tc\tWp,Ip,Op\tcycles\tms\tutilization\tbottleneck\tDSP\tBRAM18\tport bits\t")
	for i := range r.Stages {
		s := &r.Stages[i]
		if r.Report == nil { // measured
			tile, ports := "-", "-"
			if s.Tm > 0 {
				tile, ports = fmt.Sprintf("%d,%d,%d,%d", s.Tm, s.Tn, s.Tr, s.Tc), fmt.Sprintf("%d,%d,%d", s.W, s.I, s.O)
			}
			fmt.Fprintf(w, "%d\t%s\t%d-%d\t%s\t%s\t%d\t%.4g\t%s\t%v\t-\t-\t-\t\n", i+1, s.Device, s.First+1, s.Last+1,
				tile, ports, s.Cycles, s.LatencyMS, percent(s.Utilization), s.Bottleneck)
			continue
		}
		u := &r.Report.Stages[i]
		fmt.Fprintf(w, "%d\t%s\t%d-%d\t%d,%d,%d,%d\t%d,%d,%d\t%d\t%.4g\t%s\t%v\t%d/%d\t%d/%d\t%d/%d\t\n", i+1, s.Device, s.First+1, s.Last+1,
			s.Tm, s.Tn, s.Tr, s.Tc, s.W, s.I, s.O, s.Cycles, s.LatencyMS, percent(s.Utilization), s.Bottleneck,
			u.Usage.DSP, u.Have.DSP, u.Usage.BRAM18, u.Have.BRAM18, u.Usage.PortBits, u.Have.PortBits)
	}
	if err := w.Flush(); err != nil {
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

// printShares tells what each FPGA has of a divided layer.
func printShares(out io.Writer, p *hw.Pipeline) {
	for i := range p.Stages {
		if s := &p.Stages[i]; s.Shard != nil {
			fmt.Fprintf(out, "FPGA %d has %v of layer %d\n", i+1, s.Shard, s.First+1)
		}
	}
}

// printLayers prints the table of layers.
func (f *pipelineFlags) printLayers(out io.Writer, r *pipelineResult) error {
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "layer\tname\tkind\toutput\tMACs\tparams\tstage\tcycles\tshare\tbottleneck\ttile eff.\tops/byte\tattainable\treached GOPS\t")
	for i := range r.Report.Layers {
		l := &r.Report.Layers[i]
		fmt.Fprintf(w, "%d\t%s\t%v\t%v\t%s\t%d\t", i+1, l.Name, l.Kind, l.Out, count(l.MACs), l.Params)
		if l.Stage < 0 {
			fmt.Fprint(w, "host\t-\t-\t-\t-\t-\t-\t-\t\n")
			continue
		}
		fmt.Fprintf(w, "%d\t%d\t%s\t%v\t%s\t%.3g\t%.4g\t%.4g\t\n", l.Stage+1, l.Cycles, percent(l.Share), l.Bottleneck,
			percent(l.TileEfficiency), l.Roofline.OpsPerByte, l.Roofline.AttainableGOPS, l.Roofline.ReachedGOPS)
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

// wrap breaks words into lines.
func wrap(s string, width int) string {
	var b strings.Builder
	at := 0
	for i, w := range strings.Fields(s) {
		if i > 0 {
			if at+1+len(w) > width {
				b.WriteByte('\n')
				at = 0
			} else {
				b.WriteByte(' ')
				at++
			}
		}
		b.WriteString(w)
		at += len(w)
	}
	return b.String()
}
