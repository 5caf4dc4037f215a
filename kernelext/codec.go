package kernelext

import (
	"encoding"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"unsafe"
)

// The form in which values are kept: every field and element in order, numbers
// as they lie in memory. Tags do not count, and what cannot be kept is an error.
// The type's description is kept apart, so that nothing is read into another
// type than it was written from.

// maxDepth is where a value that contains itself is given up.
const maxDepth = 200

// rawPiece is from how many bytes on numbers are written from where they lie,
// without a copy.
const rawPiece = 1 << 12

var (
	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// asText says whether values of the type are kept as the text that they make of
// themselves: only types with hidden fields, such as time.Time and big.Int.
func asText(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || !t.Implements(textMarshaler) && !reflect.PointerTo(t).Implements(textMarshaler) {
		return false
	}
	if !reflect.PointerTo(t).Implements(textUnmarshaler) {
		return false
	}
	for i := range t.NumField() {
		if !t.Field(i).IsExported() {
			return true
		}
	}
	return false
}

// isRaw says whether any bytes are a value of the type: numbers, and arrays and
// structs of nothing but numbers.
func isRaw(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		return true
	case reflect.Array:
		return t.Len() > 0 && isRaw(t.Elem())
	case reflect.Struct:
		size := uintptr(0)
		for i := range t.NumField() {
			f := t.Field(i)
			if !f.IsExported() || !isRaw(f.Type) {
				return false
			}
			size += f.Type.Size()
		}
		return size > 0 && size == t.Size() // no gaps, whose bytes mean nothing
	}
	return false
}

// encoder collects a value's bytes: small ones in last, large slices of numbers
// where they lie.
type encoder struct {
	pieces [][]byte
	last   []byte
	loose  bool // interfaces are written with their type: to be compared, not to be read back
}

// encode returns the bytes of a value, in pieces. They may share its memory.
func encode(v reflect.Value) ([][]byte, error) {
	e := &encoder{}
	if err := e.write(v, v.Type().String(), 0); err != nil {
		return nil, err
	}
	return append(e.pieces, e.last), nil
}

func (e *encoder) count(n int) { e.last = binary.AppendUvarint(e.last, uint64(n)) }

// raw writes bytes, from where they lie if they are many.
func (e *encoder) raw(b []byte) {
	if len(b) < rawPiece {
		e.last = append(e.last, b...)
		return
	}
	e.pieces, e.last = append(e.pieces, e.last, b), nil
}

func (e *encoder) text(s string) {
	e.count(len(s))
	e.raw([]byte(s))
}

// write writes the value at the path.
func (e *encoder) write(v reflect.Value, path string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%s: the value contains itself, or is too deep", path[:min(len(path), 80)])
	}
	t := v.Type()
	if asText(t) {
		p := reflect.New(t)
		p.Elem().Set(v)
		text, err := p.Interface().(encoding.TextMarshaler).MarshalText()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		e.text(string(text))
		return nil
	}
	if isRaw(t) {
		p := reflect.New(t)
		p.Elem().Set(v)
		e.raw(unsafe.Slice((*byte)(p.UnsafePointer()), t.Size()))
		return nil
	}
	switch v.Kind() {
	case reflect.Bool:
		e.count(map[bool]int{true: 1}[v.Bool()])
	case reflect.String:
		e.text(v.String())
	case reflect.Pointer:
		if v.IsNil() {
			e.count(0)
			return nil
		}
		e.count(1)
		return e.write(v.Elem(), path, depth+1)
	case reflect.Slice:
		if v.IsNil() {
			e.count(0)
			return nil
		}
		e.count(v.Len() + 1)
		if isRaw(t.Elem()) {
			e.raw(unsafe.Slice((*byte)(v.UnsafePointer()), uintptr(v.Len())*t.Elem().Size()))
			return nil
		}
		return e.elements(v, path, depth)
	case reflect.Array:
		if v.Len() == 0 {
			e.count(0) // so that no value takes no room
		}
		return e.elements(v, path, depth)
	case reflect.Map:
		return e.pairs(v, path, depth)
	case reflect.Struct:
		return e.fields(v, path, depth)
	case reflect.Func, reflect.Chan, reflect.Interface:
		return e.nothing(v, path, depth)
	default: // uintptr, unsafe.Pointer
		return fmt.Errorf("%s is a %v, which cannot be kept", path, v.Kind())
	}
	return nil
}

func (e *encoder) elements(v reflect.Value, path string, depth int) error {
	for i := range v.Len() {
		if err := e.write(v.Index(i), fmt.Sprintf("%s[%d]", path, i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// pairs writes a map, sorted, so that equal maps look equal.
func (e *encoder) pairs(v reflect.Value, path string, depth int) error {
	if v.IsNil() {
		e.count(0)
		return nil
	}
	e.count(v.Len() + 1)
	var pairs []string
	for it := v.MapRange(); it.Next(); {
		one := &encoder{loose: e.loose}
		if err := one.write(it.Key(), path+" key", depth+1); err != nil {
			return err
		}
		if err := one.write(it.Value(), fmt.Sprintf("%s[%v]", path, it.Key()), depth+1); err != nil {
			return err
		}
		pairs = append(pairs, string(slices.Concat(append(one.pieces, one.last)...)))
	}
	slices.Sort(pairs)
	for _, p := range pairs {
		e.raw([]byte(p))
	}
	return nil
}

func (e *encoder) fields(v reflect.Value, path string, depth int) error {
	e.count(0) // so that no value takes no room
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() {
			if !v.Field(i).IsZero() {
				return fmt.Errorf("%s.%s is unexported and not zero: it would be lost", path, f.Name)
			}
			continue
		}
		if err := e.write(v.Field(i), path+"."+f.Name, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// nothing writes a function, channel or interface, which must be nil.
func (e *encoder) nothing(v reflect.Value, path string, depth int) error {
	if v.IsNil() {
		e.count(0)
		return nil
	}
	if e.loose && v.Kind() == reflect.Interface {
		e.text(v.Elem().Type().String())
		return e.write(v.Elem(), path, depth+1)
	}
	return fmt.Errorf("%s is a %v, which cannot be kept", path, v.Kind())
}
