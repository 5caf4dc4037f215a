package hw

import (
	"fmt"
	"strings"
	"sync"

	"coexplore/data/tables"
)

// Device is an FPGA, or a board that carries one: what limits a design, and
// what its power and price are estimated from.
type Device struct {
	Part   string `json:"part"`
	Family string `json:"family,omitempty"`
	Board  string `json:"board,omitempty"`
	DSP    int    `json:"dsp"`    // DSP slices
	BRAM18 int    `json:"bram18"` // 18-Kb blocks of memory
	URAM   int    `json:"uram"`   // 288-Kb blocks of UltraRAM; 0: none
	LUT    int    `json:"lut"`    // look-up tables; 0: not known, no limit
	FF     int    `json:"ff"`     // flip-flops; 0: not known, no limit
	// ClockMHz is the accelerator's clock on this device; 0: the target's.
	ClockMHz float64 `json:"clock_mhz,omitempty"`
	// MemoryGbps is the off-chip memory bandwidth in Gbit/s: the board's where
	// one is named, else the most that the part's memory controller does.
	MemoryGbps float64 `json:"memory_gbps"`
	MemoryFrom string  `json:"memory_from,omitempty"`
	// MemoryMiB is the off-chip memory that MemoryGbps is the bandwidth of, in
	// MiB; 0: not limited.
	MemoryMiB int   `json:"memory_mib,omitempty"`
	Power     Power `json:"power"`
	// Price is the price class: a rough cost relative to the XC7Z015 = 1, which
	// the cost objective adds up.
	Price  float64 `json:"price"`
	Source string  `json:"source,omitempty"` // the document that the resources are from
}

// Check reports the first field that no device can have.
func (dev *Device) Check() error {
	if field, err := dev.check(); err != nil {
		return fmt.Errorf("hw: device %q: %s: %w", dev.Part, field, err)
	}
	return nil
}

// check names the first bad field as the device file spells it.
func (dev *Device) check() (field string, err error) {
	if dev.Part == "" || strings.ContainsAny(dev.Part, ":,@ \t\r\n") {
		return "part", fmt.Errorf("%q is no name: want letters and digits, no space, comma, colon or @", dev.Part)
	}
	for _, f := range [...]struct {
		name   string
		v, min int
	}{{"dsp", dev.DSP, 1}, {"bram18", dev.BRAM18, 1}, {"uram", dev.URAM, 0}, {"lut", dev.LUT, 0}, {"ff", dev.FF, 0},
		{"memory_mib", dev.MemoryMiB, 0}} {
		if f.v < f.min || f.v > 1<<24 {
			return f.name, fmt.Errorf("%d: want %d to %d", f.v, f.min, 1<<24)
		}
	}
	if !(dev.MemoryGbps > 0) || dev.MemoryGbps > 1e6 {
		return "memory_gbps", fmt.Errorf("%v: want more than 0 and at most 1e6 Gbit/s", dev.MemoryGbps)
	}
	if !(dev.ClockMHz >= 0) || dev.ClockMHz > maxClockMHz {
		return "clock_mhz", fmt.Errorf("%v: want 0 (the target's) to %v", dev.ClockMHz, maxClockMHz)
	}
	for _, f := range [...]struct {
		name string
		v    float64
	}{{"price", dev.Price}, {"power.static_w", dev.Power.StaticW}, {"power.memory_pj_bit", dev.Power.MemoryPJBit}} {
		if !(f.v >= 0) || f.v > 1e6 {
			return f.name, fmt.Errorf("%v: want 0 to 1e6", f.v)
		}
	}
	return "", nil
}

// PortBits is the bits that the off-chip memory moves in one cycle of the
// target's clock: floor(bandwidth / clock) of the decimal numbers that they are
// written as.
func (dev *Device) PortBits(t Target) int {
	bits, _ := scaled(1, dev.MemoryGbps, t.ClockMHz, 3)
	return int(bits)
}

// MaxWords is the most words a cycle over all three ports.
func (dev *Device) MaxWords(t Target) int { return dev.PortBits(t) / t.Bits }

var builtin = sync.OnceValue(func() []Device {
	ds, err := parseDevices("devices.toml", []byte(tables.Devices))
	if err != nil {
		panic("hw: the built-in device table: " + err.Error())
	}
	return ds
})

// Devices is the built-in catalogue.
func Devices() []Device { return append([]Device(nil), builtin()...) }

// DeviceByName finds a part of the built-in catalogue, whatever its case.
func DeviceByName(part string) (Device, error) {
	dev, err := findDevice(builtin(), part)
	if err != nil {
		return Device{}, fmt.Errorf("hw: %w", err)
	}
	return dev, nil
}

func findDevice(from []Device, part string) (Device, error) {
	var names []string
	for _, d := range from {
		if strings.EqualFold(d.Part, part) {
			return d, nil
		}
		names = append(names, d.Part)
	}
	return Device{}, fmt.Errorf("unknown FPGA %q: want one of %s", part, strings.Join(names, " "))
}
