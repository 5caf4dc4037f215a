package kernelext

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Table displays a table: of a slice of structs, or of rows under a header.
//
//	kernelext.Table(result.Front)
//	kernelext.Table([]string{"FPGA", "DSP"}, []any{"XC7Z015", 160}, []any{"ZU3EG", 360})
//
// Numbers stand on the right, with at least four figures; to have it otherwise,
// pass strings. In a browser a click on a column's head sorts by it. Outside a
// notebook the table is printed. It is Show of Tabulate, which has the table's
// other forms.
func Table(data any, rows ...[]any) error { return Show(Tabulate(data, rows...)) }

// Tabular is a table: for Show, or as text, CSV, LaTeX, Markdown or HTML.
type Tabular struct {
	header []string
	rows   [][]field
	right  []bool // columns of numbers
	err    error
}

// field is one cell of a table.
type field struct {
	text   string
	full   string // with all figures
	number float64
	is     bool // a number
}

// Tabulate makes a table of a slice of structs, or of rows under a header, which
// is then a []string. A struct's exported fields are the columns, those of
// embedded structs among them; a field's tag gives its head, `table:"DSP slices"`,
// or leaves it out, `table:"-"`. A table that cannot be made holds the reason, as
// figures do.
func Tabulate(data any, rows ...[]any) *Tabular {
	header, ok := data.([]string)
	if !ok {
		list := reflect.ValueOf(data)
		if !rowsOf(list) {
			return &Tabular{err: fmt.Errorf("kernelext: a table is made of a slice of structs, or of a []string header and rows, not of %T", data)}
		}
		if len(rows) > 0 {
			return &Tabular{err: fmt.Errorf("kernelext: a table of structs takes no further rows")}
		}
		header, rows = structRows(list)
	}
	if len(header) == 0 {
		return &Tabular{err: fmt.Errorf("kernelext: a table needs a header")}
	}
	t := &Tabular{header: header, right: make([]bool, len(header))}
	for c := range t.right {
		t.right[c] = len(rows) > 0
	}
	for i, row := range rows {
		if len(row) != len(header) {
			return &Tabular{err: fmt.Errorf("kernelext: row %d of the table has %d cells, the header has %d", i+1, len(row), len(header))}
		}
		fields := make([]field, len(row))
		for c, v := range row {
			fields[c] = newField(v)
			t.right[c] = t.right[c] && (fields[c].is || fields[c].text == "")
		}
		t.rows = append(t.rows, fields)
	}
	return t
}

// Err is why the table could not be made, or nil.
func (t *Tabular) Err() error { return t.err }

// rowsOf says whether a value is a slice of structs, or of pointers to structs,
// that are more than one value each, as time.Time is.
func rowsOf(v reflect.Value) bool {
	if !v.IsValid() || v.Kind() != reflect.Slice && v.Kind() != reflect.Array {
		return false
	}
	t := v.Type().Elem()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && len(columns(t)) > 0 && !asText(t)
}

// asText says whether a type's values are one text each: types with hidden fields
// that write and read themselves, such as time.Time and big.Int.
func asText(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return t.Kind() == reflect.Struct && p.Implements(reflect.TypeFor[encoding.TextMarshaler]()) &&
		p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) &&
		slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool { return !f.IsExported() })
}

// column is an exported field of a struct, perhaps in an embedded one.
type column struct {
	head  string
	index []int
}

func columns(t reflect.Type) []column {
	var list []column
	for _, f := range reflect.VisibleFields(t) {
		tag, tagged := f.Tag.Lookup("table")
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		embedded := f.Anonymous && inner.Kind() == reflect.Struct && !asText(inner)
		if !f.IsExported() || tag == "-" || embedded && !tagged {
			continue
		}
		head := f.Name
		if tagged {
			head = tag
		}
		list = append(list, column{head, f.Index})
	}
	return list
}

func structRows(list reflect.Value) (header []string, rows [][]any) {
	t := list.Type().Elem()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	all := columns(t)
	for _, c := range all {
		header = append(header, c.head)
	}
	for i := range list.Len() {
		row := make([]any, len(all))
		v := list.Index(i)
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				rows = append(rows, row)
				continue
			}
			v = v.Elem()
		}
		for k, c := range all {
			if f, err := v.FieldByIndexErr(c.index); err == nil {
				row[k] = f.Interface()
			}
		}
		rows = append(rows, row)
	}
	return header, rows
}

// newField is a value as a cell.
func newField(v any) field {
	if v == nil {
		return field{}
	}
	r := reflect.ValueOf(v)
	if _, ok := v.(fmt.Stringer); !ok && r.Kind() == reflect.Pointer {
		if r.IsNil() {
			return field{}
		}
		return newField(r.Elem().Interface())
	}
	if d, ok := v.(time.Duration); ok {
		return field{text: d.String(), full: strconv.FormatFloat(d.Seconds(), 'g', -1, 64), number: d.Seconds(), is: true}
	}
	switch v.(type) {
	case fmt.Stringer, encoding.TextMarshaler, error:
	default:
		switch r.Kind() {
		case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
			s := strconv.FormatInt(r.Int(), 10)
			return field{s, s, float64(r.Int()), true}
		case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
			s := strconv.FormatUint(r.Uint(), 10)
			return field{s, s, float64(r.Uint()), true}
		case reflect.Float32, reflect.Float64:
			return field{figures(r.Float()), strconv.FormatFloat(r.Float(), 'g', -1, r.Type().Bits()), r.Float(), true}
		}
	}
	s := fmt.Sprint(v)
	x, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(s, "%")), 64)
	return field{s, s, x, err == nil}
}

// figures writes a number with four figures, with all of them before the point,
// and with an exponent only where it is very large or very small.
func figures(x float64) string {
	if a := math.Abs(x); x == 0 || math.IsInf(x, 0) || math.IsNaN(x) || a >= 1e15 || a < 1e-4 {
		return strconv.FormatFloat(x, 'g', 4, 64)
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 3, 64), 64) // 9999.6 has five figures before the point
	after := max(0, 3-int(math.Floor(math.Log10(math.Abs(rounded)))))
	s := strconv.FormatFloat(x, 'f', after, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
