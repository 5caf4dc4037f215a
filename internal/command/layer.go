package command

import (
	"github.com/spf13/cobra"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/kernelext/figure"
)

// layerFlags are the flags of layer.
type layerFlags struct {
	hardwareFlags
	conv, tile, ports, fpga string
	groups                  int
	simulate                bool
	tiles                   string // file for a map of tiles
	buffers                 string // file for a figure of the double buffers
	look                    look
	json                    bool
}

func newLayerCommand() *cobra.Command {
	f := &layerFlags{}
	cmd := &cobra.Command{
		Use:   "layer",
		Short: "Cost of one layer on one accelerator",
		Long: `Cost of one layer on one accelerator: cycles, what decides them, DSP slices and
memory blocks. The layer is M output channels, N input channels, R x C output
pixels, a K x K kernel and a stride; a fully connected layer has R = C = K = 1.
Without --ports memory never limits. With --fpga a design that does not fit is
refused; without --tile the best design for that FPGA is found. --simulate runs
the layer tile by tile, to see what the formula leaves out.`,
		Example: `  coexplore layer --conv 128,192,13,13,3 --tile 8,32,13,13 --ports 2,2,2 --batch 2
  coexplore layer --conv 64,36,32,32,5 --fpga XC7Z015@150 --simulate`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.conv, "conv", "", "the layer: M,N,R,C,K[,STRIDE] (needed)")
	fl.IntVar(&f.groups, "groups", 1, "groups of channels; M for a depthwise convolution")
	fl.StringVar(&f.tile, "tile", "", "the accelerator: Tm,Tn,Tr,Tc")
	fl.StringVar(&f.ports, "ports", "", "its memory ports in words a cycle: Wp,Ip,Op")
	fl.StringVar(&f.fpga, "fpga", "", "FPGA that must hold it, as in XC7Z015, or XC7Z015@150 with its clock in MHz")
	f.addTarget(fl)
	fl.BoolVar(&f.simulate, "simulate", false, "run the layer tile by tile, and print that beside the formula")
	fl.StringVar(&f.tiles, "tiles", "", "with --fpga, save a map of the cycles over Tm x Tn to this file (svg, pdf, png, eps, tex)")
	fl.StringVar(&f.buffers, "buffers", "", "save a figure of the first loads, passes and stores over time, as double buffers let them overlap, to this file")
	f.look.add(fl)
	fl.BoolVar(&f.json, "json", false, "print the result as JSON")
	return cmd
}

// layerResult is what layer prints.
type layerResult struct {
	accel.Cost
	hw.Design
	MACs       int64            `json:"macs"`
	Params     int64            `json:"params"` // weights alone
	FPGA       string           `json:"fpga,omitempty"`
	ClockMHz   float64          `json:"clock_mhz"`
	Use        *accel.Usage     `json:"use,omitempty"`  // of the FPGA's resources
	Have       *accel.Usage     `json:"have,omitempty"` // what the FPGA has; 0: not known
	Simulation *layerSimulation `json:"simulation,omitempty"`
	loops      hw.Loops
}

