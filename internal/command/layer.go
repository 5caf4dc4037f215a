package command

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// layerFlags are the flags of layer.
type layerFlags struct {
	hardwareFlags
	conv, tile, ports, fpga string
	groups                  int
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
refused; without --tile the best design for that FPGA is found.`,
		Example: `  coexplore layer --conv 128,192,13,13,3 --tile 8,32,13,13 --ports 2,2,2 --batch 2
  coexplore layer --conv 64,36,32,32,5 --fpga XC7Z015`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.conv, "conv", "", "the layer: M,N,R,C,K[,STRIDE] (needed)")
	fl.IntVar(&f.groups, "groups", 1, "groups of channels; M for a depthwise convolution")
	fl.StringVar(&f.tile, "tile", "", "the accelerator: Tm,Tn,Tr,Tc")
	fl.StringVar(&f.ports, "ports", "", "its memory ports in words a cycle: Wp,Ip,Op")
	fl.StringVar(&f.fpga, "fpga", "", "FPGA that must hold it, as in XC7Z015")
	f.addTarget(fl)
	fl.BoolVar(&f.json, "json", false, "print the result as JSON")
	return cmd
}

// layerResult is what layer prints.
type layerResult struct {
	accel.Cost
	hw.Design
	MACs   int64  `json:"macs"`
	Params int64  `json:"params"` // weights alone
	FPGA   string `json:"fpga,omitempty"`
}

func (f *layerFlags) run(cmd *cobra.Command) error {
	if f.conv == "" {
		return usagef("--conv is needed: M,N,R,C,K[,STRIDE], as in --conv 128,192,13,13,3")
	}
	v, err := numbers("--conv", f.conv, "M,N,R,C,K[,STRIDE]", 5, 6)
	if err != nil {
		return err
	}
	stride := 1
	if len(v) == 6 {
		stride = v[5]
	}
	l := hw.Loops{M: v[0], N: v[1], R: v[2], C: v[3], K: v[4], S: stride, Groups: f.groups, Reads: 1, Weighted: true}
	if err := l.Check(); err != nil {
		return usageError{err}
	}
	if err := f.check(); err != nil {
		return err
	}
	d, err := design(f.tile, f.ports)
	if err != nil {
		return err
	}
	r := layerResult{MACs: l.MACs(), Params: int64(l.M) * int64(l.N/l.Groups) * int64(l.K) * int64(l.K)}
	var dev hw.Device
	if f.fpga != "" {
		pool, err := f.pool(f.fpga)
		if err != nil {
			return err
		}
		dev, r.FPGA = pool[0].Device, pool[0].Device.Part
	}
	switch {
	case d == nil && f.fpga == "":
		return usagef("--tile is needed (the accelerator: Tm,Tn,Tr,Tc), or --fpga to find the best one for it")
	case d == nil:
		best, err := accel.BestDesign([]hw.Loops{l}, &dev, f.target)
		if err != nil {
			return err
		}
		d = &best.Design
	case f.fpga != "":
		if err := accel.Fits(&dev, []hw.Loops{l}, *d, f.target); err != nil {
			return err
		}
	}
	r.Design = *d
	if r.Cost, err = accel.LayerCost(l, *d, f.target); err != nil {
		return usageError{err}
	}
	if f.json {
		return writeJSON(cmd, r)
	}
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "layer\t%v, %dx%d output, stride %d, %s MACs\n", l, l.R, l.C, l.S, count(r.MACs))
	fmt.Fprintf(w, "design\t%v\n", r.Design)
	fmt.Fprintf(w, "cycles\t%d\t(%.4g ms at %g MHz)\n", r.Cycles, float64(r.Cycles)/f.target.ClockMHz/1e3, f.target.ClockMHz)
	fmt.Fprintf(w, "bottleneck\t%v\n", r.Bottleneck)
	fmt.Fprintf(w, "a tile\ttW %.6g, tI %.6g, tComp %.6g, tO %.6g cycles\n", r.TW, r.TI, r.TComp, r.TO)
	dsp, bram := fmt.Sprint(r.DSP), fmt.Sprint(r.BRAM18)
	if r.FPGA != "" {
		dsp, bram = fmt.Sprintf("%s of %d", dsp, dev.DSP), fmt.Sprintf("%s of %d", bram, dev.BRAM18)
		if r.W > 0 {
			fmt.Fprintf(w, "memory\t%d of %d bits a cycle\n", f.target.Bits*(r.W+r.I+r.O), dev.PortBits(f.target))
		}
	}
	fmt.Fprintf(w, "DSP\t%s\nBRAM18\t%s\n", dsp, bram)
	return w.Flush()
}
