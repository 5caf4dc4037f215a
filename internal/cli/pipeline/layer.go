package pipeline

import (
	"strings"

	"github.com/spf13/cobra"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/report"
	"coexplore/internal/cli"
	"coexplore/kernelext/figure"
)

// LayerOptions are the flags of layer.
type LayerOptions struct {
	cli.HardwareFlags
	Conv, tile, ports, fpga string
	Groups                  int
	padding                 string
	bias                    bool
	simulate                bool
	tiles                   string // file for a map of tiles
	buffers                 string // file for a figure of the double buffers
	look                    cli.Look
	json                    bool
}

// NewLayer is the subcommand layer.
func NewLayer() *cobra.Command {
	f := &LayerOptions{}
	cmd := &cobra.Command{
		Use:   "layer",
		Short: "Cost of one layer on one accelerator",
		Long: `Cost of one layer on one accelerator: cycles, what decides them, DSP slices and
memory blocks. The layer is M output channels, N input channels, R x C output
pixels, a K x K kernel and a stride; a fully connected layer has R = C = K = 1. A
kernel that is not square is written as rows x columns, as in 3x1, and so are strides
that differ.
Without --ports memory never limits. With --fpga a design that does not fit is
refused; without --tile the best design for that FPGA is found. --simulate runs
the layer tile by tile, to see what the formula leaves out.`,
		Example: `  coexplore layer --conv 128,192,13,13,3 --tile 8,32,13,13 --ports 2,2,2 --batch 2
  coexplore layer --conv 64,36,32,32,5 --fpga XC7Z015@150 --simulate
  coexplore layer --conv 64,64,32,32,1x7 --bias --fpga XC7Z015`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.Conv, "conv", "", "the layer: M,N,R,C,K[,STRIDE] (needed); K and STRIDE are numbers or ROWSxCOLUMNS")
	fl.IntVar(&f.Groups, "groups", 1, "groups of channels; M for a depthwise convolution")
	fl.StringVar(&f.padding, "padding", "same", "pixels of zeros on each side of the input, or same: (K-1)/2 of a kernel K; --scripts counts them, else R and C say all")
	fl.BoolVar(&f.bias, "bias", false, "count the parameters of a bias, M of them")
	fl.StringVar(&f.tile, "tile", "", "the accelerator: Tm,Tn,Tr,Tc")
	fl.StringVar(&f.ports, "ports", "", "its memory ports in words a cycle: Wp,Ip,Op")
	fl.StringVar(&f.fpga, "fpga", "", "FPGA that must hold it, as in XC7Z015, or XC7Z015@150 with its clock in MHz")
	f.AddTarget(fl)
	fl.BoolVar(&f.simulate, "simulate", false, "run the layer tile by tile, and print that beside the formula")
	cli.FileVar(fl, &f.tiles, "tiles", "with --fpga, save a map of the cycles over Tm x Tn to this file (svg, pdf, png, eps, tex)")
	cli.FileVar(fl, &f.buffers, "buffers", "save a figure of the first loads, passes and stores over time, as double buffers let them overlap, to this file")
	f.look.Add(fl)
	fl.BoolVar(&f.json, "json", false, "print the result as JSON")
	return cmd
}

func (f *LayerOptions) run(cmd *cobra.Command) error {
	l, err := f.Layer()
	if err != nil {
		return err
	}
	if err := f.Check(); err != nil {
		return err
	}
	if err := f.look.Check(); err != nil {
		return err
	}
	if f.tiles != "" && f.fpga == "" {
		return cli.Usagef("--tiles needs --fpga, the FPGA that limits the tiles")
	}
	d, err := cli.Design(f.tile, f.ports)
	if err != nil {
		return err
	}
	if d == nil && f.fpga == "" {
		return cli.Usagef("--tile is needed (the accelerator: Tm,Tn,Tr,Tc), or --fpga to find the best one for it")
	}
	r := report.Layer{Loops: l, MACs: l.MACs(), Params: int64(l.M) * int64(l.N/l.Groups) * l.Taps()}
	if f.bias {
		r.Params += int64(l.M)
	}
	if f.fpga != "" {
		if d, err = f.place(&r, d); err != nil {
			return err
		}
	}
	r.Design, r.ClockMHz = *d, f.Target.ClockMHz
	if r.Cost, err = accel.LayerCost(l, *d, f.Target); err != nil {
		return cli.Usage(err)
	}
	if r.Use != nil {
		r.DSP, r.LUT, r.FF, r.BRAM18 = r.Use.DSP, r.Use.LUT, r.Use.FF, r.Use.BRAM18
	}
	if f.simulate {
		if r.Simulation, err = report.SimulateTiles(l, *d, f.Target); err != nil {
			return err
		}
	}
	if f.tiles != "" {
		if err := f.drawTiles(l, *d); err != nil {
			return err
		}
	}
	if f.buffers != "" {
		if err := f.drawBuffers(r.Cost, l, *d); err != nil {
			return err
		}
	}
	if f.json {
		return cli.WriteJSON(cmd, r)
	}
	return r.Print(cmd.OutOrStdout(), f.Target)
}

