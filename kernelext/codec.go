package kernelext

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"sort"
	"strconv"
)

// The form in which values are kept: JSON of everything that they hold. It
// differs from encoding/json in that tags do not count, in that NaN and
// infinities are kept, and in that what cannot be kept is an error.

// maxDepth is where a value that contains itself is given up.
const maxDepth = 200

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

func encode(v reflect.Value) ([]byte, error) {
	var b bytes.Buffer
	if err := write(&b, v, v.Type().String(), 0); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// write writes the value at the path.
func write(b *bytes.Buffer, v reflect.Value, path string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%s: the value contains itself, or is too deep", path[:min(len(path), 80)])
	}
	if asText(v.Type()) {
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		text, err := p.Interface().(encoding.TextMarshaler).MarshalText()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return quote(b, string(text))
	}
	switch v.Kind() {
	case reflect.Bool:
		fmt.Fprint(b, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		b.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		b.WriteString(strconv.FormatUint(v.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		s := strconv.FormatFloat(v.Float(), 'g', -1, 64)
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			s = strconv.Quote(s)
		}
		b.WriteString(s)
	case reflect.String:
		return quote(b, v.String())
	case reflect.Pointer:
		if v.IsNil() {
			b.WriteString("null")
			return nil
		}
		b.WriteString("[") // so that a pointer to nil is not nil
		if err := write(b, v.Elem(), path, depth+1); err != nil {
			return err
		}
		b.WriteString("]")
	case reflect.Slice, reflect.Array:
		return writeList(b, v, path, depth)
	case reflect.Map:
		return writeMap(b, v, path, depth)
	case reflect.Struct:
		return writeStruct(b, v, path, depth)
	default: // function, channel, interface, complex number
		if v.Kind() == reflect.Complex64 || v.Kind() == reflect.Complex128 || !v.IsNil() {
			return fmt.Errorf("%s is a %v, which cannot be kept", path, v.Kind())
		}
		b.WriteString("null")
	}
	return nil
}

// quote writes a string with every byte of it, valid UTF-8 or not.
func quote(b *bytes.Buffer, s string) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	var back string
	if json.Unmarshal(raw, &back) != nil || back != s {
		return fmt.Errorf("a string that is not UTF-8 cannot be kept: %q", s[:min(len(s), 40)])
	}
	b.Write(raw)
	return nil
}

func writeList(b *bytes.Buffer, v reflect.Value, path string, depth int) error {
	if v.Kind() == reflect.Slice && v.IsNil() {
		b.WriteString("null")
		return nil
	}
	b.WriteString("[")
	for i := range v.Len() {
		if i > 0 {
			b.WriteString(",")
		}
		if err := write(b, v.Index(i), fmt.Sprintf("%s[%d]", path, i), depth+1); err != nil {
			return err
		}
	}
	b.WriteString("]")
	return nil
}

// writeMap writes a map as pairs, sorted, so that equal maps look equal.
func writeMap(b *bytes.Buffer, v reflect.Value, path string, depth int) error {
	if v.IsNil() {
		b.WriteString("null")
		return nil
	}
	var pairs []string
	for it := v.MapRange(); it.Next(); {
		var pair bytes.Buffer
		pair.WriteString("[")
		if err := write(&pair, it.Key(), path+" key", depth+1); err != nil {
			return err
		}
		pair.WriteString(",")
		if err := write(&pair, it.Value(), fmt.Sprintf("%s[%v]", path, it.Key()), depth+1); err != nil {
			return err
		}
		pairs = append(pairs, pair.String()+"]")
	}
	sort.Strings(pairs)
	b.WriteString("[")
	for i, p := range pairs {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(p)
	}
	b.WriteString("]")
	return nil
}

func writeStruct(b *bytes.Buffer, v reflect.Value, path string, depth int) error {
	b.WriteString("{")
	comma := ""
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() {
			if !v.Field(i).IsZero() {
				return fmt.Errorf("%s.%s is unexported and not zero: it would be lost", path, f.Name)
			}
			continue
		}
		fmt.Fprintf(b, "%s%q:", comma, f.Name)
		comma = ","
		if err := write(b, v.Field(i), path+"."+f.Name, depth+1); err != nil {
			return err
		}
	}
	b.WriteString("}")
	return nil
}

