// Package rtl has the subcommand rtl, which writes the modelled accelerator as SystemVerilog.
package rtl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/rtl"
	"coexplore/internal/cli"
	"coexplore/internal/cli/pipeline"
)

// Options are the flags of rtl.
type Options struct {
	network     pipeline.Options      // as far as they describe a network
	one         pipeline.LayerOptions // and a single layer
	fpga        string
	layers      string
	tile, ports string
	out         string
	simulator   string
	verify      bool
	options     rtl.Options
	dram        int
	seed        uint64
	json        bool
	target      hw.Target
	devices     string
	dense       string
	weights     string // file of a trained network
	data        string // its pictures
	pictures    int    // so many of them
	rtlPictures int    // and so many in the hardware
	trained     *trained
	synthesize  bool
	cut         cut
}

// New is the subcommand rtl.
func New() *cobra.Command {
	f := &Options{target: hw.DefaultTarget()}
	cmd := &cobra.Command{
		Use:   "rtl",
		Short: "The modelled accelerator as SystemVerilog, simulated beside the model",
		Long: `Write the accelerator of the cost model as SystemVerilog: a folder of modules, with a
testbench, a memory's contents and a Makefile. It runs the layers of a network one
after the other, or one layer, in fixed point. Without --tile the accelerator is the
best one for the FPGA. --verify builds and runs it in Verilator, compares every word
with a plain reference, and prints modelled beside simulated cycles: the formula, the
simulation tile by tile, and the hardware. --dram-latency adds a memory like DRAM, where
bursts have to begin, which the formula does not know. --weights takes a network that
train saved, with its real weights in fixed point, and measures the accuracy beside that
in floating point; else weights and picture are random: cycles do not depend on them.
--cut makes a pipeline of two stages with a link between them, and compares the interval
between frames. Clock frequency, routing and power are not shown; a simulation of cycles
has none.`,
		Example: `  coexplore rtl --conv 8,4,12,12,3 --tile 4,2,6,6 --ports 1,1,1 --fpga XC7Z015 --out accelerator --verify
  coexplore rtl --network 3x8,dw3,max2,1x16 --input 3x16x16 --fpga XC7Z015 --tile 4,4,8,8 --ports 2,2,2 --out accelerator --verify --dram-latency 20 --burst 64
  coexplore rtl --network cifar10-opthw --layers 1-2 --bits 8 --fpga XC7Z015 --out accelerator
  coexplore rtl --weights net.weights --bits 8 --fpga XC7Z015 --tile 4,4,8,8 --ports 2,2,2 --out accelerator --verify
  coexplore rtl --network 3x8,max2,3x16 --input 3x16x16 --cut 2 --link 1/2 --fpga XC7Z015:2 --tile 4,4,8,8 --ports 2,2,2 --out pipeline --verify`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.network.Network, "network", "", "the network: its layers, a name, or a .json or .onnx file (this, --conv or --weights is needed)")
	fl.StringVar(&f.network.Input, "input", "", "the network's input CxHxW (default 3x32x32, or the own one of a named network or file)")
	fl.IntVar(&f.network.Classes, "classes", 0, "its classes (default 10, or those of a named network or file)")
	fl.StringVar(&f.network.Head, "head", "flatten", "what the dense layer reads: flatten or gap (global average pooling)")
	fl.StringVar(&f.layers, "layers", "", "the layers of it to build, as in 1-3 (default: all; but fully connected layers at the end with --dense host)")
	fl.StringVar(&f.dense, "dense", "host", "where fully connected layers at the end run: host or fpga")
	fl.StringVar(&f.one.Conv, "conv", "", "one layer in place of a network: M,N,R,C,K[,STRIDE]")
	fl.IntVar(&f.one.Groups, "groups", 1, "with --conv, groups of channels; M for a depthwise convolution")
	fl.StringVar(&f.weights, "weights", "", "a trained network in place of one by its layers: a file of train --save")
	fl.StringVar(&f.data, "data", "shapes", "with --weights, "+cli.DataUsage)
	fl.IntVar(&f.pictures, "pictures", 100, "with --weights, test images to measure the accuracy on, in the plain reference")
	fl.IntVar(&f.rtlPictures, "rtl-pictures", 10, "with --weights, how many of them the accelerator's program runs on, and --verify simulates")
	fl.StringVar(&f.fpga, "fpga", "", "FPGA that must hold it, as in XC7Z015, or XC7Z015@150 with its clock in MHz (needed)")
	fl.StringVar(&f.tile, "tile", "", "the accelerator: Tm,Tn,Tr,Tc (default: the best for the FPGA)")
	fl.StringVar(&f.ports, "ports", "", "its memory ports in words a cycle: Wp,Ip,Op")
	fl.IntVar(&f.target.Bits, "bits", 16, "word size: 8 or 16, fixed point")
	fl.Float64Var(&f.target.ClockMHz, "clock", f.target.ClockMHz, "accelerator clock in MHz, which decides the words a cycle of the FPGA's memory")
	fl.StringVar(&f.devices, "devices", "", "TOML file with FPGAs of your own")
	fl.Uint64Var(&f.seed, "seed", 1, "of the weights, the picture and the stalls")
	cli.FolderVar(fl, &f.out, "out", "folder for the accelerator (needed)")
	fl.BoolVar(&f.verify, "verify", false, "simulate it, and print modelled beside simulated cycles")
	fl.StringVar(&f.simulator, "simulator", "verilator", "with --verify: verilator or icarus")
	fl.IntVar(&f.options.Latency, "latency", 1, "with --verify, the memory's cycles from a request to its words, 1 to 63")
	fl.IntVar(&f.options.Stall, "stall", 0, "with --verify, of 100 cycles so many in which a port is not ready, at random")
	fl.IntVar(&f.dram, "dram-latency", 0, "with --verify, simulate a second time with a memory like DRAM: cycles that a port loses where a burst begins")
	fl.IntVar(&f.options.Burst, "burst", 0, "with --dram-latency, words of the longest burst, which ends where they divide its address (0: of any length)")
	fl.Int64Var(&f.options.Limit, "limit", 0, "with --verify, give up after so many cycles (0: four times what the model says, and more with stalls and bursts)")
	fl.BoolVar(&f.options.Wave, "wave", false, "with --verify, write a waveform, wave.vcd, into the folder; of a small layer it can be read")
	fl.BoolVar(&f.synthesize, "synthesize", false, "have Yosys map it onto Xilinx' 7 series, and show what that takes; a minute or more")
	fl.IntVar(&f.cut.after, "cut", 0, "make a pipeline of two stages, each on an accelerator of its own: the layer behind which the network is cut")
	fl.StringVar(&f.cut.link, "link", "", "with --cut, words that cross from stage to stage in a cycle, or WORDS/CYCLES (default 1)")
	fl.IntVar(&f.cut.frames, "frames", 0, "with --cut, pictures that --verify sends through, 2 to 1000 (default 2)")
	fl.BoolVar(&f.json, "json", false, "print the result as JSON")
	return cmd
}

