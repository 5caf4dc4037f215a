package measured

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"coexplore/hw"
)

// Table is what layers take on devices. The zero Table is empty and ready to use.
type Table struct {
	Name  string // what errors call it: the file
	rows  []Row
	index map[key]int
}

// key is what a row is found by.
type key struct {
	device string // in capitals
	layer  hw.Loops
}

// Row is what a layer takes on a device for one frame.
type Row struct {
	Device string
	Layer  hw.Loops
	Bits   int // word size that the figures are for; 0: any
	// Cycles are at ClockMHz, or at the clock of the plan where that is 0. Where
	// Cycles is 0, LatencyMS is the latency.
	Cycles    int64
	ClockMHz  float64
	LatencyMS float64
	// EnergyMJ is the energy beyond static power, where it is known.
	EnergyMJ    float64
	EnergyKnown bool
	Design      hw.Design // zero: not known
}

// mostMS is the longest latency, a day.
const mostMS = 86_400_000

// check says what is wrong with a row, by its column.
func (r *Row) check() error {
	if r.Device == "" || strings.ContainsAny(r.Device, ":,@ \t\r\n") || !utf8.ValidString(r.Device) {
		return fmt.Errorf("device: %q is no part name: want one such as XC7Z015", r.Device)
	}
	if err := r.Layer.Check(); err != nil {
		return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "hw: "))
	}
	switch {
	case r.Bits != 0 && r.Bits != 8 && r.Bits != 16 && r.Bits != 32:
		return fmt.Errorf("bits: %d: want 8, 16 or 32", r.Bits)
	case !(r.ClockMHz >= 0) || r.ClockMHz > 10000:
		return fmt.Errorf("clock_mhz: %v: want more than 0 and at most 10000", r.ClockMHz)
	case r.Cycles == 0 && r.LatencyMS == 0:
		return fmt.Errorf("neither cycles nor latency_ms: a layer takes some time")
	case r.Cycles != 0 && r.LatencyMS != 0:
		return fmt.Errorf("cycles and latency_ms: give one")
	case r.Cycles < 0 || r.Cycles >= hw.NeverCycles:
		return fmt.Errorf("cycles: %d: want 1 to 2^52", r.Cycles)
	case r.Cycles == 0 && (!(r.LatencyMS > 0) || r.LatencyMS > mostMS):
		return fmt.Errorf("latency_ms: %v: want more than 0 and at most %d, a day", r.LatencyMS, mostMS)
	case !(r.EnergyMJ >= 0) || math.IsInf(r.EnergyMJ, 0):
		return fmt.Errorf("energy_mj: %v: want 0 or more", r.EnergyMJ)
	}
	if r.Design != (hw.Design{}) {
		if err := r.Design.Check(); err != nil {
			return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "hw: "))
		}
	}
	return nil
}

// Add appends a row. It is an error if a figure of it cannot be, or the table has the
// device's layer already.
func (t *Table) Add(r Row) error {
	if err := t.add(r); err != nil {
		return fmt.Errorf("measured: %w", err)
	}
	return nil
}

func (t *Table) add(r Row) error {
	if err := r.check(); err != nil {
		return err
	}
	k := key{strings.ToUpper(r.Device), r.Layer}
	if _, twice := t.index[k]; twice {
		return fmt.Errorf("%s on %s is there twice", describe(r.Layer), r.Device)
	}
	if t.index == nil {
		t.index = map[key]int{}
	}
	t.index[k] = len(t.rows)
	t.rows = append(t.rows, r)
	return nil
}

// Rows are the rows, in the order in which they were added. They are not to be
// changed.
func (t *Table) Rows() []Row { return t.rows }

// Find is the row of a layer on a device, by its part's name in any case.
func (t *Table) Find(device string, l hw.Loops) (r Row, ok bool) {
	i, ok := t.index[key{strings.ToUpper(device), l}]
	if ok {
		r = t.rows[i]
	}
	return r, ok
}

// Of are the rows of a device, by its part's name in any case.
func (t *Table) Of(device string) []Row {
	var rows []Row
	for _, r := range t.rows {
		if strings.EqualFold(r.Device, device) {
			rows = append(rows, r)
		}
	}
	return rows
}

// maxNamed is how many missing rows an error names.
const maxNamed = 10

// Missing is an error that names what the table lacks for the layers to run on the
// devices of a pool, up to ten of them; nil: nothing.
func (t *Table) Missing(pool hw.Pool, layers []hw.Loops) error {
	var names []string
	n := 0
	seen := map[key]bool{}
	for i := range pool {
		part := pool[i].Device.Part
		for _, l := range layers {
			k := key{strings.ToUpper(part), l}
			if _, ok := t.index[k]; ok || seen[k] {
				continue
			}
			seen[k] = true
			if n++; n <= maxNamed {
				names = append(names, describe(l)+" on "+part)
			}
		}
	}
	if n == 0 {
		return nil
	}
	more := ""
	if n > maxNamed {
		more = fmt.Sprintf("; and %d more", n-maxNamed)
	}
	return fmt.Errorf("measured: %s has no latency of %s%s", t.name(), strings.Join(names, "; "), more)
}

func (t *Table) name() string {
	if t.Name == "" {
		return "the table"
	}
	return t.Name
}

// describe is a layer by its columns.
func describe(l hw.Loops) string {
	s := fmt.Sprintf("%s m=%d n=%d r=%d c=%d k=%s s=%s", kindOf(l), l.M, l.N, l.R, l.C, both(l.K, l.Wide), both(l.S, l.Across))
	if l.ExtraPad != 0 {
		s += fmt.Sprintf(" pad=%d", l.Pad())
	}
	if l.Weighted && l.Groups != 1 {
		s += fmt.Sprintf(" groups=%d", l.Groups)
	}
	return s
}

// both is a kernel or a stride as its column has it: a number, or rows x columns, which are
// more by so many.
func both(rows, more int) string {
	if more != 0 {
		return fmt.Sprintf("%dx%d", rows, rows+more)
	}
	return strconv.Itoa(rows)
}

// kindOf is the kind of a layer. A fully connected layer is a convolution of one
// pixel.
func kindOf(l hw.Loops) string {
	switch {
	case l.Weighted && l.R == 1 && l.C == 1 && l.K == 1 && l.Wide == 0 && l.S == 1 && l.Across == 0 && l.Groups == 1:
		return "dense"
	case l.Weighted:
		return "conv"
	case l.Reduced:
		return "gap"
	case l.Reads == 2:
		return "add"
	}
	return "pool"
}
