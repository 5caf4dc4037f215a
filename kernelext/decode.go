package kernelext

import (
	"bufio"
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"reflect"
	"strings"
	"unsafe"
)

// errDamaged is the error of kept bytes that are not what was written.
var errDamaged = errors.New("it is damaged")

// castagnoli is the checksum that processors have an instruction for.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// decoder reads what encode wrote. It trusts no count that it reads: it never
// makes room for much more than there are bytes.
type decoder struct {
	in   *bufio.Reader
	left int // bytes that are not read yet
	sum  uint32
}

func newDecoder(in io.Reader, size int) *decoder {
	return &decoder{in: bufio.NewReaderSize(in, 1<<16), left: size}
}

// end is an error if the value was shorter than what was kept, or the checksum
// another.
func (d *decoder) end(sum uint32) error {
	if d.left != 0 || d.sum != sum {
		return errDamaged
	}
	return nil
}

// read fills the bytes.
func (d *decoder) read(b []byte) error {
	if len(b) > d.left {
		return errDamaged
	}
	if _, err := io.ReadFull(d.in, b); err != nil {
		return errDamaged
	}
	d.left -= len(b)
	d.sum = crc32.Update(d.sum, castagnoli, b)
	return nil
}

// ReadByte implements io.ByteReader.
func (d *decoder) ReadByte() (byte, error) {
	var b [1]byte
	err := d.read(b[:])
	return b[0], err
}

// count reads a number of things that take at least size bytes each.
func (d *decoder) count(size int) (int, error) {
	n, err := binary.ReadUvarint(d)
	if err != nil || n > uint64(d.left/max(1, size))+1 {
		return 0, errDamaged
	}
	return int(n), nil
}

func (d *decoder) text() (string, error) {
	n, err := d.count(1)
	if err != nil || n > d.left {
		return "", errDamaged
	}
	var b strings.Builder
	part := make([]byte, min(n, 1<<20))
	for n > 0 {
		part = part[:min(n, len(part))]
		if err := d.read(part); err != nil {
			return "", err
		}
		b.Write(part)
		n -= len(part)
	}
	return b.String(), nil
}

// value reads into a value that is zero.
func (d *decoder) value(to reflect.Value) error {
	t := to.Type()
	if asText(t) {
		s, err := d.text()
		if err != nil {
			return err
		}
		return to.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s))
	}
	if isRaw(t) {
		return d.read(unsafe.Slice((*byte)(to.Addr().UnsafePointer()), t.Size()))
	}
	switch to.Kind() {
	case reflect.Bool:
		n, err := d.count(0)
		to.SetBool(n == 1)
		return err
	case reflect.String:
		s, err := d.text()
		to.SetString(s)
		return err
	case reflect.Pointer:
		n, err := d.count(0)
		if err != nil || n == 0 {
			return err
		}
		to.Set(reflect.New(t.Elem()))
		return d.value(to.Elem())
	case reflect.Slice:
		return d.slice(to)
	case reflect.Array:
		if to.Len() == 0 {
			_, err := d.count(0)
			return err
		}
		for i := range to.Len() {
			if err := d.value(to.Index(i)); err != nil {
				return err
			}
		}
		return nil
	case reflect.Map:
		return d.pairs(to)
	case reflect.Struct:
		if b, err := d.ReadByte(); err != nil || b != 0 {
			return errDamaged
		}
		for i := range to.NumField() {
			if t.Field(i).IsExported() {
				if err := d.value(to.Field(i)); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if n, err := d.count(0); err != nil || n != 0 { // a function, channel or interface that was nil
		return errDamaged
	}
	return nil
}

func (d *decoder) slice(to reflect.Value) error {
	elem := to.Type().Elem()
	size := 1
	if isRaw(elem) {
		size = int(elem.Size())
	}
	n, err := d.count(size)
	if err != nil || n == 0 {
		return err
	}
	n--
	to.Set(reflect.MakeSlice(to.Type(), 0, 0))
	if isRaw(elem) {
		if n*size > d.left {
			return errDamaged
		}
		to.Set(reflect.MakeSlice(to.Type(), n, n))
		return d.read(unsafe.Slice((*byte)(to.UnsafePointer()), n*size))
	}
	for i := range n {
		if i == to.Cap() {
			to.Grow(min(n-i, max(64, i)))
		}
		to.SetLen(i + 1)
		if err := d.value(to.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) pairs(to reflect.Value) error {
	n, err := d.count(1)
	if err != nil || n == 0 {
		return err
	}
	t := to.Type()
	to.Set(reflect.MakeMap(t))
	for range n - 1 {
		key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		if err := errors.Join(d.value(key), d.value(value)); err != nil {
			return errDamaged
		}
		to.SetMapIndex(key, value)
	}
	return nil
}

// describe is a type in full: its fields with their types, whatever the type's
// name, so that a type that was edited is another.
func describe(t reflect.Type) string {
	var b strings.Builder
	describeTo(&b, t, map[reflect.Type]bool{})
	return b.String()
}

func describeTo(b *strings.Builder, t reflect.Type, seen map[reflect.Type]bool) {
	b.WriteString(t.String())
	if seen[t] || asText(t) {
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		b.WriteString(" of ")
		describeTo(b, t.Elem(), seen)
	case reflect.Map:
		b.WriteString(" from ")
		describeTo(b, t.Key(), seen)
		b.WriteString(" to ")
		describeTo(b, t.Elem(), seen)
	case reflect.Struct:
		b.WriteString("{")
		for i := range t.NumField() {
			fmt.Fprintf(b, "%s ", t.Field(i).Name)
			describeTo(b, t.Field(i).Type, seen)
			b.WriteString("; ")
		}
		b.WriteString("}")
	default:
		fmt.Fprintf(b, " as %v%d", t.Kind(), t.Size())
	}
}