// Result is what rtl prints.
type Result struct {
	Network string `json:"network"`
	FPGA    string `json:"fpga"`
	hw.Design
	Bits     int           `json:"bits"`
	Folder   string        `json:"folder"`
	Layers   []rtl.Cycles  `json:"layers"` // RTL is 0 without --verify
	DRAM     []int64       `json:"dram,omitempty"`
	Words    int           `json:"words"` // put out, and with --verify compared
	Verified bool          `json:"verified"`
	Modelled accel.Usage   `json:"modelled"`
	Memories rtl.Memories  `json:"modelled_memories"` // Modelled's blocks in parts
	Declared *rtl.Declared `json:"declared,omitempty"`
	// Synthesized is what Yosys makes of it.
	Synthesized *rtl.Synthesis `json:"synthesized,omitempty"`
	Have        accel.Usage    `json:"have"`
	Accuracy    *Accuracy      `json:"accuracy,omitempty"` // of a trained network
}

func (f *Options) run(cmd *cobra.Command) error {
	if err := f.check(); err != nil {
		return err
	}
	if f.cut.after != 0 {
		return f.runCut(cmd)
	}
	name, layers, err := f.read(cmd)
	if err != nil {
		return err
	}
	dev, target, err := f.device()
	if err != nil {
		return err
	}
	d, err := f.design(layers, dev, target)
	if err != nil {
		return err
	}
	p := &rtl.Program{Design: *d, Bits: target.Bits, Layers: layers}
	if f.verify {
		if err := f.options.Ready(); err != nil {
			return err
		}
	}
	var accuracy *Accuracy
	if f.trained == nil {
		p.Randomize(f.seed)
	} else if p, accuracy, err = f.quantize(cmd.Context(), p); err != nil {
		return err
	}
	if err := p.Write(f.out); err != nil {
		return err
	}
	r := Result{Network: name, FPGA: dev.Part, Design: *d, Bits: target.Bits, Folder: f.out, Words: p.Words(), Modelled: p.Modelled(), Memories: p.ModelledMemories(), Accuracy: accuracy,
		Have: accel.Usage{DSP: dev.DSP, BRAM18: dev.BRAM18, PortBits: dev.PortBits(target)}}
	if f.verify {
		err = f.simulate(cmd, p, &r)
	} else {
		r.Layers, err = p.Model(f.options.Latency)
	}
	if err == nil && f.trained != nil {
		err = r.onePicture(f.trained)
	}
	if err != nil {
		return err
	}
	if f.synthesize {
		fmt.Fprintln(cmd.ErrOrStderr(), "Synthesising it in Yosys ...")
		s, err := p.Synthesize(cmd.Context(), f.out)
		if err != nil {
			return err
		}
		r.Synthesized = &s
	}
	if f.json {
		return cli.WriteJSON(cmd, r)
	}
	return r.print(cmd.OutOrStdout(), f)
}

