package pipeline

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"coexplore/hw"
	"coexplore/hw/measured"
	"coexplore/hw/report"
	"coexplore/internal/atomicfile"
	"coexplore/internal/cli"
	"coexplore/nas/space"
)

// TableOptions are the flags of table.
type TableOptions struct {
	cli.HardwareFlags
	network            Options // the flags of a network alone
	space, stride      string
	fpga, tile, ports  string
	unit, format, file string
}

// NewTable is the subcommand table.
func NewTable() *cobra.Command {
	f := &TableOptions{}
	cmd := &cobra.Command{
		Use:   "table",
		Short: "Export what layers take on FPGAs, as a table to measure against",
		Long: `Every layer of a space of networks, or of one network, on every FPGA of a pool: its
latency by the cost model, with the best design for the layer alone or, with --tile
and --ports, with that design. The file is what --latency-table of explore and
pipeline reads: put your own measurements in place of the model's. A pipeline's stage
then takes the sum of its layers' latencies; that they share one accelerator is
modelled only where all rows of an FPGA have the same design.

` + report.Wrap(`Columns: device; kind (conv, dense, pool, gap or add); m, n, output and input channels;
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
	fl.StringVar(&f.space, "space", "tiny", cli.SpaceUsage)
	fl.StringVar(&f.stride, "stride", "", "strides: fixed at 1, or predicted from 1 and 2 (default: fixed; predicted for imagenet)")
	fl.StringVar(&f.network.Network, "network", "", "a network in place of the space: its layers, a name, or a .json or .onnx file")
	fl.StringVar(&f.network.Head, "head", "flatten", "what the dense layer of the network reads: flatten or gap (global average pooling)")
	fl.StringVar(&f.network.Input, "input", "", "the networks' input CxHxW (default: that of the space or the network)")
	fl.IntVar(&f.network.Classes, "classes", 0, "their classes (default: those of the space or the network)")
	fl.StringVar(&f.fpga, "fpga", "XC7Z015:1", "FPGAs as PART:COUNT, comma separated; counts do not matter")
	fl.StringVar(&f.tile, "tile", "", "one accelerator for all layers: Tm,Tn,Tr,Tc (default: the best for each)")
	fl.StringVar(&f.ports, "ports", "", "its memory ports in words a cycle: Wp,Ip,Op")
	fl.StringVar(&f.Dense, "dense", "host", "where fully connected layers run: host (they are left out) or fpga")
	f.AddTarget(fl)
	fl.StringVar(&f.unit, "unit", "cycles", "cycles or ms")
	fl.StringVar(&f.format, "format", "", "csv or json (default: by the name of --out, else csv)")
	cli.FileVar(fl, &f.file, "out", "file to write (default: standard output)")
	return cmd
}

func (f *TableOptions) run(cmd *cobra.Command) error {
	if err := f.Check(); err != nil {
		return err
	}
	if f.Target.Batch != 1 {
		return cli.Usagef("--batch %d: a table is of single frames", f.Target.Batch)
	}
	if f.unit != "cycles" && f.unit != "ms" {
		return cli.Usagef("--unit is cycles or ms, not %q", f.unit)
	}
	if f.format == "" {
		f.format = "csv"
		if strings.HasSuffix(strings.ToLower(f.file), ".json") {
			f.format = "json"
		}
	}
	if f.format != "csv" && f.format != "json" {
		return cli.Usagef("--format is csv or json, not %q", f.format)
	}
	d, err := cli.Design(f.tile, f.ports)
	if err != nil {
		return err
	}
	if d != nil && f.ports == "" {
		return cli.Usagef("--tile needs --ports: Wp,Ip,Op words a cycle")
	}
	pool, err := cli.ParsePool(f.fpga, f.Devices)
	if err != nil {
		return err
	}
	layers, err := f.layers(cmd)
	if err != nil {
		return err
	}
	table, err := measured.Model(layers, pool, f.Target, d)
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
func (f *TableOptions) layers(cmd *cobra.Command) ([]hw.Loops, error) {
	if f.network.Network != "" {
		if cmd.Flags().Changed("space") || f.stride != "" {
			return nil, cli.Usagef("--network and --space exclude each other, and so do --network and --stride")
		}
		net, err := f.network.ReadNetwork()
		if err != nil {
			return nil, err
		}
		return layersOnFPGA(net, f.Target.Dense), nil
	}
	chains, err := cli.OpenSpace(f.space)
	if err != nil {
		return nil, err
	}
	if f.stride != "" {
		strides, err := space.Strides(f.stride)
		if err != nil {
			return nil, cli.Usagef("--stride is fixed or predicted, not %q", f.stride)
		}
		chains = chains.WithStrides(strides...)
	}
	input, classes := chains.Input, chains.Classes
	if f.network.Input != "" {
		if input, err = hw.ParseShape(f.network.Input); err != nil {
			return nil, cli.Usage(err)
		}
	}
	if f.network.Classes != 0 {
		classes = f.network.Classes
	}
	chains = chains.WithData(input, classes)
	if err := chains.Validate(); err != nil {
		return nil, cli.Usage(err)
	}
	return chains.Layers(f.Target.Dense), nil
}
