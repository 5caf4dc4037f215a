package pipeline

import (
	"strconv"
	"strings"

	"coexplore/hw"
	"coexplore/hw/blast"
	"coexplore/hw/netfile"
	"coexplore/internal/cli"
)

// layersOnFPGA are the layers of a network that take FPGA time.
func layersOnFPGA(net *hw.Network, dense hw.DensePlace) []hw.Loops {
	var layers []hw.Loops
	for i := range net.Layers {
		if net.Layers[i].Kind != hw.Dense || dense == hw.DenseOnFPGA {
			layers = append(layers, net.Layers[i].Loops())
		}
	}
	return layers
}

// Options are the flags of pipeline.
type Options struct {
	cli.HardwareFlags
	simulateFlags
	latencies              cli.LatencyFlags
	options                blast.Options // as far as they are flags themselves
	Network, Input, Head   string
	fpga, objective, bits  string
	tile, ports, partition string
	programme              string
	figures                string
	formats                []string
	look                   cli.Look
	Classes                int
	layers, json           bool
}

// ReadNetwork reads the network that the flags describe.
func (f *Options) ReadNetwork() (*hw.Network, error) {
	if f.Network == "" {
		return nil, cli.Usagef("--network is needed, as in --network 3x36,3x48s2 or --network vgg16")
	}
	head, err := hw.ParseHead(f.Head)
	if err != nil {
		return nil, cli.Usage(err)
	}
	var in hw.Shape
	if f.Input != "" {
		if in, err = hw.ParseShape(f.Input); err != nil {
			return nil, cli.Usage(err)
		}
	}
	if f.Classes < 0 {
		return nil, cli.Usagef("--classes %d: want at least 1", f.Classes)
	}
	if netfile.Known(f.Network) {
		if head != hw.FlattenHead {
			return nil, cli.Usagef("--head %v does not go with the file %s, which has all its layers", head, f.Network)
		}
		return netfile.Open(f.Network, in, f.Classes)
	}
	net, err := hw.ParseNetwork(f.Network, in, f.Classes, head)
	if err != nil {
		return nil, cli.Usage(err)
	}
	return net, nil
}

// readOptions checks what the flags ask of the planner.
func (f *Options) readOptions() (o blast.Options, err error) {
	if err := f.HardwareFlags.Check(); err != nil {
		return o, err
	}
	if err := cli.CheckFormats(f.formats); err != nil {
		return o, err
	}
	if err := f.look.Check(); err != nil {
		return o, err
	}
	if err := f.simulateFlags.check(); err != nil {
		return o, err
	}
	if err := f.latencies.Check(); err != nil {
		return o, err
	}
	o = f.options
	o.Target, o.Suggest = f.Target, true
	switch {
	case o.MaxFPGAs < 0:
		return o, cli.Usagef("--max-fpgas %d: want 0 (all) or more", o.MaxFPGAs)
	case o.Ways < 2 || o.Ways > 16:
		return o, cli.Usagef("--ways %d: want 2 to 16", o.Ways)
	case f.partition != "" && (o.MaxFPGAs > 0 || o.Parallel || o.Explain || f.programme != ""):
		return o, cli.Usagef("--partition leaves nothing to decide for --max-fpgas, --parallel, --explain and --lp")
	case !(o.FPS >= 0) || o.FPS > 1e9:
		return o, cli.Usagef("--fps %v: want frames a second above 0, such as 35", o.FPS)
	}
	switch {
	case f.objective != "":
		if o.Objective, err = hw.ParseObjective(f.objective); err != nil {
			return o, cli.Usage(err)
		}
	case o.FPS == 0:
		o.Objective = hw.MaxThroughput
	}
	if o.FPS == 0 && o.Objective != hw.MaxThroughput && f.partition == "" {
		return o, cli.Usagef("--fps is needed with --objective %v: frames a second above 0, such as 35", o.Objective)
	}
	if o.Catalogue, err = cli.Catalogue(f.Devices); err != nil {
		return o, err
	}
	if o.Pool, err = cli.ParsePool(f.fpga, f.Devices); err != nil {
		return o, err
	}
	if err := setBits(o.Pool, f.bits); err != nil {
		return o, err
	}
	if o.Design, err = cli.Design(f.tile, f.ports); err != nil {
		return o, err
	}
	if f.latencies.File != "" && (f.tile != "" || o.Parallel || f.Target.Batch != 1 || f.frames > 0 || f.layers || f.figures != "") {
		return o, cli.Usagef("--latency-table does not go with --tile, --parallel, --batch, --simulate, --layers and --figures, which are about the cost model")
	}
	if o.Design != nil && f.ports == "" {
		return o, cli.Usagef("--tile needs --ports: Wp,Ip,Op words a cycle")
	}
	if f.partition != "" {
		o.Partition, err = placements(f.partition, o.Pool)
	}
	return o, err
}

// setBits gives parts of the pool word sizes of their own, from PART:BITS items.
func setBits(pool hw.Pool, s string) error {
	if s == "" {
		return nil
	}
	for _, item := range strings.Split(s, ",") {
		part, size, ok := strings.Cut(item, ":")
		bits, err := strconv.Atoi(size)
		if !ok || err != nil || bits != 8 && bits != 16 && bits != 32 {
			return cli.Usagef("--device-bits %q: %q is not PART:BITS with 8, 16 or 32 bits, as in ZU3EG:8", s, item)
		}
		found := false
		for i := range pool {
			if e := &pool[i]; strings.EqualFold(e.Device.Part, part) {
				if e.Bits != 0 {
					return cli.Usagef("--device-bits %q: %s is there twice: give each part one word size", s, e.Device.Part)
				}
				e.Bits, found = bits, true
			}
		}
		if !found {
			return cli.Usagef("--device-bits %q: %s is not in the pool %v", s, part, pool)
		}
	}
	return nil
}

// placements gives the pool's FPGAs, in order, the layers of each stage.
func placements(s string, pool hw.Pool) ([]hw.Placement, error) {
	layers, err := cli.Numbers("--partition", s, "layers of each stage, as in 4,3,4", 1, 1<<10)
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
		return nil, cli.Usagef("--partition %q has %d stages, the pool %v %d FPGAs", s, len(layers), pool, len(parts))
	}
	out := make([]hw.Placement, len(layers))
	for i, n := range layers {
		out[i] = hw.Placement{Device: parts[i], Layers: n}
	}
	return out, nil
}
