package command

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"coexplore/hw"
)

// hardwareFlags describe the FPGAs and how the model counts.
type hardwareFlags struct {
	target  hw.Target
	input   string
	dense   string
	devices string
}

// addTarget adds the flags of the cost model.
func (f *hardwareFlags) addTarget(fl *pflag.FlagSet) {
	f.target = hw.DefaultTarget()
	t := &f.target
	fl.IntVar(&t.Bits, "bits", t.Bits, "word size: 8 or 16 (fixed point) or 32 (floating point)")
	fl.Float64Var(&t.ClockMHz, "clock", t.ClockMHz, "accelerator clock in MHz")
	fl.IntVar(&t.Batch, "batch", t.Batch, "frames that go through a layer together")
	fl.StringVar(&f.input, "input-buffer", "halo", "what an input buffer holds: halo (all that a tile needs) or tile (Tr x Tc alone)")
	fl.BoolVar(&t.FillDrain, "fill-drain", false, "count each layer's first load and last store")
	fl.IntVar(&t.Depth, "depth", 0, "pipeline depth in cycles, added to each pass over a tile")
	fl.BoolVar(&t.AuthorsScripts, "scripts", false, "count cycles as the exploration papers' published scripts; memory blocks stay those of a tile clamped to the layer with its padding, where the scripts count the whole tile")
	fl.StringVar(&f.devices, "devices", "", "TOML file with FPGAs of your own")
}

// check finishes the target. Its errors are wrong usage.
func (f *hardwareFlags) check() error {
	switch f.input {
	case "halo":
		f.target.Input = hw.Halo
	case "tile":
		f.target.Input = hw.TileOnly
	default:
		return usagef("--input-buffer is halo or tile, not %q", f.input)
	}
	switch f.dense {
	case "", "host":
		f.target.Dense = hw.DenseOnHost
	case "fpga":
		f.target.Dense = hw.DenseOnFPGA
	default:
		return usagef("--dense is host or fpga, not %q", f.dense)
	}
	if err := f.target.Check(); err != nil {
		return usageError{err}
	}
	return nil
}

// fpgaUsage is the usage of --fpga where it is a pool.
const fpgaUsage = "FPGAs as PART:COUNT, or PART:COUNT@MHZ with a clock of their own, comma separated"

// catalogue is the built-in FPGAs, with those of a file, if one is named, before them.
func catalogue(file string) ([]hw.Device, error) {
	if file == "" {
		return hw.Devices(), nil
	}
	own, err := hw.LoadDevices(file)
	if err != nil {
		return nil, err
	}
	return hw.WithDevices(own), nil
}

// noPool is for commands that are not told of FPGAs.
func noPool() error {
	return usagef("--fpga is needed: PART:COUNT, as in --fpga XC7Z015:3; `coexplore devices` lists the parts")
}

// parsePool reads a pool of FPGAs of the catalogue.
func parsePool(pool, devices string) (hw.Pool, error) {
	if pool == "" {
		return nil, noPool()
	}
	all, err := catalogue(devices)
	if err != nil {
		return nil, err
	}
	p, err := hw.ParsePoolFrom(all, pool)
	if err != nil {
		return nil, usageError{err}
	}
	return p, nil
}

// numbers reads between least and most whole numbers, comma separated.
func numbers(flag, s, form string, least, most int) ([]int, error) {
	var out []int
	for _, item := range strings.Split(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(item))
		if err != nil {
			return nil, usagef("%s %q: %q is not a whole number; want %s", flag, s, item, form)
		}
		out = append(out, n)
	}
	if len(out) < least || len(out) > most {
		return nil, usagef("%s %q: %d numbers; want %s", flag, s, len(out), form)
	}
	return out, nil
}

// design reads --tile and --ports; tile may be empty for none.
func design(tile, ports string) (*hw.Design, error) {
	if tile == "" {
		if ports != "" {
			return nil, usagef("--ports needs --tile")
		}
		return nil, nil
	}
	v, err := numbers("--tile", tile, "Tm,Tn,Tr,Tc", 4, 4)
	if err != nil {
		return nil, err
	}
	d := &hw.Design{Tiling: hw.Tiling{Tm: v[0], Tn: v[1], Tr: v[2], Tc: v[3]}}
	if ports != "" {
		if v, err = numbers("--ports", ports, "Wp,Ip,Op", 3, 3); err != nil {
			return nil, err
		}
		for _, x := range v {
			if x < 1 {
				return nil, usagef("--ports %q: every port moves at least 1 word a cycle; leave --ports out for a memory that never limits", ports)
			}
		}
		d.Ports = hw.Ports{W: v[0], I: v[1], O: v[2]}
	}
	return d, nil
}

// percent writes a fraction.
func percent(x float64) string { return fmt.Sprintf("%.1f%%", 100*x) }

// count writes a large number of operations with its unit: 58.6 M, 15.5 G.
func count(n int64) string {
	for _, u := range []struct {
		of   float64
		name string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if float64(n) >= u.of {
			return fmt.Sprintf("%.4g %s", float64(n)/u.of, u.name)
		}
	}
	return fmt.Sprint(n)
}
