package netfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"coexplore/hw"
	"coexplore/internal/textfile"
)

// maxJSON is the most bytes that a JSON file may have.
const maxJSON = 1 << 20

// fields is the fields of a JSON object, by name.
type fields map[string]json.RawMessage

// kinds says which fields a kind of layer has beside kind, name, inputs and norm.
var kinds = map[string]string{
	"conv":      "kernel filters stride padding groups bias",
	"depthwise": "kernel stride padding bias",
	"maxpool":   "kernel stride padding",
	"avgpool":   "kernel stride padding",
	"gap":       "",
	"dense":     "units bias",
	"add":       "",
}

// allKinds is the keys of kinds as a message lists them.
const allKinds = "conv, depthwise, maxpool, avgpool, gap, dense or add"

// readJSON reads a network in the format of the package's comment.
func readJSON(r io.Reader) (*hw.Network, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxJSON+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxJSON {
		return nil, fmt.Errorf("more than %d MB, the most that is read", maxJSON>>20)
	}
	if b, err = textfile.Decode(b); err != nil {
		return nil, err
	}
	var top fields
	if err := json.Unmarshal(b, &top); err != nil {
		return nil, jsonError(b, err)
	}
	if err := top.only("name input layers", ""); err != nil {
		return nil, err
	}
	var name, input string
	if err := top.get("name", "a text", &name); err != nil {
		return nil, err
	}
	if err := top.get("input", `a text, channels x height x width, as in "3x32x32"`, &input); err != nil {
		return nil, err
	}
	in, err := hw.ParseShape(input)
	if err != nil {
		return nil, fmt.Errorf("input: %s", bare(err))
	}
	var layers []fields
	if err := top.get("layers", "a list of layers, each an object", &layers); err != nil {
		return nil, err
	}
	return build(name, in, layers)
}

// jsonError says in which line a file stops being JSON.
func jsonError(b []byte, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		line := 1 + bytes.Count(b[:min(int(syntax.Offset), len(b))], []byte("\n"))
		return fmt.Errorf("line %d: %s", line, strings.TrimPrefix(err.Error(), "json: "))
	}
	return errors.New("want an object with name, input and layers")
}

// only refuses the first field, in alphabetical order, that is none of those
// known; kind is what has them.
func (f fields) only(known, of string) error {
	var unknown []string
	for name := range f {
		if !slices.Contains(strings.Fields(known), name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	if of != "" {
		of = " of " + of
	}
	return fmt.Errorf("unknown field %q%s: want %s", unknown[0], of, strings.Join(strings.Fields(known), ", "))
}

// get reads a field, if it is there.
func (f fields) get(name, want string, v any) error {
	raw, ok := f[name]
	if !ok {
		return nil
	}
	if err := json.Unmarshal(raw, v); err != nil || bytes.Equal(raw, []byte("null")) {
		return fmt.Errorf("%s: want %s, not %s", name, want, short(raw))
	}
	return nil
}

// size reads a field that is a whole number; otherwise is its value where it is
// not there, and negative where it must be.
func (f fields) size(name string, otherwise int) (int, error) {
	const most = 1 << 20
	v := otherwise
	if _, ok := f[name]; !ok && v < 0 {
		return 0, fmt.Errorf("%s is missing: want a whole number from 1 to %d", name, most)
	}
	if err := f.get(name, "a whole number", &v); err != nil {
		return 0, err
	}
	least := 1
	if name == "norm" {
		least = 0
	}
	if v < least || v > most {
		return 0, fmt.Errorf("%s: %s is not from %d to %d", name, short(f[name]), least, most)
	}
	return v, nil
}

// short is JSON as a message quotes it.
func short(raw []byte) string {
	if len(raw) > 40 {
		return string(raw[:40]) + "..."
	}
	return string(raw)
}

// both reads a number or two, for rows and columns.
func (f fields) both(name string, rowsElse, columnsElse int) (rows, columns int, err error) {
	if _, ok := f[name]; !ok && rowsElse > 0 {
		return rowsElse, columnsElse, nil
	}
	var list []json.RawMessage
	if json.Unmarshal(f[name], &list) != nil || list == nil {
		rows, err = f.size(name, -1)
		return rows, rows, err
	}
	if len(list) != 2 {
		return 0, 0, fmt.Errorf("%s: want a whole number or [rows, columns], not %s", name, short(f[name]))
	}
	if rows, err = (fields{name: list[0]}).size(name, -1); err == nil {
		columns, err = (fields{name: list[1]}).size(name, -1)
	}
	return rows, columns, err
}

// padding reads a number or four.
func (f fields) padding() (*hw.Padding, error) {
	raw, ok := f["padding"]
	if !ok {
		return nil, nil
	}
	var one int
	if json.Unmarshal(raw, &one) == nil && !bytes.Equal(raw, []byte("null")) {
		return hw.Pad(one), nil
	}
	var sides []int
	if json.Unmarshal(raw, &sides) != nil || len(sides) != 4 {
		return nil, fmt.Errorf("padding: want a whole number or [top, left, bottom, right], not %s", short(raw))
	}
	return &hw.Padding{Top: sides[0], Left: sides[1], Bottom: sides[2], Right: sides[3]}, nil
}
