package hw

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
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
	var file map[string]any
	if _, err := toml.Decode(string(b), &file); err != nil {
		var pe toml.ParseError
		if errors.As(err, &pe) {
			return nil, fmt.Errorf("hw: %s: line %d: %s", name, syntaxLine(b, pe), syntaxMessage(pe))
		}
		return nil, fmt.Errorf("hw: %s: %s", name, strings.TrimPrefix(err.Error(), "toml: "))
	}
	lines := linesOf(string(b))
	for _, key := range slices.Sorted(maps.Keys(file)) {
		if key != "device" {
			return nil, fmt.Errorf("hw: %s: line %d: unknown field %s: want [[device]] tables alone", name, lines.top(key), key)
		}
	}
	if file["device"] == nil {
		return nil, fmt.Errorf("hw: %s: no [[device]] in it", name)
	}
	tables, ok := deviceTables(file["device"])
	if !ok {
		return nil, fmt.Errorf("hw: %s: line %d: device: want [[device]] tables, in two pairs of brackets", name, lines.top("device"))
	}
	if len(tables) == 0 {
		return nil, fmt.Errorf("hw: %s: no [[device]] in it", name)
	}
	devices := make([]Device, len(tables))
	seen := map[string]bool{}
	for i, table := range tables {
		d := &devices[i]
		field, err := d.set(table)
		if err == nil {
			if d.Power.MemoryPJBit == 0 {
				d.Power.MemoryPJBit = defaultBitPJ
			}
			field, err = d.check()
		}
		if err == nil && seen[strings.ToUpper(d.Part)] {
			field, err = "part", fmt.Errorf("%s is there twice", d.Part)
		}
		seen[strings.ToUpper(d.Part)] = true
		if err != nil {
			return nil, fmt.Errorf("hw: %s: line %d: device %d, %s: %w", name, lines.of(i, field), i+1, field, err)
		}
	}
	return devices, nil
}

// syntaxLine is the line of a syntax error. The parser gives the line after it
// where a line ends too early, and none at the start of a file.
func syntaxLine(b []byte, pe toml.ParseError) int {
	line := max(1, pe.Position.Line)
	if strings.Contains(pe.Message, `but got '\n'`) {
		line = max(1, line-1)
	}
	return min(line, 1+bytes.Count(b, []byte("\n")))
}

// syntaxMessage is the parser's message in the words of these errors.
func syntaxMessage(pe toml.ParseError) string {
	s := strings.TrimSuffix(pe.Message, ".")
	s = strings.NewReplacer("for int64", "for whole numbers", "for float64", "for numbers").Replace(s)
	return strings.ToLower(s[:1]) + s[1:]
}

// deviceTables is the tables of a file's devices, however they are written.
func deviceTables(v any) ([]map[string]any, bool) {
	switch v := v.(type) {
	case []map[string]any:
		return v, true
	case []any:
		var out []map[string]any
		for _, e := range v {
			table, ok := e.(map[string]any)
			if !ok {
				return nil, false
			}
			out = append(out, table)
		}
		return out, true
	}
	return nil, false
}

// fields are where the fields of a device file go.
func (dev *Device) fields() map[string]any {
	return map[string]any{
		"part": &dev.Part, "family": &dev.Family, "board": &dev.Board, "source": &dev.Source,
		"dsp": &dev.DSP, "bram18": &dev.BRAM18, "uram": &dev.URAM, "lut": &dev.LUT, "ff": &dev.FF,
		"clock_mhz": &dev.ClockMHz, "memory_gbps": &dev.MemoryGbps, "memory_from": &dev.MemoryFrom, "memory_mib": &dev.MemoryMiB,
		"price": &dev.Price, "power.static_w": &dev.Power.StaticW, "power.static_from": &dev.Power.StaticFrom,
		"power.memory_pj_bit": &dev.Power.MemoryPJBit,
	}
}

// set fills the device from its table; on an error it names the field.
func (dev *Device) set(table map[string]any) (field string, err error) {
	to := dev.fields()
	for _, key := range slices.Sorted(maps.Keys(table)) {
		values := map[string]any{key: table[key]}
		if key == "power" {
			power, ok := table[key].(map[string]any)
			if !ok {
				return key, fmt.Errorf("%s: want a table, [device.power]", spell(table[key]))
			}
			values = map[string]any{}
			for k, v := range power {
				values["power."+k] = v
			}
		}
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if err := assign(to[name], values[name]); err != nil {
				return name, err
			}
		}
	}
	return "", nil
}

// assign puts a value of a TOML file into a field.
func assign(to, v any) error {
	switch to := to.(type) {
	case *string:
		s, ok := v.(string)
		if !ok {
			return fmt.Errorf("%s: want text in quotes", spell(v))
		}
		*to = s
	case *int:
		n, ok := v.(int64)
		if !ok {
			return fmt.Errorf("%s: want a whole number", spell(v))
		}
		*to = int(n)
	case *float64:
		switch v := v.(type) {
		case float64:
			*to = v
		case int64:
			*to = float64(v)
		default:
			return fmt.Errorf("%s: want a number", spell(v))
		}
	default:
		return errors.New("unknown field")
	}
	return nil
}

// spell names a value of a TOML file as its author sees it.
func spell(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case int64, float64, bool:
		return fmt.Sprint(v)
	case []any, []map[string]any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a date or time"
}
