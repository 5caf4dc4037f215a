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
	// ClockMHz is their accelerators' clock; 0: the device's or, where it has none,
	// the target's.
	ClockMHz float64
	Bits     int // their word size; 0: the target's
}

// Pool is the FPGAs that a pipeline may use.
type Pool []PoolEntry

// MaxFPGAs bounds the FPGAs of one pool.
const MaxFPGAs = 256

// ParsePool reads PART:COUNT@MHZ items, comma separated, from the built-in
// catalogue: XC7Z015:2@150,ZU3EG:1. A part without a count is one FPGA; without a
// clock it has the target's.
func ParsePool(s string) (Pool, error) { return ParsePoolFrom(Devices(), s) }

// ParsePoolFrom is ParsePool over a given catalogue.
func ParsePoolFrom(catalogue []Device, s string) (Pool, error) {
	var p Pool
	for _, item := range strings.Split(s, ",") {
		e, err := parseEntry(catalogue, item)
		if err != nil {
			return nil, fmt.Errorf("hw: pool %q: %w", s, err)
		}
		p = append(p, e)
	}
	return p, p.Check()
}

func parseEntry(catalogue []Device, item string) (PoolEntry, error) {
	rest, clock, clocked := strings.Cut(item, "@")
	part, count, counted := strings.Cut(rest, ":")
	if part == "" {
		return PoolEntry{}, fmt.Errorf("an empty item; want PART:COUNT or PART:COUNT@MHZ, as in XC7Z015:2,ZU3EG:1@150")
	}
	e := PoolEntry{Count: 1}
	var err error
	if counted {
		if e.Count, err = strconv.Atoi(count); err != nil || e.Count < 1 || e.Count > MaxFPGAs {
			return PoolEntry{}, fmt.Errorf("%q is not a count from 1 to %d", count, MaxFPGAs)
		}
	}
	if clocked {
		if e.ClockMHz, err = strconv.ParseFloat(clock, 64); err != nil || !(e.ClockMHz > 0) || e.ClockMHz > maxClockMHz {
			return PoolEntry{}, fmt.Errorf("%q is not a clock of more than 0 and at most %v MHz", clock, maxClockMHz)
		}
	}
	if e.Device, err = findDevice(catalogue, part); err != nil {
		return PoolEntry{}, err
	}
	return e, nil
}

// Check refuses an empty pool, one with no or too many FPGAs of a type, and
// one that names a part twice, and clocks and word sizes that no target has.
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
		if !(e.ClockMHz >= 0) || e.ClockMHz > maxClockMHz {
			return fmt.Errorf("hw: pool: %s at %v MHz: want 0 (the target's clock) to %v", e.Device.Part, e.ClockMHz, maxClockMHz)
		}
		if e.Bits != 0 && e.Bits != 8 && e.Bits != 16 && e.Bits != 32 {
			return fmt.Errorf("hw: pool: %s with words of %d bits: want 8, 16, 32 or 0 (the target's)", e.Device.Part, e.Bits)
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

// Target is the target of the FPGAs of entry i: t with their own word size and
// clock, where the entry or else its device gives one.
func (p Pool) Target(i int, t Target) Target {
	e := &p[i]
	switch {
	case e.ClockMHz != 0:
		t.ClockMHz = e.ClockMHz
	case e.Device.ClockMHz != 0:
		t.ClockMHz = e.Device.ClockMHz
	}
	if e.Bits != 0 {
		t.Bits = e.Bits
	}
	return t
}

// String writes the pool as ParsePool reads it, which knows no word sizes.
func (p Pool) String() string {
	items := make([]string, len(p))
	for i, e := range p {
		items[i] = fmt.Sprintf("%s:%d", e.Device.Part, e.Count)
		if e.ClockMHz != 0 {
			items[i] += "@" + strconv.FormatFloat(e.ClockMHz, 'g', -1, 64)
		}
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
