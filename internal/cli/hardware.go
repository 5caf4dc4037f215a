package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"coexplore/hw"
)

// HardwareFlags describe the FPGAs and how the model counts.
type HardwareFlags struct {
	Target  hw.Target
	input   string
	Dense   string
	Devices string
}

// AddTarget adds the flags of the cost model.
func (f *HardwareFlags) AddTarget(fl *pflag.FlagSet) {
	f.Target = hw.DefaultTarget()
	t := &f.Target
	fl.IntVar(&t.Bits, "bits", t.Bits, "word size: 8 or 16 (fixed point) or 32 (floating point)")
	fl.Float64Var(&t.ClockMHz, "clock", t.ClockMHz, "accelerator clock in MHz")
	fl.IntVar(&t.Batch, "batch", t.Batch, "frames that go through a layer together")
	fl.StringVar(&f.input, "input-buffer", "halo", "what an input buffer holds: halo (all that a tile needs) or tile (Tr x Tc alone)")
	fl.BoolVar(&t.FillDrain, "fill-drain", false, "count each layer's first load and last store")
	fl.IntVar(&t.Depth, "depth", 0, "pipeline depth in cycles, added to each pass over a tile")
	fl.BoolVar(&t.AuthorsScripts, "scripts", false, "count cycles as the exploration papers' published scripts; memory blocks stay those of a tile clamped to the layer with its padding, where the scripts count the whole tile")
	fl.StringVar(&f.Devices, "devices", "", "TOML file with FPGAs of your own")
}

// Check finishes the target. Its errors are wrong usage.
func (f *HardwareFlags) Check() error {
	switch f.input {
	case "halo":
		f.Target.Input = hw.Halo
	case "tile":
		f.Target.Input = hw.TileOnly
	default:
		return Usagef("--input-buffer is halo or tile, not %q", f.input)
	}
	switch f.Dense {
	case "", "host":
		f.Target.Dense = hw.DenseOnHost
	case "fpga":
		f.Target.Dense = hw.DenseOnFPGA
	default:
		return Usagef("--dense is host or fpga, not %q", f.Dense)
	}
	if err := f.Target.Check(); err != nil {
		return Usage(err)
	}
	return nil
}

// FPGAUsage is the usage of --fpga where it is a pool.
const FPGAUsage = "FPGAs as PART:COUNT, or PART:COUNT@MHZ with a clock of their own, comma separated"

// Catalogue is the built-in FPGAs, with those of a file, if one is named, before them.
func Catalogue(file string) ([]hw.Device, error) {
	if file == "" {
		return hw.Devices(), nil
	}
	own, err := hw.LoadDevices(file)
	if err != nil {
		return nil, err
	}
	return hw.WithDevices(own), nil
}

// NoPool is for commands that are not told of FPGAs.
func NoPool() error {
	return Usagef("--fpga is needed: PART:COUNT, as in --fpga XC7Z015:3; `coexplore devices` lists the parts")
}

// ParsePool reads a pool of FPGAs of the catalogue.
func ParsePool(pool, devices string) (hw.Pool, error) {
	if pool == "" {
		return nil, NoPool()
	}
	all, err := Catalogue(devices)
	if err != nil {
		return nil, err
	}
	p, err := hw.ParsePoolFrom(all, pool)
	if err != nil {
		return nil, Usage(err)
	}
	return p, nil
}

// Numbers reads between least and most whole numbers, comma separated.
func Numbers(flag, s, form string, least, most int) ([]int, error) {
	var out []int
	for _, item := range strings.Split(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(item))
		if err != nil {
			return nil, Usagef("%s %q: %q is not a whole number; want %s", flag, s, item, form)
		}
		out = append(out, n)
	}
	if len(out) < least || len(out) > most {
		return nil, Usagef("%s %q: %d numbers; want %s", flag, s, len(out), form)
	}
	return out, nil
}

// Design reads --tile and --ports; tile may be empty for none.
func Design(tile, ports string) (*hw.Design, error) {
	if tile == "" {
		if ports != "" {
			return nil, Usagef("--ports needs --tile")
		}
		return nil, nil
	}
	v, err := Numbers("--tile", tile, "Tm,Tn,Tr,Tc", 4, 4)
	if err != nil {
		return nil, err
	}
	d := &hw.Design{Tiling: hw.Tiling{Tm: v[0], Tn: v[1], Tr: v[2], Tc: v[3]}}
	if ports != "" {
		if v, err = Numbers("--ports", ports, "Wp,Ip,Op", 3, 3); err != nil {
			return nil, err
		}
		for _, x := range v {
			if x < 1 {
				return nil, Usagef("--ports %q: every port moves at least 1 word a cycle; leave --ports out for a memory that never limits", ports)
			}
		}
		d.Ports = hw.Ports{W: v[0], I: v[1], O: v[2]}
	}
	return d, nil
}
