package kernelext

import (
	"encoding"
	"encoding/gob"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// inputsHash tells inputs apart, by their values and types.
func inputsHash(inputs any) (string, error) {
	list, ok := inputs.([]any)
	if !ok && inputs != nil {
		list = []any{inputs}
	}
	var b strings.Builder
	for i, in := range list {
		if err := inspect(reflect.ValueOf(&in).Elem(), "", 0, &b); err != nil {
			return "", fmt.Errorf("input %d: %w", i+1, err)
		}
	}
	return hash(b.String()), nil
}

// inspect looks through the value at the path for what gob would leave out in
// silence, or cannot write. With a text it writes all that the value is made of
// there, and lets interfaces be: such a value is compared, and not read back.
func inspect(v reflect.Value, path string, depth int, text *strings.Builder) error {
	cannot := func(why string) error {
		return fmt.Errorf("%.200s %s: keep a value without it, made of exported numbers, texts, slices, maps and structs", path, why)
	}
	if depth > 200 {
		return cannot("contains itself, or is too deep")
	}
	inner := func(v reflect.Value, path string) error { return inspect(v, path, depth+1, text) }
	if text != nil {
		fmt.Fprintf(text, "%s %s ", path, v.Type())
	}
	if whole, ok := bytesOf(v); ok {
		raw, err := whole()
		if text != nil {
			fmt.Fprintf(text, "%x\n", raw)
		}
		return err
	}
	switch v.Kind() {
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		if !v.IsNil() {
			return cannot("is a " + v.Kind().String())
		}
	case reflect.Interface, reflect.Pointer:
		switch {
		case v.IsNil():
		case text != nil:
			return inner(v.Elem(), path)
		case v.Kind() == reflect.Interface:
			return cannot("is an interface")
		case depth > 0 && v.Elem().Kind() != reflect.Struct && v.Elem().IsZero():
			return cannot("points to a zero, which would come back as nil")
		default:
			return inner(v.Elem(), path)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			at := path + "." + v.Type().Field(i).Name
			if v.Type().Field(i).IsExported() {
				if err := inner(v.Field(i), at); err != nil {
					return err
				}
			} else if !v.Field(i).IsZero() {
				return cannot("has " + at + ", which is unexported and not zero")
			}
		}
	case reflect.Slice, reflect.Array:
		if k := v.Type().Elem().Kind(); text == nil && (k <= reflect.Complex128 || k == reflect.String) {
			break // nothing can be wrong with any of them
		}
		for i := range v.Len() {
			if err := inner(v.Index(i), fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		for _, k := range keys {
			at := fmt.Sprintf("%s[%v]", path, k)
			if err := errors.Join(inner(k, at+" key"), inner(v.MapIndex(k), at)); err != nil {
				return err
			}
		}
	default:
		if text != nil {
			fmt.Fprintf(text, "%#v", v)
		}
	}
	if text != nil {
		text.WriteString("\n")
	}
	return nil
}

// bytesOf is the method by which gob gets a value's bytes from the value itself,
// where it has one.
func bytesOf(v reflect.Value) (method func() ([]byte, error), ok bool) {
	if v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		return nil, false
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	switch v := p.Interface().(type) {
	case gob.GobEncoder:
		return v.GobEncode, true
	case encoding.BinaryMarshaler:
		return v.MarshalBinary, true
	}
	return nil, false
}