// decode reads what encode wrote into a value of the same type.
func decode(raw []byte, to reflect.Value) error {
	if asText(to.Type()) {
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		return to.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s))
	}
	null := string(raw) == "null"
	switch to.Kind() {
	case reflect.Float32, reflect.Float64:
		s := string(bytes.Trim(raw, `"`))
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return err
		}
		to.SetFloat(f)
		return nil
	case reflect.Pointer:
		if null {
			return nil
		}
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil || len(list) != 1 {
			return fmt.Errorf("a pointer that is kept as %.40s", raw)
		}
		to.Set(reflect.New(to.Type().Elem()))
		return decode(list[0], to.Elem())
	case reflect.Slice, reflect.Array:
		if null {
			return nil
		}
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			return err
		}
		if to.Kind() == reflect.Slice {
			to.Set(reflect.MakeSlice(to.Type(), len(list), len(list)))
		} else if len(list) != to.Len() {
			return fmt.Errorf("an array of %d that is kept with %d", to.Len(), len(list))
		}
		for i := range list {
			if err := decode(list[i], to.Index(i)); err != nil {
				return err
			}
		}
		return nil
	case reflect.Map:
		if null {
			return nil
		}
		var pairs [][2]json.RawMessage
		if err := json.Unmarshal(raw, &pairs); err != nil {
			return err
		}
		to.Set(reflect.MakeMapWithSize(to.Type(), len(pairs)))
		for _, p := range pairs {
			key, value := reflect.New(to.Type().Key()).Elem(), reflect.New(to.Type().Elem()).Elem()
			if err := decode(p[0], key); err != nil {
				return err
			}
			if err := decode(p[1], value); err != nil {
				return err
			}
			to.SetMapIndex(key, value)
		}
		return nil
	case reflect.Struct:
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(raw, &fields); err != nil {
			return err
		}
		for i := range to.NumField() {
			f := to.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			value, ok := fields[f.Name]
			if !ok {
				return fmt.Errorf("it was kept without the field %s: the type has changed since", f.Name)
			}
			if err := decode(value, to.Field(i)); err != nil {
				return err
			}
			delete(fields, f.Name)
		}
		if len(fields) > 0 {
			return fmt.Errorf("it was kept with a field %s: the type has changed since", slices.Min(slices.Collect(maps.Keys(fields))))
		}
		return nil
	case reflect.Bool, reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return json.Unmarshal(raw, basic(to))
	}
	if !null {
		return fmt.Errorf("a %v that is kept as %.40s", to.Kind(), raw)
	}
	return nil
}

// basic is a pointer to the value as a type of its kind without methods, so
// that a method cannot change how it is read.
func basic(v reflect.Value) any {
	kinds := map[reflect.Kind]reflect.Type{
		reflect.Bool: reflect.TypeFor[bool](), reflect.String: reflect.TypeFor[string](),
		reflect.Int: reflect.TypeFor[int](), reflect.Int8: reflect.TypeFor[int8](), reflect.Int16: reflect.TypeFor[int16](),
		reflect.Int32: reflect.TypeFor[int32](), reflect.Int64: reflect.TypeFor[int64](),
		reflect.Uint: reflect.TypeFor[uint](), reflect.Uint8: reflect.TypeFor[uint8](), reflect.Uint16: reflect.TypeFor[uint16](),
		reflect.Uint32: reflect.TypeFor[uint32](), reflect.Uint64: reflect.TypeFor[uint64](), reflect.Uintptr: reflect.TypeFor[uintptr](),
	}
	return v.Addr().Convert(reflect.PointerTo(kinds[v.Kind()])).Interface()
}
