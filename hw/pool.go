package hw

import (
	"fmt"
	"strconv"
	"strings"
)

// PoolEntry is a number of equal FPGAs.
type PoolEntry struct {
	Device Device
	Count  int
	// ClockMHz and Bits are the clock and word size of its accelerators, where they
	// are not the target's; 0: they are.
	ClockMHz float64
	Bits     int
}

// Pool is the FPGAs that a pipeline may use.
type Pool []PoolEntry

// MaxFPGAs bounds the FPGAs of one pool.
const MaxFPGAs = 256

// ParsePool reads PART:COUNT items, comma separated, from the built-in
// catalogue: XC7Z015:2,ZU3EG:1. A part without a count is one FPGA.
func ParsePool(s string) (Pool, error) { return ParsePoolFrom(Devices(), s) }

// ParsePoolFrom is ParsePool over a given catalogue.
func ParsePoolFrom(catalogue []Device, s string) (Pool, error) {
	var p Pool
	for _, item := range strings.Split(s, ",") {
		part, count, given := strings.Cut(item, ":")
		if part == "" {
			return nil, fmt.Errorf("hw: pool %q: an empty item; want PART:COUNT, as in XC7Z015:2,ZU3EG:1", s)
		}
		n := 1
		if given {
			var err error
			if n, err = strconv.Atoi(count); err != nil || n < 1 || n > MaxFPGAs {
				return nil, fmt.Errorf("hw: pool %q: %q is not a count from 1 to %d", s, count, MaxFPGAs)
			}
		}
		d, err := findDevice(catalogue, part)
		if err != nil {
			return nil, fmt.Errorf("hw: pool %q: %w", s, err)
		}
		p = append(p, PoolEntry{Device: d, Count: n})
	}
	return p, p.Check()
}

// Check refuses an empty pool, one with no or too many FPGAs of a type, and
// one that names a part twice.
func (p Pool) Check() error {
	if len(p) == 0 {
		return fmt.Errorf("hw: the pool has no FPGA")
	}
	seen := map[string]bool{}
	total := 0
	for _, e := range p {
		if e.Count < 1 || e.Count > MaxFPGAs {
			return fmt.Errorf("hw: pool: %d of %s: want 1 to %d", e.Count, e.Device.Part, MaxFPGAs)
		}
		if seen[e.Device.Part] {
			return fmt.Errorf("hw: pool: %s is there twice: give it once, with its count", e.Device.Part)
		}
		seen[e.Device.Part] = true
		total += e.Count
	}
	if total > MaxFPGAs {
		return fmt.Errorf("hw: pool: %d FPGAs: want at most %d", total, MaxFPGAs)
	}
	return nil
}

// Count is the number of FPGAs.
func (p Pool) Count() int {
	n := 0
	for _, e := range p {
		n += e.Count
	}
	return n
}

// String writes the pool as ParsePool reads it.
func (p Pool) String() string {
	items := make([]string, len(p))
	for i, e := range p {
		items[i] = fmt.Sprintf("%s:%d", e.Device.Part, e.Count)
	}
	return strings.Join(items, ",")
}

// Device finds a part of the pool; nil: it has none of them.
func (p Pool) Device(part string) *Device {
	for i := range p {
		if p[i].Device.Part == part {
			return &p[i].Device
		}
	}
	return nil
}

// Target is the target of entry i: with its own word size and clock, or its
// device's, where it has them.
func (p Pool) Target(i int, t Target) Target {
	e := &p[i]
	if e.Device.ClockMHz > 0 {
		t.ClockMHz = e.Device.ClockMHz
	}
	if e.ClockMHz > 0 {
		t.ClockMHz = e.ClockMHz
	}
	if e.Bits > 0 {
		t.Bits = e.Bits
	}
	return t
}
