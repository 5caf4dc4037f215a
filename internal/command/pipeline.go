package command

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coexplore/hw"
	"coexplore/hw/netfile"
)

// pipelineFlags are the flags of pipeline.
type pipelineFlags struct {
	hardwareFlags
	blastFlags
	network, input, head   string
	fpga, objective        string
	tile, ports, partition string
	classes                int
	fps                    float64
	layers, json           bool
}

func newPipelineCommand() *cobra.Command {
	f := &pipelineFlags{}
	cmd := &cobra.Command{
		Use:   "pipeline",
		Short: "The best way to run a network on a pool of FPGAs",
		Long: `The best way to cut a network into a pipeline over a pool of FPGAs, with the best
accelerator for each, exactly. A network is one known by name:
` + wrap(strings.Join(hw.ReferenceNetworks(), " "), 80) + `;
a file: what PyTorch and others export as .onnx, or .json (see package netfile);
or text, its layers, comma separated:
  3x36s2       convolution: kernel 3, 36 filters, stride 2
  3x64g32 dw3  grouped and depthwise convolution
  max3s2 avg2  pooling: kernel, stride (the kernel where it is left out)
  gap fc128    global average pooling, fully connected
  +2           add the feature map from before the last 2 items
A p sets the padding (11x64s4p2), b a bias in place of batch normalisation (3x64b).
The fully connected layer of the classes is added at the end, unless that is fc.
With --tile and --ports every FPGA has that accelerator; with --partition the
stages are given. Fully connected layers run on the host unless --dense fpga.
Where --fps is out of reach, the answer is the fastest pipeline, with what would
do instead. --explain tells how the answer was found, --simulate tries it out.
Power, and so GOPS/W, is an estimate.`,
		Example: `  coexplore pipeline --network 3x36,5x36,1x64,3x48s2,7x24,1x64 --fpga XC7Z015:2 --fps 35
  coexplore pipeline --network 3x16,3x16,3x16,+2,3x32s2,3x32,+2,gap --fpga XC7Z015:2 --fps 35 --layers
  coexplore pipeline --network mine.onnx --fpga XC7Z045:2 --bits 16 --fps 35
  coexplore pipeline --network vgg16 --fpga ZU9EG:2,XC7Z045:1 --bits 16 --objective throughput --layers
  coexplore pipeline --network cifar10-optsw --fpga XC7Z015:3 --fps 35 --link 1 --explain --simulate 8 --gantt frames.svg
  coexplore pipeline --network 3x36,5x36,7x24 --fpga XC7Z015:5 --fps 120 --parallel --objective cost
  coexplore pipeline --network alexnet --fpga XC7VX485T --tile 64,7,13,13 --ports 4,4,4`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.network, "network", "", "the network: its layers, a name, or a .json or .onnx file (needed)")
	fl.StringVar(&f.input, "input", "", "the network's input CxHxW (default 3x32x32, or the own one of a named network or file)")
	fl.IntVar(&f.classes, "classes", 0, "its classes (default 10, or those of a named network or file)")
	fl.StringVar(&f.head, "head", "flatten", "what the dense layer reads: flatten or gap (global average pooling)")
	fl.StringVar(&f.fpga, "fpga", "", "the pool of FPGAs: PART:COUNT, comma separated (needed)")
	fl.Float64Var(&f.fps, "fps", 0, "frames a second that it must reach (needed unless --objective throughput)")
	fl.StringVar(&f.objective, "objective", "", "utilization, cost or throughput (default utilization; throughput without --fps)")
	fl.StringVar(&f.tile, "tile", "", "one accelerator for all FPGAs: Tm,Tn,Tr,Tc")
	fl.StringVar(&f.ports, "ports", "", "its memory ports in words a cycle: Wp,Ip,Op")
	fl.StringVar(&f.partition, "partition", "", "layers of each stage, as in 4,3,4, on the pool's FPGAs in order")
	fl.StringVar(&f.dense, "dense", "host", "where fully connected layers run: host or fpga")
	f.addTarget(fl)
	fl.Float64Var(&f.target.LinkGbps, "link", 0, "bandwidth between FPGAs in Gbit/s (0: never the limit)")
	f.blastFlags.add(fl)
	fl.BoolVar(&f.layers, "layers", false, "print every layer too")
	fl.BoolVar(&f.json, "json", false, "print the result as JSON")
	return cmd
}

// pipelineResult is what pipeline prints.
type pipelineResult struct {
	Network   string `json:"network"`
	Input     string `json:"input"`
	Pool      string `json:"pool"`
	Objective string `json:"objective"`
	*hw.Answer
	Insight    *hw.Insight `json:"insight"`
	Published  *published  `json:"published,omitempty"`
	Simulation *simulation `json:"simulation,omitempty"`
}

func (f *pipelineFlags) run(cmd *cobra.Command) error {
	net, obj, err := f.read()
	if err != nil {
		return err
	}
	pool, err := f.pool(f.fpga)
	if err != nil {
		return err
	}
	d, err := design(f.tile, f.ports)
	if err != nil {
		return err
	}
	if d != nil && f.ports == "" {
		return usagef("--tile needs --ports: Wp,Ip,Op words a cycle")
	}
	r := pipelineResult{Network: net.Name, Input: net.Input.String(), Pool: pool.String(), Objective: obj.String()}
	if f.partition != "" {
		if r.Answer, err = f.given(net, pool, d); err != nil {
			return err
		}
		r.Objective = "given partition"
	} else if r.Answer, err = f.find(net, pool, d, obj); err != nil {
		return err
	}
	if r.Insight, err = hw.Inspect(net, &r.Pipeline, pool, f.target); err != nil {
		return err
	}
	r.Published = findPublished(net, pool, f.target)
	if f.frames > 0 {
		if r.Simulation, err = f.simulate(&r.Pipeline, net, f.target); err != nil {
			return err
		}
	}
	if f.json {
		return writeJSON(cmd, r)
	}
	return f.print(cmd.OutOrStdout(), &r)
}

