package rtl

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coexplore/hw"
	"coexplore/hw/rtl"
	"coexplore/internal/cli"
)

// cut is where --cut cuts a network, and what lies between the two stages.
type cut struct {
	after  int // the layer, from 1
	link   string
	frames int
}

// part is a stage or a link of a pipeline, a frame's cycles.
type part struct {
	Name string `json:"part"`
	rtl.Part
	RTL int64 `json:"rtl"` // 0 without --verify
}

// PipelineResult is what rtl --cut prints.
type PipelineResult struct {
	Network  string `json:"network"`
	Bits     int    `json:"bits"`
	Folder   string `json:"folder"`
	Frames   int    `json:"frames"`
	Parts    []part `json:"parts"`
	Formula  int64  `json:"formula"`  // the interval between frames: that of the slowest part
	Interval int64  `json:"interval"` // the RTL's
	Latency  int64  `json:"latency"`  // of the first frame in the RTL
	Verified bool   `json:"verified"`
}

// checkCut refuses flags that do not go with --cut.
func (f *Options) checkCut() error {
	switch {
	case f.cut.after == 0:
		if f.cut.link != "" || f.cut.frames != 0 {
			return cli.Usagef("--link and --frames need --cut")
		}
	case f.network.Network == "" || f.layers != "":
		return cli.Usagef("--cut goes with a whole --network")
	case f.options.Stall > 0 || f.dram > 0 || f.options.Latency > 1 || f.synthesize:
		return cli.Usagef("--stall, --dram-latency, --latency and --synthesize are for one accelerator, without --cut")
	case f.cut.frames < 0 || f.cut.frames == 1 || f.cut.frames > 1000:
		return cli.Usagef("--frames %d: want 2 to 1000", f.cut.frames)
	}
	return nil
}

// parseLink reads WORDS or WORDS/CYCLES.
func parseLink(s string) (rtl.Link, error) {
	l := rtl.Link{Words: 1, Every: 1}
	if s == "" {
		return l, nil
	}
	words, every, some := strings.Cut(s, "/")
	var err error
	if l.Words, err = strconv.Atoi(words); err == nil && some {
		l.Every, err = strconv.Atoi(every)
	}
	if err != nil {
		return l, cli.Usagef("--link %q: want WORDS or WORDS/CYCLES, as in 3 or 1/4", s)
	}
	return l, nil
}

// runCut writes, and with --verify simulates, a pipeline of two stages.
func (f *Options) runCut(cmd *cobra.Command) error {
	link, err := parseLink(f.cut.link)
	if err != nil {
		return err
	}
	pool, err := cli.ParsePool(f.fpga, f.devices)
	if err != nil {
		return err
	}
	if n := pool.Count(); n > 2 {
		return cli.Usagef("--fpga %s: --cut makes two stages, for one or two FPGAs", f.fpga)
	}
	name, layers, err := f.read(cmd)
	if err != nil {
		return err
	}
	if f.cut.after < 1 || f.cut.after >= len(layers) {
		return cli.Usagef("--cut %d: the network has %d layers: cut it behind one of 1 to %d", f.cut.after, len(layers), len(layers)-1)
	}
	p := &rtl.Pipeline{Link: link}
	for i, part := range [][]rtl.Layer{layers[:f.cut.after], layers[f.cut.after:]} {
		n := min(i, len(pool)-1)
		target := pool.Target(n, f.target)
		if target.ClockMHz != pool.Target(0, f.target).ClockMHz {
			return cli.Usagef("--fpga %s: the stages of a simulated pipeline have one clock", f.fpga)
		}
		d, err := f.design(part, &pool[n].Device, target)
		if err != nil {
			return err
		}
		s := rtl.Program{Design: *d, Bits: target.Bits, Layers: part}
		s.Randomize(f.seed + uint64(i))
		p.Stages = append(p.Stages, s)
	}
	for n := range max(2, f.cut.frames) {
		picture := rtl.Program{Bits: f.target.Bits, Layers: []rtl.Layer{layers[0]}}
		picture.Randomize(f.seed + uint64(n)<<32)
		p.Frames = append(p.Frames, picture.Layers[0].Input)
	}
	if f.verify {
		if err := f.options.Ready(); err != nil {
			return err
		}
	}
	if err := p.Write(f.out); err != nil {
		return err
	}
	r, err := f.pipelineResult(cmd, name, p)
	if err != nil {
		return err
	}
	if f.json {
		return cli.WriteJSON(cmd, r)
	}
	return r.print(cmd.OutOrStdout(), p)
}

// pipelineResult models the pipeline, and with --verify runs it.
func (f *Options) pipelineResult(cmd *cobra.Command, name string, p *rtl.Pipeline) (*PipelineResult, error) {
	r := &PipelineResult{Network: name, Bits: f.target.Bits, Folder: f.out, Frames: len(p.Frames)}
	model, err := p.Model()
	if err != nil {
		return nil, err
	}
	for i, m := range model {
		r.Parts = append(r.Parts, part{Name: []string{"stage 1", "link", "stage 2"}[i], Part: m})
		r.Formula = max(r.Formula, m.Formula)
	}
	if !f.verify {
		return r, nil
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "Building and running it in %s ...\n", f.simulator)
	s, err := p.Verify(cmd.Context(), f.out, f.options)
	if err != nil {
		return nil, err
	}
	for i, spans := range [][]rtl.Span{s.Stages[0], s.Links[0], s.Stages[1]} {
		r.Parts[i].RTL = spans[0].End - spans[0].Start
	}
	r.Interval, r.Latency, r.Verified = s.Interval(), s.Stages[1][0].End-s.Stages[0][0].Start, true
	return r, nil
}

// print writes the result for people.
func (r *PipelineResult) print(out io.Writer, p *rtl.Pipeline) error {
	fmt.Fprintf(out, "%s, %d-bit fixed point, in %s\n", r.Network, r.Bits, r.Folder)
	designs := []hw.Design{p.Stages[0].Design, p.Stages[1].Design}
	fmt.Fprintf(out, "stage 1: %v\nlink: %d words every %d cycles\nstage 2: %v\n\n", designs[0], p.Link.Words, p.Link.Every, designs[1])
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tformula\ttile by tile\tRTL\tRTL to formula\t")
	row := func(name string, formula int64, simulated string, got int64) {
		if r.Verified {
			fmt.Fprintf(w, "%s\t%d\t%s\t%d\t%+.2f%%\t\n", name, formula, simulated, got, 100*(float64(got)/float64(formula)-1))
		} else {
			fmt.Fprintf(w, "%s\t%d\t%s\t-\t-\t\n", name, formula, simulated)
		}
	}
	latency := int64(0)
	for _, part := range r.Parts {
		row(part.Name, part.Formula, fmt.Sprint(part.Simulated), part.RTL)
		latency += part.Formula
	}
	row("interval", r.Formula, "", r.Interval)
	row("latency", latency, "", r.Latency)
	if err := w.Flush(); err != nil {
		return err
	}
	if r.Verified {
		fmt.Fprintf(out, "\nThe outputs of all %d frames equal the plain reference in the same fixed point, bit for bit.\n", r.Frames)
	} else {
		fmt.Fprintf(out, "\n--verify simulates it; so does make run in the folder.\n")
	}
	_, err := fmt.Fprintln(out, notShown)
	return err
}
