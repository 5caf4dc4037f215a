package measured

import (
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"

	"coexplore/hw"
)

// columns are the names that a file may have, in the order in which they are written.
var columns = []string{"device", "kind", "m", "n", "r", "c", "k", "s", "pad", "groups", "bits", "clock_mhz", "cycles", "latency_ms",
	"energy_mj", "tm", "tn", "tr", "tc", "wp", "ip", "op"}

// record is a row of a file, the text of its fields by column; a column that is not
// there, or is empty, is "".
type record map[string]string

// number reads a field as a number; empty is the value that is given.
func (f record) number(column string, empty float64) (float64, error) {
	s := f[column]
	if s == "" {
		return empty, nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%s: %q is not a finite number", column, s)
	}
	if v < 0 {
		return 0, fmt.Errorf("%s: %s is negative", column, s)
	}
	return v, nil
}

// integer reads a field as a whole number.
func (f record) integer(column string, empty int64) (int64, error) {
	v, err := f.number(column, float64(empty))
	if err != nil {
		return 0, err
	}
	if v != math.Trunc(v) || v > 1<<52 {
		return 0, fmt.Errorf("%s: %s is not a whole number up to 2^52", column, f[column])
	}
	return int64(v), nil
}

// row makes sense of a record.
func (f record) row() (Row, error) {
	r := Row{Device: strings.TrimSpace(f["device"])}
	var err error
	if r.Layer, err = f.layer(); err != nil {
		return r, err
	}
	whole := func(column string) int {
		v, e := f.integer(column, 0)
		if err == nil {
			err = e
		}
		return int(v)
	}
	real := func(column string) float64 {
		v, e := f.number(column, 0)
		if err == nil {
			err = e
		}
		return v
	}
	r.Bits, r.ClockMHz = whole("bits"), real("clock_mhz")
	r.Cycles, r.LatencyMS = int64(whole("cycles")), real("latency_ms")
	r.EnergyMJ, r.EnergyKnown = real("energy_mj"), f["energy_mj"] != ""
	r.Design = hw.Design{
		Tiling: hw.Tiling{Tm: whole("tm"), Tn: whole("tn"), Tr: whole("tr"), Tc: whole("tc")},
		Ports:  hw.Ports{W: whole("wp"), I: whole("ip"), O: whole("op")},
	}
	if err == nil && f["cycles"] == "" && f["latency_ms"] == "" {
		err = fmt.Errorf("neither cycles nor latency_ms is there")
	}
	return r, err
}

// layer is the layer of a record.
func (f record) layer() (hw.Loops, error) {
	var v [8]int64
	along := map[string]int64{} // of kernel and stride, where it is not the same along columns
	f = maps.Clone(f)
	for _, column := range []string{"k", "s"} {
		if rows, columns, ok := strings.Cut(f[column], "x"); ok {
			n, err := (record{column: columns}).integer(column, 0)
			if err != nil || n == 0 {
				return hw.Loops{}, fmt.Errorf("%s: want a whole number from 1, or rows x columns, as in 3x1, not %s", column, f[column])
			}
			f[column], along[column] = rows, n
		}
	}
	for i, column := range columns[2:10] {
		empty := int64(1)
		switch column {
		case "m", "n":
			empty = 0
		case "r", "c":
			if f["kind"] != "dense" {
				empty = 0
			}
		case "pad":
			empty = (v[4] - 1) / 2
		}
		var err error
		if v[i], err = f.integer(column, empty); err != nil {
			return hw.Loops{}, err
		}
		if v[i] == 0 && column != "pad" {
			return hw.Loops{}, fmt.Errorf("%s: want a whole number from 1", column)
		}
	}
	l := hw.Loops{M: int(v[0]), N: int(v[1]), R: int(v[2]), C: int(v[3]), K: int(v[4]), S: int(v[5]), Groups: int(v[7]), Reads: 1}
	if n := along["k"]; n != 0 {
		l.Wide = int(n) - l.K
	}
	if n := along["s"]; n != 0 {
		l.Across = int(n) - l.S
	}
	l.ExtraPad = int(v[6]) - (l.K-1)/2
	kind := f["kind"]
	switch kind {
	case "conv", "dense":
		l.Weighted = true
	case "pool":
	case "gap":
		l.Reduced = true
	case "add":
		l.Reads = 2
	default:
		return l, fmt.Errorf("kind: %q: want conv, dense, pool, gap or add", kind)
	}
	if !l.Weighted && f["groups"] == "" {
		l.Groups = l.N
	}
	if kind == "dense" && kindOf(l) != kind {
		return l, fmt.Errorf("kind: dense has r, c, k, s and groups of 1")
	}
	if !l.Weighted && (l.Groups != l.N || l.M != l.N) {
		return l, fmt.Errorf("kind: %s works channel by channel: want m, n and groups alike", kind)
	}
	if kind != "pool" && !l.Weighted && (l.K != 1 || l.Wide != 0 || l.S != 1 || l.Across != 0 || l.ExtraPad != 0) {
		return l, fmt.Errorf("kind: %s has k and s of 1 and no padding", kind)
	}
	return l, nil
}

// fields is a row as a file has it, by columns.
func (r *Row) fields() record {
	l := r.Layer
	f := record{"device": r.Device, "kind": kindOf(l)}
	for i, v := range [...]int{l.M, l.N, l.R, l.C, l.K, l.S, l.Pad(), l.Groups} {
		f[columns[2+i]] = strconv.Itoa(v)
	}
	f["k"], f["s"] = both(l.K, l.Wide), both(l.S, l.Across)
	if r.Bits != 0 {
		f["bits"] = strconv.Itoa(r.Bits)
	}
	set := func(column string, v float64, known bool) {
		if known {
			f[column] = strconv.FormatFloat(v, 'g', -1, 64)
		}
	}
	set("clock_mhz", r.ClockMHz, r.ClockMHz != 0)
	if r.Cycles != 0 {
		f["cycles"] = strconv.FormatInt(r.Cycles, 10)
	}
	set("latency_ms", r.LatencyMS, r.Cycles == 0)
	set("energy_mj", r.EnergyMJ, r.EnergyKnown)
	if d := r.Design; d != (hw.Design{}) {
		for i, v := range [...]int{d.Tm, d.Tn, d.Tr, d.Tc, d.W, d.I, d.O} {
			f[columns[15+i]] = strconv.Itoa(v)
		}
	}
	return f
}
