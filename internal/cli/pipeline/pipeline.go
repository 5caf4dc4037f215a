// Package pipeline has the subcommands of the cost model: pipeline, layer, table and devices.
package pipeline

import (
	"bytes"
	"strings"

	"github.com/spf13/cobra"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/blast"
	"coexplore/hw/report"
	"coexplore/internal/atomicfile"
	"coexplore/internal/cli"
)

// New is the subcommand pipeline.
func New() *cobra.Command {
	f := &Options{}
	cmd := &cobra.Command{
		Use:   "pipeline",
		Short: "The best way to run a network on a pool of FPGAs",
		Long: `The best way to cut a network into a pipeline over a pool of FPGAs, with the best
accelerator for each, exactly. A network is one known by name:
` + report.Wrap(strings.Join(hw.ReferenceNetworks(), " "), 80) + `;
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
	fl.StringVar(&f.Network, "network", "", "the network: its layers, a name, or a .json or .onnx file (needed)")
	fl.StringVar(&f.Input, "input", "", "the network's input CxHxW (default 3x32x32, or the own one of a named network or file)")
	fl.IntVar(&f.Classes, "classes", 0, "its classes (default 10, or those of a named network or file)")
	fl.StringVar(&f.Head, "head", "flatten", "what the dense layer reads: flatten or gap (global average pooling)")
	fl.StringVar(&f.fpga, "fpga", "", cli.FPGAUsage+" (needed)")
	fl.Float64Var(&f.options.FPS, "fps", 0, "frames a second that it must reach (needed unless --objective throughput)")
	fl.StringVar(&f.objective, "objective", "", "utilization, cost or throughput (default utilization; throughput without --fps)")
	fl.StringVar(&f.tile, "tile", "", "one accelerator for all FPGAs: Tm,Tn,Tr,Tc")
	fl.StringVar(&f.ports, "ports", "", "its memory ports in words a cycle: Wp,Ip,Op")
	fl.StringVar(&f.partition, "partition", "", "layers of each stage, as in 4,3,4, on the pool's FPGAs in order; those on the host at the end may be left out")
	fl.StringVar(&f.Dense, "dense", "host", "where fully connected layers run: host or fpga")
	f.AddTarget(fl)
	fl.Float64Var(&f.Target.LinkGbps, "link", 0, "bandwidth between FPGAs in Gbit/s (0: never the limit)")
	fl.Float64Var(&f.Target.LinkLatencyUS, "link-latency", 0, "time from the sending of a bit over a link to its arrival, in microseconds")
	fl.Float64Var(&f.Target.LinkPJBit, "link-energy", f.Target.LinkPJBit, "energy of a bit over a link, both ends, in pJ (an estimate)")
	fl.IntVar(&f.options.MaxFPGAs, "max-fpgas", 0, "the most FPGAs of the pool to use (0: all)")
	fl.StringVar(&f.bits, "device-bits", "", "word sizes of single parts: PART:BITS, comma separated")
	fl.BoolVar(&f.options.Parallel, "parallel", false, "divide a layer over several FPGAs where none alone meets --fps")
	fl.IntVar(&f.options.Ways, "ways", 4, "the most FPGAs for one layer, with --parallel")
	fl.BoolVar(&f.options.Explain, "explain", false, "print what was considered, and why the answer won")
	cli.FileVar(fl, &f.programme, "lp", "save the problem as a mixed integer programme to this file, in the CPLEX LP format")
	f.simulateFlags.add(fl)
	f.latencies.Add(fl)
	cli.FolderVar(fl, &f.figures, "figures", "folder for figures: utilization, layers as a strip, roofline, cycles of each layer, resources, and with --explain what a cut at each place would have done")
	fl.StringSliceVar(&f.formats, "format", []string{"svg"}, "formats of the figures: svg, pdf, png, eps, tex")
	f.look.Add(fl)
	fl.BoolVar(&f.layers, "layers", false, "print every layer too, with --json as the list layers")
	fl.BoolVar(&f.json, "json", false, "print the result as JSON")
	return cmd
}

func (f *Options) run(cmd *cobra.Command) error {
	net, err := f.ReadNetwork()
	if err != nil {
		return err
	}
	o, err := f.readOptions()
	if err != nil {
		return err
	}
	if o.Latencies, err = f.latencies.Open(o.Pool, layersOnFPGA(net, o.Target.Dense), o.Target); err != nil {
		return err
	}
	planner, err := blast.New(o)
	if err != nil {
		return err
	}
	r := report.Pipeline{Network: net.Name, Input: net.Input.String(), Pool: o.Pool.String(), Objective: o.Objective.String(), Devices: o.Pool}
	if o.Partition != nil {
		r.Objective = "given partition"
	}
	if r.Answer, err = planner.Plan(net); err != nil {
		return err
	}
	if f.programme != "" {
		if err := f.writeProgramme(planner, net, r.Answer); err != nil {
			return err
		}
	}
	if o.Latencies == nil {
		if r.Report, err = accel.Analyze(net, &r.Pipeline, o.Pool, f.Target); err != nil {
			return err
		}
		r.Published = report.PublishedFor(net, o.Pool, f.Target)
	}
	if f.frames > 0 {
		if r.Simulation, err = f.simulate(&r.Pipeline, net, f.Target); err != nil {
			return err
		}
	}
	if f.figures != "" {
		if err := cli.WritePlots(f.look.On(pipelinePlots(net, &r.Pipeline, r.Report, r.Trace, o.FPS)), f.figures, f.formats, cmd.ErrOrStderr()); err != nil {
			return err
		}
	}
	if f.json {
		if f.layers {
			r.Layers = report.LayerLines(r.Report)
		}
		return cli.WriteJSON(cmd, r)
	}
	return r.Print(cmd.OutOrStdout(), f.options.FPS, f.layers)
}

// writeProgramme saves the problem of an answer for a solver. Where the objective is
// throughput, or the specification is out of reach, there is no budget.
func (f *Options) writeProgramme(planner *blast.Planner, net *hw.Network, a *blast.Answer) error {
	o := planner.Options()
	if !a.Feasible || o.Objective == hw.MaxThroughput {
		o.FPS, o.Objective = 0, hw.MaxThroughput
	}
	in, budget, err := planner.With(o).Instance(net)
	if err != nil {
		return err
	}
	m := blast.MILP{Instance: in, Objective: o.Objective, Budget: budget}
	if o.Objective == hw.MaxUtilization {
		m.FPGAs = len(a.Stages)
	}
	var buf bytes.Buffer
	if _, err := m.WriteTo(&buf); err != nil {
		return err
	}
	return atomicfile.Write(f.programme, buf.Bytes())
}
