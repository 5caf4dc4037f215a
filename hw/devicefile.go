package hw

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/BurntSushi/toml"
)

// defaultBitPJ is the energy of moving one bit to or from DDR memory: 1.3 nJ for
// 64 bits (Horowitz, "Computing's energy problem", ISSCC 2014).
const defaultBitPJ = 20

// deviceFile is a TOML file of devices: one [[device]] table each.
type deviceFile struct {
	Device []Device `toml:"device"`
}

// LoadDevices reads a TOML file of [[device]] tables, each with the fields of
// Device:
//
//	[[device]]
//	part = "MYBOARD"       # required, as are the next three
//	dsp = 160
//	bram18 = 190           # 18-Kb blocks
//	memory_gbps = 34.1
//	price = 1.0            # the rest may be left out
//	[device.power]
//	static_w = 1.6
//
// The error names the file, the line and the field.
func LoadDevices(path string) ([]Device, error) {
	b, err := os.ReadFile(path)
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
	var f deviceFile
	md, err := toml.Decode(string(b), &f)
	if err != nil {
		var pe toml.ParseError
		if errors.As(err, &pe) {
			return nil, fmt.Errorf("hw: %s: line %d: %s", name, pe.Position.Line, pe.Message)
		}
		return nil, fmt.Errorf("hw: %s: %s", name, strings.TrimPrefix(err.Error(), "toml: "))
	}
	lines := deviceLines(string(b))
	if extra := md.Undecoded(); len(extra) > 0 {
		path := extra[0].String()
		for i := range lines {
			if l, ok := lines[i][strings.TrimPrefix(path, "device.")]; ok {
				return nil, fmt.Errorf("hw: %s: line %d: unknown field %s", name, l, path)
			}
		}
		return nil, fmt.Errorf("hw: %s: unknown field %s", name, path)
	}
	if len(f.Device) == 0 {
		return nil, fmt.Errorf("hw: %s: no [[device]] in it", name)
	}
	seen := map[string]bool{}
	for i := range f.Device {
		d := &f.Device[i]
		at := map[string]int{}
		if i < len(lines) {
			at = lines[i]
		}
		if d.Power.MemoryPJBit == 0 {
			d.Power.MemoryPJBit = defaultBitPJ
		}
		field, err := d.check()
		if err == nil && seen[strings.ToUpper(d.Part)] {
			field, err = "part", fmt.Errorf("%s is there twice", d.Part)
		}
		seen[strings.ToUpper(d.Part)] = true
		if err != nil {
			line, ok := at[field]
			if !ok {
				line = at[""] // a field that is missing: its device
			}
			return nil, fmt.Errorf("hw: %s: line %d: device %d, %s: %w", name, line, i+1, field, err)
		}
	}
	return f.Device, nil
}

// deviceLines finds the line of every field of every device, in order; the
// empty field is the device's own line. It is used for messages only.
func deviceLines(s string) []map[string]int {
	var out []map[string]int
	prefix := ""
	for i, line := range strings.Split(s, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "[[device]]"):
			out = append(out, map[string]int{"": i + 1})
			prefix = ""
		case strings.HasPrefix(line, "[device."):
			if end := strings.IndexByte(line, ']'); end > 0 {
				prefix = line[len("[device."):end] + "."
			}
		case len(out) > 0 && !strings.HasPrefix(line, "#"):
			if key, _, ok := strings.Cut(line, "="); ok {
				out[len(out)-1][prefix+strings.Trim(strings.TrimSpace(key), `"`)] = i + 1
			}
		}
	}
	return out
}