// drawnSteps is how many steps of a simulation a figure of double buffers shows: more
// would be too narrow for their numbers.
const drawnSteps = 32

// drawBuffers saves a figure of what the accelerator does over time.
func (f *LayerOptions) drawBuffers(cost accel.Cost, l hw.Loops, d hw.Design) error {
	run, err := accel.SimulateTiles(l, d, f.Target, accel.TileOptions{Steps: drawnSteps})
	if err != nil {
		return err
	}
	return f.save(figure.DoubleBuffer(cost, run), f.buffers)
}

// save draws a figure into a file.
func (f *LayerOptions) save(p *figure.Figure, path string) error {
	plots := f.look.On([]cli.Plot{{Figure: p}})
	return figure.SaveSize(plots[0].Figure, plots[0].Size, path)
}

// drawTiles saves a map of the tiles of the layer, around the design's.
func (f *LayerOptions) drawTiles(l hw.Loops, d hw.Design) error {
	pool, err := cli.ParsePool(f.fpga, f.Devices)
	if err != nil {
		return err
	}
	return f.save(figure.TileMap(l, &pool[0].Device, d, f.Target), f.tiles)
}

// Layer reads the layer that the flags describe.
func (f *LayerOptions) Layer() (hw.Loops, error) {
	if f.Conv == "" {
		return hw.Loops{}, cli.Usagef("--conv is needed: M,N,R,C,K[,STRIDE], as in --conv 128,192,13,13,3")
	}
	items := strings.Split(f.Conv, ",")
	var along [2]string // columns of the kernel, stride along them
	var differ [2]bool
	for i := range items[min(4, len(items)):min(6, len(items))] {
		items[4+i], along[i], differ[i] = strings.Cut(items[4+i], "x")
	}
	v, err := cli.Numbers("--conv", strings.Join(items, ","), "M,N,R,C,K[,STRIDE]", 5, 6)
	if err != nil {
		return hw.Loops{}, err
	}
	stride := 1
	if len(v) == 6 {
		stride = v[5]
	}
	l := hw.Loops{M: v[0], N: v[1], R: v[2], C: v[3], K: v[4], S: stride, Groups: f.Groups, Reads: 1, Weighted: true}
	for i, more := range []*int{&l.Wide, &l.Across} {
		if differ[i] {
			n, err := cli.Numbers("--conv", along[i], "K and STRIDE as ROWSxCOLUMNS, as in 3x1", 1, 1)
			if err != nil {
				return l, err
			}
			*more = n[0] - []int{l.K, l.S}[i]
		}
	}
	if f.padding != "same" && f.padding != "" {
		pad, err := cli.Numbers("--padding", f.padding, "a number of pixels, or same", 1, 1)
		if err != nil {
			return l, err
		}
		l.ExtraPad = pad[0] - (l.K-1)/2
	}
	if err := l.Check(); err != nil {
		return l, cli.Usage(err)
	}
	return l, nil
}

// place puts the design, or the best one where it is nil, on the FPGA of --fpga, whose
// own clock the target takes, and says what it needs of it.
func (f *LayerOptions) place(r *report.Layer, d *hw.Design) (*hw.Design, error) {
	pool, err := cli.ParsePool(f.fpga, f.Devices)
	if err != nil {
		return nil, err
	}
	if n := pool.Count(); n != 1 {
		return nil, cli.Usagef("--fpga %s: a layer runs on one FPGA, not on %d: name one, as in XC7Z015 or XC7Z015@150", f.fpga, n)
	}
	dev := &pool[0].Device
	f.Target = pool.Target(0, f.Target)
	layers := []hw.Loops{r.Loops}
	if d == nil {
		best, err := accel.BestDesign(layers, dev, f.Target)
		if err != nil {
			return nil, err
		}
		d = &best.Design
	} else if err := accel.Fits(dev, layers, *d, f.Target); err != nil {
		return nil, err
	}
	use := accel.ResourcesOn(dev, layers, *d, f.Target)
	r.FPGA, r.Use = dev.Part, &use
	r.Have = &accel.Usage{DSP: dev.DSP, LUT: dev.LUT, FF: dev.FF, BRAM18: dev.BRAM18, URAM: dev.URAM, PortBits: dev.PortBits(f.Target)}
	return d, nil
}
