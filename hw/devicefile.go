package hw

import (
	"fmt"
	"strings"

	"coexplore/internal/textfile"
	"coexplore/internal/tomlfile"
)

// defaultBitPJ is the energy of moving one bit to or from DDR memory: 1.3 nJ for
// 64 bits (Horowitz, "Computing's energy problem", ISSCC 2014).
const defaultBitPJ = 20

// LoadDevices reads a TOML file of [[device]] tables, each with the fields of
// Device:
//
//	[[device]]
//	part = "MYBOARD"       # required, as are the next three
//	dsp = 160
//	bram18 = 190           # 18-Kb blocks
//	memory_gbps = 34.1
//	price = 1.0            # the rest may be left out
//	clock_mhz = 150        # the accelerator's clock on this device
//	memory_mib = 1024      # off-chip memory
//	[device.power]
//	static_w = 1.6
//
// The error names the file, the line and the field.
func LoadDevices(path string) ([]Device, error) {
	b, err := textfile.Read(path)
	if err != nil {
		return nil, fmt.Errorf("hw: device file: %w", err)
	}
	return parseDevices(path, b)
}

// WithDevices is the built-in catalogue with a user's devices before it; a part
// of the same name replaces the built-in one.
func WithDevices(own []Device) []Device {
	out := append([]Device(nil), own...)
	for _, d := range builtin() {
		if _, err := findDevice(own, d.Part); err != nil {
			out = append(out, d)
		}
	}
	return out
}

func parseDevices(name string, b []byte) ([]Device, error) {
	f := tomlfile.Parse(name, b)
	tables := f.Tables("device")
	devices := make([]Device, len(tables))
	seen := map[string]bool{}
	for i, table := range tables {
		d := &devices[i]
		d.read(table)
		if field, err := d.check(); err != nil {
			table.Refuse(field, "%v", err)
		} else if seen[strings.ToUpper(d.Part)] {
			table.Refuse("part", "%s is there twice", d.Part)
		}
		seen[strings.ToUpper(d.Part)] = true
	}
	if err := f.Err(); err != nil {
		return nil, fmt.Errorf("hw: %w", err)
	}
	return devices, nil
}

// read takes a device's fields from its table.
func (dev *Device) read(table *tomlfile.File) {
	for _, f := range []struct {
		name string
		to   any
	}{
		{"part", &dev.Part}, {"family", &dev.Family}, {"board", &dev.Board}, {"source", &dev.Source},
		{"dsp", &dev.DSP}, {"bram18", &dev.BRAM18}, {"uram", &dev.URAM}, {"lut", &dev.LUT}, {"ff", &dev.FF},
		{"clock_mhz", &dev.ClockMHz}, {"memory_gbps", &dev.MemoryGbps}, {"memory_from", &dev.MemoryFrom}, {"memory_mib", &dev.MemoryMiB},
		{"price", &dev.Price}, {"power.static_w", &dev.Power.StaticW}, {"power.static_from", &dev.Power.StaticFrom},
		{"power.memory_pj_bit", &dev.Power.MemoryPJBit},
	} {
		if !table.Has(f.name) {
			table.Optional(f.name)
			continue
		}
		switch to := f.to.(type) {
		case *string:
			*to = table.String(f.name)
		case *int:
			*to = table.Int(f.name)
		case *float64:
			*to = table.Float(f.name)
		}
	}
	if dev.Power.MemoryPJBit == 0 {
		dev.Power.MemoryPJBit = defaultBitPJ
	}
}
