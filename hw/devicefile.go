package hw

import (
	"errors"
	"fmt"
	"os"

	"github.com/BurntSushi/toml"
)

// deviceFile is a TOML file of devices: one [[device]] table each.
type deviceFile struct {
	Device []Device `toml:"device"`
}

// LoadDevices reads a TOML file of [[device]] tables.
func LoadDevices(path string) ([]Device, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("hw: devices: %w", err)
	}
	return parseDevices(path, b)
}

func parseDevices(name string, b []byte) ([]Device, error) {
	var f deviceFile
	md, err := toml.Decode(string(b), &f)
	if err != nil {
		var pe toml.ParseError
		if errors.As(err, &pe) {
			return nil, fmt.Errorf("hw: %s: line %d: %s", name, pe.Position.Line, pe.Message)
		}
		return nil, fmt.Errorf("hw: %s: %w", name, err)
	}
	if extra := md.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("hw: %s: unknown field %s", name, extra[0])
	}
	return f.Device, nil
}
