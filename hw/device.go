package hw

import (
	"fmt"
	"math"
	"strings"
	"sync"

	"coexplore/data"
)

// Device is an FPGA, or a board that carries one: what limits a design, and
// what its power and price are estimated from.
type Device struct {
	Part   string `toml:"part" json:"part"`
	Family string `toml:"family" json:"family"`
	Board  string `toml:"board" json:"board,omitempty"`
	DSP    int    `toml:"dsp" json:"dsp"`       // DSP slices
	BRAM18 int    `toml:"bram18" json:"bram18"` // 18-Kb blocks of memory
	LUT    int    `toml:"lut" json:"lut"`
	FF     int    `toml:"ff" json:"ff"`
	// MemoryGbps is the off-chip memory bandwidth in Gbit/s: the board's where
	// one is named, else the most that the part's memory controller does.
	MemoryGbps float64 `toml:"memory_gbps" json:"memory_gbps"`
	MemoryFrom string  `toml:"memory_from" json:"memory_from"`
	Power      Power   `toml:"power" json:"power"`
	// Price is the price class: a rough cost relative to the XC7Z015 = 1.
	Price     float64 `toml:"price" json:"price"`
	PriceFrom string  `toml:"price_from" json:"price_from"`
	Source    string  `toml:"source" json:"source"` // the document that the resources are from
}

// Check reports the first field that no device can have.
func (dev *Device) Check() error {
	switch {
	case dev.Part == "":
		return fmt.Errorf("hw: device without a part name")
	case dev.DSP < 1 || dev.DSP > maxExtent:
		return fmt.Errorf("hw: device %s: dsp = %d, want 1 to %d", dev.Part, dev.DSP, maxExtent)
	case dev.BRAM18 < 1 || dev.BRAM18 > maxExtent:
		return fmt.Errorf("hw: device %s: bram18 = %d, want 1 to %d", dev.Part, dev.BRAM18, maxExtent)
	case !(dev.MemoryGbps > 0) || dev.MemoryGbps > 1e6:
		return fmt.Errorf("hw: device %s: memory_gbps = %v, want more than 0 and at most 1e6", dev.Part, dev.MemoryGbps)
	}
	return nil
}

// PortBits is the bits that the off-chip memory moves in one cycle of the
// target's clock.
func (dev *Device) PortBits(t Target) int {
	return int(math.Floor(dev.MemoryGbps*1e3/t.ClockMHz + 1e-9))
}

// maxWords is the most words a cycle over all three ports.
func (dev *Device) maxWords(t Target) int { return dev.PortBits(t) / t.Bits }

var builtin = sync.OnceValue(func() []Device {
	ds, err := parseDevices("devices.toml", data.DevicesTOML())
	if err != nil {
		panic("hw: the built-in device table: " + err.Error())
	}
	return ds
})

// Devices is the built-in catalogue.
func Devices() []Device { return append([]Device(nil), builtin()...) }

// DeviceByName finds a part of the built-in catalogue, whatever its case.
func DeviceByName(part string) (Device, error) { return findDevice(builtin(), part) }

func findDevice(from []Device, part string) (Device, error) {
	var names []string
	for _, d := range from {
		if strings.EqualFold(d.Part, part) {
			return d, nil
		}
		names = append(names, d.Part)
	}
	return Device{}, fmt.Errorf("hw: unknown FPGA %q: want one of %s", part, strings.Join(names, " "))
}