// read checks the flags that describe the network and the objective.
func (f *pipelineFlags) read() (*hw.Network, hw.Objective, error) {
	if f.network == "" {
		return nil, 0, usagef("--network is needed, as in --network 3x36,3x48s2 or --network vgg16")
	}
	if err := f.hardwareFlags.check(); err != nil {
		return nil, 0, err
	}
	if err := f.blastFlags.check(f.partition != ""); err != nil {
		return nil, 0, err
	}
	name := f.objective
	switch {
	case name == "" && f.fps == 0:
		name = hw.MaxThroughput.String()
	case name == "":
		name = hw.MaxUtilization.String()
	}
	obj, err := hw.ParseObjective(name)
	if err != nil {
		return nil, 0, usageError{err}
	}
	if !(f.fps >= 0) || f.fps > 1e9 {
		return nil, 0, usagef("--fps %v: want frames a second above 0, such as 35", f.fps)
	}
	if f.fps == 0 && obj != hw.MaxThroughput && f.partition == "" {
		return nil, 0, usagef("--fps is needed with --objective %v: frames a second above 0, such as 35", obj)
	}
	head, err := hw.ParseHead(f.head)
	if err != nil {
		return nil, 0, usageError{err}
	}
	var in hw.Shape
	if f.input != "" {
		if in, err = hw.ParseShape(f.input); err != nil {
			return nil, 0, usageError{err}
		}
	}
	if f.classes < 0 {
		return nil, 0, usagef("--classes %d: want at least 1", f.classes)
	}
	if netfile.Known(f.network) {
		if head != hw.FlattenHead {
			return nil, 0, usagef("--head %v does not go with the file %s, which has all its layers", head, f.network)
		}
		net, err := netfile.Open(f.network, in, f.classes)
		return net, obj, err
	}
	net, err := hw.ParseNetwork(f.network, in, f.classes, head)
	if err != nil {
		return nil, 0, usageError{err}
	}
	return net, obj, nil
}

// placements gives the pool's FPGAs, in order, the layers of each stage.
func placements(s string, pool hw.Pool) ([]hw.Placement, error) {
	layers, err := numbers("--partition", s, "layers of each stage, as in 4,3,4", 1, 1<<10)
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, e := range pool {
		for range e.Count {
			parts = append(parts, e.Device.Part)
		}
	}
	if len(layers) > len(parts) {
		return nil, usagef("--partition %q has %d stages, the pool %v %d FPGAs", s, len(layers), pool, len(parts))
	}
	out := make([]hw.Placement, len(layers))
	for i, n := range layers {
		out[i] = hw.Placement{Device: parts[i], Layers: n}
	}
	return out, nil
}

func (f *pipelineFlags) print(out io.Writer, r *pipelineResult) error {
	fmt.Fprintf(out, "%s, input %s: %s MACs, %d parameters\n", r.Network, r.Input, count(r.MACs), r.Params)
	if r.Feasible {
		fmt.Fprintf(out, "%.4g frames/s, one every %.4g ms; latency %.4g ms\n", r.ThroughputFPS, r.IntervalMS, r.LatencyMS)
	} else {
		fmt.Fprintf(out, "Not feasible: %s.\nThe pipeline closest to it:\n", r.Reason)
	}
	fmt.Fprintf(out, "efficiency %s", percent(r.Efficiency))
	if f.fps > 0 {
		fmt.Fprintf(out, " at %g frames/s", f.fps)
	}
	if r.PowerW > 0 {
		fmt.Fprintf(out, "; %.3g GOPS/W at %.3g W (estimate)", r.GOPSPerWatt, r.PowerW)
	}
	fmt.Fprint(out, "\n\n")
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "stage\tFPGA\tlayers\tTm,Tn,Tr,Tc\tWp,Ip,Op\tcycles\tms\tutilization\tbottleneck\tDSP\tBRAM18\tport bits\t")
	for i := range r.Stages {
		s, u := &r.Stages[i], &r.Insight.Stages[i]
		fmt.Fprintf(w, "%d\t%s\t%d-%d\t%d,%d,%d,%d\t%d,%d,%d\t%d\t%.4g\t%s\t%v\t%d/%d\t%d/%d\t%d/%d\t\n", i+1, s.Device, s.First+1, s.Last+1,
			s.Tm, s.Tn, s.Tr, s.Tc, s.W, s.I, s.O, s.Cycles, s.LatencyMS, percent(s.Utilization), s.Bottleneck,
			u.Use.DSP, u.Have.DSP, u.Use.BRAM18, u.Have.BRAM18, u.Use.PortBits, u.Have.PortBits)
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
		if err := printTrace(out, r.Trace, f.fps > 0); err != nil {
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
		if s := &p.Stages[i]; s.Share != nil {
			fmt.Fprintf(out, "FPGA %d has %v of layer %d\n", i+1, s.Share, s.First+1)
		}
	}
}

// printLayers prints the table of layers.
func (f *pipelineFlags) printLayers(out io.Writer, r *pipelineResult) error {
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "layer\tname\tkind\toutput\tMACs\tparams\tstage\tcycles\tshare\tbottleneck\ttile eff.\tops/byte\tattainable\treached GOPS\t")
	for i := range r.Insight.Layers {
		l := &r.Insight.Layers[i]
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
	for _, c := range r.Insight.Cuts {
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
