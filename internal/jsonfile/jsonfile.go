// Package jsonfile reads JSON files that people may have written or damaged: its
// errors name the line or the field, and no types of Go.
//
//	var settings struct{ FPS float64 }
//	if err := jsonfile.Unmarshal(content, &settings); err != nil {
//		return fmt.Errorf("run: %s is damaged: %w", path, err)
//	}
package jsonfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Unmarshal is json.Unmarshal with other errors: "line 3: ..." where the content stops
// being JSON, and "field a.b: ..." where a value is of the wrong kind.
func Unmarshal(content []byte, v any) error {
	return explain(content, json.Unmarshal(content, v))
}

// UnmarshalKnown is Unmarshal that also refuses a field that v does not have.
func UnmarshalKnown(content []byte, v any) error {
	if err := Unmarshal(content, v); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	return explain(content, d.Decode(v))
}

// explain is an error of decoding in other words.
func explain(content []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		line := 1 + bytes.Count(content[:min(int(syntax.Offset), len(content))], []byte("\n"))
		return fmt.Errorf("line %d: %s", line, strings.TrimPrefix(syntax.Error(), "json: "))
	case errors.As(err, &kind) && kind.Field == "":
		return fmt.Errorf("must be %s, is %s", words(kind.Type), found(kind.Value))
	case errors.As(err, &kind):
		return fmt.Errorf("field %s: must be %s, is %s", kind.Field, words(kind.Type), found(kind.Value))
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

// found is the kind of a value that was found, of which JSON says "number 3" where it
// does not fit.
func found(value string) string {
	switch kind, rest, _ := strings.Cut(value, " "); kind {
	case "string":
		return "a text"
	case "number":
		return strings.TrimSpace("a number " + rest)
	case "bool":
		return "true or false"
	case "array":
		return "a list"
	case "object":
		return "an object"
	}
	return value
}

// words is a type's kind of value, in words.
func words(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number, 0 or more"
	case reflect.String:
		return "a text"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Pointer:
		return words(t.Elem())
	}
	return "an object"
}