func (f *layerFlags) run(cmd *cobra.Command) error {
	l, err := f.layer()
	if err != nil {
		return err
	}
	if err := f.check(); err != nil {
		return err
	}
	if err := f.look.check(); err != nil {
		return err
	}
	if f.tiles != "" && f.fpga == "" {
		return usagef("--tiles needs --fpga, the FPGA that limits the tiles")
	}
	d, err := design(f.tile, f.ports)
	if err != nil {
		return err
	}
	if d == nil && f.fpga == "" {
		return usagef("--tile is needed (the accelerator: Tm,Tn,Tr,Tc), or --fpga to find the best one for it")
	}
	r := layerResult{loops: l, MACs: l.MACs(), Params: int64(l.M) * int64(l.N/l.Groups) * int64(l.K) * int64(l.K)}
	if f.fpga != "" {
		if d, err = f.place(&r, d); err != nil {
			return err
		}
	}
	r.Design, r.ClockMHz = *d, f.target.ClockMHz
	if r.Cost, err = accel.LayerCost(l, *d, f.target); err != nil {
		return usageError{err}
	}
	if r.Use != nil {
		r.DSP, r.LUT, r.FF, r.BRAM18 = r.Use.DSP, r.Use.LUT, r.Use.FF, r.Use.BRAM18
	}
	if f.simulate {
		if r.Simulation, err = simulateLayer(l, *d, f.target); err != nil {
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
		return writeJSON(cmd, r)
	}
	return r.print(cmd.OutOrStdout(), f.target)
}

// drawnSteps is how many steps of a simulation a figure of double buffers shows: more
// would be too narrow for their numbers.
const drawnSteps = 32

// drawBuffers saves a figure of what the accelerator does over time.
func (f *layerFlags) drawBuffers(cost accel.Cost, l hw.Loops, d hw.Design) error {
	run, err := accel.SimulateTiles(l, d, f.target, accel.TileOptions{Steps: drawnSteps})
	if err != nil {
		return err
	}
	return f.save(figure.DoubleBuffer(cost, run), f.buffers)
}

// save draws a figure into a file.
func (f *layerFlags) save(p *figure.Figure, path string) error {
	plots := f.look.on([]namedPlot{{plot: p}})
	return figure.SaveSize(plots[0].plot, plots[0].size, path)
}

// drawTiles saves a map of the tiles of the layer, around the design's.
func (f *layerFlags) drawTiles(l hw.Loops, d hw.Design) error {
	pool, err := parsePool(f.fpga, f.devices)
	if err != nil {
		return err
	}
	return f.save(figure.TileMap(l, &pool[0].Device, d, f.target), f.tiles)
}

// layer reads the layer that the flags describe.
func (f *layerFlags) layer() (hw.Loops, error) {
	if f.conv == "" {
		return hw.Loops{}, usagef("--conv is needed: M,N,R,C,K[,STRIDE], as in --conv 128,192,13,13,3")
	}
	v, err := numbers("--conv", f.conv, "M,N,R,C,K[,STRIDE]", 5, 6)
	if err != nil {
		return hw.Loops{}, err
	}
	stride := 1
	if len(v) == 6 {
		stride = v[5]
	}
	l := hw.Loops{M: v[0], N: v[1], R: v[2], C: v[3], K: v[4], S: stride, Groups: f.groups, Reads: 1, Weighted: true}
	if err := l.Check(); err != nil {
		return l, usageError{err}
	}
	return l, nil
}

// place puts the design, or the best one where it is nil, on the FPGA of --fpga, whose
// own clock the target takes, and says what it needs of it.
func (f *layerFlags) place(r *layerResult, d *hw.Design) (*hw.Design, error) {
	pool, err := parsePool(f.fpga, f.devices)
	if err != nil {
		return nil, err
	}
	if n := pool.Count(); n != 1 {
		return nil, usagef("--fpga %s: a layer runs on one FPGA, not on %d: name one, as in XC7Z015 or XC7Z015@150", f.fpga, n)
	}
	dev := &pool[0].Device
	f.target = pool.Target(0, f.target)
	layers := []hw.Loops{r.loops}
	if d == nil {
		best, err := accel.BestDesign(layers, dev, f.target)
		if err != nil {
			return nil, err
		}
		d = &best.Design
	} else if err := accel.Fits(dev, layers, *d, f.target); err != nil {
		return nil, err
	}
	use := accel.ResourcesOn(dev, layers, *d, f.target)
	r.FPGA, r.Use = dev.Part, &use
	r.Have = &accel.Usage{DSP: dev.DSP, LUT: dev.LUT, FF: dev.FF, BRAM18: dev.BRAM18, URAM: dev.URAM, PortBits: dev.PortBits(f.target)}
	return d, nil
}
