package command

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"coexplore/hw"
	"coexplore/hw/measured"
	"coexplore/internal/atomicfile"
	"coexplore/nas/space"
)

// tableFlags are the flags of table.
type tableFlags struct {
	hardwareFlags
	network            pipelineFlags // the flags of a network alone
	space, stride      string
	fpga, tile, ports  string
	unit, format, file string
}

func newTableCommand() *cobra.Command {
	f := &tableFlags{}
	cmd := &cobra.Command{
		Use:   "table",
		Short: "Export what layers take on FPGAs, as a table to measure against",
		Long: `Every layer of a space of networks, or of one network, on every FPGA of a pool: its
latency by the cost model, with the best design for the layer alone or, with --tile
and --ports, with that design. The file is what --latency-table of explore and
pipeline reads: put your own measurements in place of the model's. A pipeline's stage
then takes the sum of its layers' latencies; that they share one accelerator is
modelled only where all rows of an FPGA have the same design.

` + wrap(`Columns: device; kind (conv, dense, pool, gap or add); m, n, output and input channels;
r, c, rows and columns of the output (of the input for gap); k, s, kernel and stride; pad;
groups; bits; clock_mhz, the clock of the cycles; cycles or latency_ms, of one frame;
energy_mj, beyond static power; tm, tn, tr, tc, wp, ip, op, the design. When reading, those
needed are device, kind, m, n, r, c, k and one of cycles and latency_ms.`, 80),
		Example: `  coexplore table --space tiny --fpga XC7Z015:3 --out tiny.csv
  coexplore table --network 3x36,5x36,1x64 --fpga XC7Z015:2 --tile 8,4,8,8 --ports 2,2,2 --unit ms
  coexplore explore --latency-table tiny.csv`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.space, "space", "tiny", spaceUsage)
	fl.StringVar(&f.stride, "stride", "", "strides: fixed at 1, or predicted from 1 and 2 (default: fixed; predicted for imagenet)")
	fl.StringVar(&f.network.network, "network", "", "a network in place of the space: its layers, a name, or a .json or .onnx file")
	fl.StringVar(&f.network.head, "head", "flatten", "what the dense layer of the network reads: flatten or gap (global average pooling)")
	fl.StringVar(&f.network.input, "input", "", "the networks' input CxHxW (default: that of the space or the network)")
	fl.IntVar(&f.network.classes, "classes", 0, "their classes (default: those of the space or the network)")
	fl.StringVar(&f.fpga, "fpga", "XC7Z015:1", "FPGAs as PART:COUNT, comma separated; counts do not matter")
	fl.StringVar(&f.tile, "tile", "", "one accelerator for all layers: Tm,Tn,Tr,Tc (default: the best for each)")
	fl.StringVar(&f.ports, "ports", "", "its memory ports in words a cycle: Wp,Ip,Op")
	fl.StringVar(&f.dense, "dense", "host", "where fully connected layers run: host (they are left out) or fpga")
	f.addTarget(fl)
	fl.StringVar(&f.unit, "unit", "cycles", "cycles or ms")
	fl.StringVar(&f.format, "format", "", "csv or json (default: by the name of --out, else csv)")
	fl.StringVar(&f.file, "out", "", "file to write (default: standard output)")
	return cmd
}

func (f *tableFlags) run(cmd *cobra.Command) error {
	if err := f.check(); err != nil {
		return err
	}
	if f.target.Batch != 1 {
		return usagef("--batch %d: a table is of single frames", f.target.Batch)
	}
	if f.unit != "cycles" && f.unit != "ms" {
		return usagef("--unit is cycles or ms, not %q", f.unit)
	}
	if f.format == "" {
		f.format = "csv"
		if strings.HasSuffix(strings.ToLower(f.file), ".json") {
			f.format = "json"
		}
	}
	if f.format != "csv" && f.format != "json" {
		return usagef("--format is csv or json, not %q", f.format)
	}
	d, err := design(f.tile, f.ports)
	if err != nil {
		return err
	}
	if d != nil && f.ports == "" {
		return usagef("--tile needs --ports: Wp,Ip,Op words a cycle")
	}
	pool, err := parsePool(f.fpga, f.devices)
	if err != nil {
		return err
	}
	layers, err := f.layers(cmd)
	if err != nil {
		return err
	}
	table, err := measured.Model(layers, pool, f.target, d)
	if err != nil {
		return err
	}
	if f.unit == "ms" {
		table = table.InMilliseconds()
	}
	write := table.WriteCSV
	if f.format == "json" {
		write = table.WriteJSON
	}
	if f.file == "" {
		return write(cmd.OutOrStdout())
	}
	return atomicfile.WriteTo(f.file, func(w io.Writer) error { return write(w) })
}

// layers are those of the network or of the space.
func (f *tableFlags) layers(cmd *cobra.Command) ([]hw.Loops, error) {
	if f.network.network != "" {
		if cmd.Flags().Changed("space") || f.stride != "" {
			return nil, usagef("--network and --space exclude each other, and so do --network and --stride")
		}
		net, err := f.network.readNetwork()
		if err != nil {
			return nil, err
		}
		return layersOnFPGA(net, f.target.Dense), nil
	}
	chains, err := openSpace(f.space)
	if err != nil {
		return nil, err
	}
	if f.stride != "" {
		strides, err := space.Strides(f.stride)
		if err != nil {
			return nil, usagef("--stride is fixed or predicted, not %q", f.stride)
		}
		chains = chains.WithStrides(strides...)
	}
	input, classes := chains.Input, chains.Classes
	if f.network.input != "" {
		if input, err = hw.ParseShape(f.network.input); err != nil {
			return nil, usageError{err}
		}
	}
	if f.network.classes != 0 {
		classes = f.network.classes
	}
	chains = chains.WithData(input, classes)
	if err := chains.Validate(); err != nil {
		return nil, usageError{err}
	}
	return chains.Layers(f.target.Dense), nil
}