// check refuses flags that do not go together.
func (f *Options) check() error {
	switch {
	case f.out == "":
		return cli.Usagef("--out is needed: the folder for the accelerator")
	case given(f.network.Network)+given(f.one.Conv)+given(f.weights) != 1:
		return cli.Usagef("give either --network, as in --network 3x8,3x16s2, or --conv M,N,R,C,K[,STRIDE], or --weights FILE")
	case f.weights != "" && (f.layers != "" || f.network.Input != "" || f.network.Classes != 0):
		return cli.Usagef("--weights is a whole network: --layers, --input and --classes do not go with it")
	case f.weights != "" && (f.pictures < 1 || f.rtlPictures < 1):
		return cli.Usagef("--pictures %d, --rtl-pictures %d: want 1 or more", f.pictures, f.rtlPictures)
	case f.target.Bits != 8 && f.target.Bits != 16:
		return cli.Usagef("--bits %d: the accelerator has fixed point of 8 or 16 bits", f.target.Bits)
	case f.tile != "" && f.ports == "":
		return cli.Usagef("--tile needs --ports: Wp,Ip,Op words a cycle")
	case f.simulator != "verilator" && f.simulator != "icarus":
		return cli.Usagef("--simulator is verilator or icarus, not %q", f.simulator)
	case f.dense != "host" && f.dense != "fpga":
		return cli.Usagef("--dense is host or fpga, not %q", f.dense)
	case f.options.Latency < 1 || f.options.Latency > 63:
		return cli.Usagef("--latency %d: want 1 to 63 cycles", f.options.Latency)
	case f.options.Stall < 0 || f.options.Stall > 95:
		return cli.Usagef("--stall %d: want 0 to 95 of 100 cycles", f.options.Stall)
	case f.dram < 0 || f.dram > 1000:
		return cli.Usagef("--dram-latency %d: want 0 to 1000 cycles", f.dram)
	case f.options.Burst < 0 || f.options.Burst > 0 && f.dram == 0:
		return cli.Usagef("--burst %d: want 0 or more words, with --dram-latency", f.options.Burst)
	case f.options.Limit < 0:
		return cli.Usagef("--limit %d: want 0 or more cycles", f.options.Limit)
	case !f.verify && (f.dram > 0 || f.options.Stall > 0 || f.options.Wave || f.options.Limit > 0):
		return cli.Usagef("--dram-latency, --stall, --wave and --limit need --verify")
	}
	if err := f.checkCut(); err != nil {
		return err
	}
	if err := f.target.Check(); err != nil {
		return cli.Usage(err)
	}
	f.options.Icarus, f.options.Seed = f.simulator == "icarus", int(f.seed&0xffff)
	return nil
}

