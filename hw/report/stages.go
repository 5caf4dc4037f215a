package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// printStages prints the table of stages. Clock, word size and off-chip memory have a
// column where a stage has its own or its board limits it.
func printStages(out io.Writer, r *Pipeline) error {
	any := func(is func(s *hw.Stage) bool) bool {
		return slices.ContainsFunc(r.Stages, func(s hw.Stage) bool { return is(&s) })
	}
	clocks := any(func(s *hw.Stage) bool { return s.ClockMHz != 0 })
	bits := any(func(s *hw.Stage) bool { return s.Bits != 0 })
	memory := any(func(s *hw.Stage) bool { return s.MemoryMiB != 0 })
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(clock, bit, mib string, rest ...string) {
		fields := slices.Clone(rest[:3])
		for _, f := range []struct {
			shown bool
			text  string
		}{{clocks, clock}, {bits, bit}} {
			if f.shown {
				fields = append(fields, f.text)
			}
		}
		fields = append(fields, rest[3:]...)
		if memory {
			fields = append(fields, mib)
		}
		fmt.Fprintln(w, strings.Join(fields, "\t")+"\t")
	}
	row("MHz", "bits", "off-chip MiB",
		"stage", "FPGA", "layers", "Tm,Tn,Tr,Tc", "Wp,Ip,Op", "cycles", "ms", "utilization", "bottleneck", "DSP", "BRAM18", "next limit", "port bits")
	for i := range r.Stages {
		s := &r.Stages[i]
		if r.Report == nil { // measured
			tile, ports := "-", "-"
			if s.Tm > 0 {
				tile, ports = fmt.Sprintf("%d,%d,%d,%d", s.Tm, s.Tn, s.Tr, s.Tc), fmt.Sprintf("%d,%d,%d", s.W, s.I, s.O)
			}
			row(own(s.ClockMHz), own(float64(s.Bits)), "-", fmt.Sprint(i+1), s.Device, fmt.Sprintf("%d-%d", s.First+1, s.Last+1), tile, ports,
				fmt.Sprint(s.Cycles), fmt.Sprintf("%.4g", s.LatencyMS), Percent(s.Utilization), s.Bottleneck.String(), "-", "-", "-", "-")
			continue
		}
		use, have := &r.Report.Stages[i].Usage, &r.Report.Stages[i].Have
		mib := "-"
		if dev := r.Devices.Device(s.Device); s.MemoryMiB != 0 && dev != nil {
			mib = fmt.Sprintf("%.3g/%d", s.MemoryMiB, dev.MemoryMiB)
		}
		row(own(s.ClockMHz), own(float64(s.Bits)), mib,
			fmt.Sprint(i+1), s.Device, stageLayers(s, r.Report),
			fmt.Sprintf("%d,%d,%d,%d", s.Tm, s.Tn, s.Tr, s.Tc), fmt.Sprintf("%d,%d,%d", s.W, s.I, s.O),
			fmt.Sprint(s.Cycles), fmt.Sprintf("%.4g", s.LatencyMS), Percent(s.Utilization), s.Bottleneck.String(),
			fmt.Sprintf("%d/%d", use.DSP, have.DSP), fmt.Sprintf("%d/%d", use.BRAM18, have.BRAM18), nextResource(use, have),
			fmt.Sprintf("%d/%d", use.PortBits, have.PortBits))
	}
	return w.Flush()
}

// own is a stage's own figure; 0: that of all.
func own(v float64) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprint(v)
}

// nextResource is the one of LUT, FF and UltraRAM that comes nearest to its limit,
// beside DSP slices and 18-Kb blocks; "-" where none of them is known.
func nextResource(use, have *accel.Usage) string {
	text, most := "-", -1.0
	for _, f := range [...]struct {
		name      string
		use, have int
	}{{"LUT", use.LUT, have.LUT}, {"FF", use.FF, have.FF}, {"UltraRAM", use.URAM, have.URAM}} {
		if share := float64(f.use) / float64(f.have); f.have > 0 && share > most {
			text, most = f.name+" "+Percent(share), share
		}
	}
	return text
}

// stageLayers are the numbers of a stage's layers: those on the FPGA, and those that
// the host runs for it, as in 1-5 (+6 host).
func stageLayers(s *hw.Stage, r *accel.Report) string {
	var fpga, host []int
	for i := s.First; i <= s.Last; i++ {
		if r.Layers[i].Stage < 0 {
			host = append(host, i+1)
		} else {
			fpga = append(fpga, i+1)
		}
	}
	if len(host) == 0 {
		return ranges(fpga)
	}
	return fmt.Sprintf("%s (+%s host)", ranges(fpga), ranges(host))
}

// ranges writes rising numbers: 1-3,5.
func ranges(v []int) string {
	var items []string
	for i := 0; i < len(v); {
		k := i
		for k+1 < len(v) && v[k+1] == v[k]+1 {
			k++
		}
		if k == i {
			items = append(items, fmt.Sprint(v[i]))
		} else {
			items = append(items, fmt.Sprintf("%d-%d", v[i], v[k]))
		}
		i = k + 1
	}
	return strings.Join(items, ",")
}

// printShares tells what each FPGA has of a divided layer.
func printShares(out io.Writer, p *hw.Pipeline) {
	for i := range p.Stages {
		if s := &p.Stages[i]; s.Shard != nil {
			fmt.Fprintf(out, "FPGA %d has %v of layer %d\n", i+1, s.Shard, s.First+1)
		}
	}
}