// given is 1 for a flag that has a value.
func given(s string) int {
	if s == "" {
		return 0
	}
	return 1
}

// read reads the layers that the flags describe.
func (f *Options) read(cmd *cobra.Command) (string, []rtl.Layer, error) {
	if f.weights != "" {
		return f.readTrained(cmd)
	}
	if f.one.Conv != "" {
		if f.layers != "" {
			return "", nil, cli.Usagef("--layers goes with --network")
		}
		l, err := f.one.Layer()
		if err != nil {
			return "", nil, err
		}
		e := rtl.Layer{Loops: l, InRows: l.R * l.S, InCols: l.C * l.S, Pad: (l.K - 1) / 2, ReLU: true}
		return l.String(), []rtl.Layer{e}, nil
	}
	net, err := f.network.ReadNetwork()
	if err != nil {
		return "", nil, err
	}
	first, last := 0, len(net.Layers)-1
	if f.dense == "host" {
		for last > 0 && net.Layers[last].Kind == hw.Dense {
			last--
		}
	}
	if f.layers != "" {
		if first, last, err = layerRange(f.layers, len(net.Layers)); err != nil {
			return "", nil, err
		}
	}
	layers, err := rtl.FromNetwork(net, first, last, f.target.Bits)
	return fmt.Sprintf("layers %d-%d of %s", first+1, last+1, net.Name), layers, err
}

// layerRange reads FIRST-LAST, or one number; what it returns counts from 0.
func layerRange(s string, layers int) (first, last int, err error) {
	a, b, ok := strings.Cut(s, "-")
	if !ok {
		b = a
	}
	v, err := cli.Numbers("--layers", a+","+b, "FIRST-LAST, as in 1-3", 2, 2)
	if err != nil {
		return 0, 0, err
	}
	if v[0] < 1 || v[0] > v[1] || v[1] > layers {
		return 0, 0, cli.Usagef("--layers %s: the network has layers 1 to %d", s, layers)
	}
	return v[0] - 1, v[1] - 1, nil
}

// device is the FPGA, and the target with its clock.
func (f *Options) device() (*hw.Device, hw.Target, error) {
	pool, err := cli.ParsePool(f.fpga, f.devices)
	if err != nil {
		return nil, f.target, err
	}
	if n := pool.Count(); n != 1 {
		return nil, f.target, cli.Usagef("--fpga %s: the accelerator is for one FPGA, not %d: name one, as in XC7Z015", f.fpga, n)
	}
	return &pool[0].Device, pool.Target(0, f.target), nil
}

// design is the accelerator that the flags name, which must fit, or the best one.
func (f *Options) design(layers []rtl.Layer, dev *hw.Device, t hw.Target) (*hw.Design, error) {
	var loops []hw.Loops
	for i := range layers {
		loops = append(loops, layers[i].Loops)
	}
	d, err := cli.Design(f.tile, f.ports)
	if err != nil {
		return nil, err
	}
	if d != nil {
		return d, accel.Fits(dev, loops, *d, t)
	}
	best, err := accel.BestDesign(loops, dev, t)
	return &best.Design, err
}

// simulate runs the accelerator, and a second time with a memory like DRAM.
func (f *Options) simulate(cmd *cobra.Command, p *rtl.Program, r *Result) error {
	fmt.Fprintf(cmd.ErrOrStderr(), "Building and running it in %s ...\n", f.simulator)
	var err error
	if r.Layers, err = p.Verify(cmd.Context(), f.out, f.options); err != nil {
		return err
	}
	r.Verified = true
	if f.dram > 0 {
		o := f.options
		o.Gap, o.Wave = f.dram, false
		runs, err := p.Verify(cmd.Context(), f.out, o)
		if err != nil {
			return err
		}
		for _, c := range runs {
			r.DRAM = append(r.DRAM, c.RTL)
		}
	}
	if f.simulator == "verilator" {
		d, err := p.Declared(cmd.Context(), f.out)
		if err != nil {
			return err
		}
		r.Declared = &d
	}
	return nil
}

// sum adds a figure of all layers up.
func (r *Result) sum(of func(c *rtl.Cycles) int64) int64 {
	n := int64(0)
	for c := range slices.Values(r.Layers) {
		n += of(&c)
	}
	return n
}
