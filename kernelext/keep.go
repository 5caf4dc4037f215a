package kernelext

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"reflect"

	"github.com/janpfeifer/gonb/gonbui/protocol"

	"coexplore/internal/atomicfile"
)

// kept is the file of a value.
type kept struct {
	Name   string          `json:"name"`
	Type   string          `json:"type"`
	Inputs string          `json:"inputs"` // hash
	Value  json.RawMessage `json:"value"`
}

// ErrNotKept is returned by Recall where no value of the name was kept.
var ErrNotKept = errors.New("nothing was kept under this name: run the cell that keeps it")

// ErrOtherInputs is returned by Recall where the value was made from other
// inputs than those named now.
var ErrOtherInputs = errors.New("it was made from other inputs: run the cell that keeps it again")

// Keep stores a value for other cells of this notebook, until its kernel ends:
// every cell is a program of its own, and what it computed is gone when it
// ends. inputs are what the value was made from, such as the settings of a
// search; Recall wants the same, so that a value never outlives the settings
// that it belongs to.
//
// All that a value holds is kept, whatever its JSON tags say. A value that
// cannot be kept whole is refused: one with a function, a channel or an
// interface in it, or with an unexported field that is not zero.
func Keep(name string, value any, inputs ...any) error {
	file, err := keepFile(name)
	if err != nil {
		return err
	}
	hash, err := inputsHash(inputs)
	if err != nil {
		return fmt.Errorf("kernelext: keeping %q: %w", name, err)
	}
	v := reflect.ValueOf(value)
	if !v.IsValid() {
		return fmt.Errorf("kernelext: keeping %q: there is no value", name)
	}
	raw, err := encode(v)
	if err != nil {
		return fmt.Errorf("kernelext: keeping %q: %w", name, err)
	}
	whole, err := json.Marshal(kept{Name: name, Type: v.Type().String(), Inputs: hash, Value: raw})
	if err != nil {
		return fmt.Errorf("kernelext: keeping %q: %w", name, err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return fmt.Errorf("kernelext: keeping %q: %w", name, err)
	}
	return atomicfile.Write(file, whole)
}

// Recall returns the value that was kept under the name. Its type and the
// inputs must be those that it was kept with.
func Recall[T any](name string, inputs ...any) (T, error) {
	var value T
	file, err := keepFile(name)
	if err != nil {
		return value, err
	}
	err = recall(file, reflect.ValueOf(&value).Elem(), inputs)
	if err != nil {
		var zero T
		return zero, fmt.Errorf("kernelext: recalling %q: %w", name, err)
	}
	return value, nil
}

func recall(file string, to reflect.Value, inputs []any) error {
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotKept
	}
	if err != nil {
		return err
	}
	var k kept
	if err := json.Unmarshal(raw, &k); err != nil {
		return err
	}
	if want := to.Type().String(); k.Type != want {
		return fmt.Errorf("it is of type %s, not %s", k.Type, want)
	}
	hash, err := inputsHash(inputs)
	if err != nil {
		return err
	}
	if hash != k.Inputs {
		return ErrOtherInputs
	}
	return decode(k.Value, to)
}

// keepFile is the file for a name, in the kernel's own temporary folder, which
// goes when the kernel ends.
func keepFile(name string) (string, error) {
	dir := os.Getenv(protocol.GONB_TMP_DIR_ENV)
	if dir == "" {
		return "", ErrNoNotebook
	}
	return filepath.Join(dir, "kept", url.PathEscape(name)+".json"), nil
}

// inputsHash tells inputs apart, by their values and types.
func inputsHash(inputs []any) (string, error) {
	h := sha256.New()
	for i, in := range inputs {
		v := reflect.ValueOf(in)
		if !v.IsValid() {
			fmt.Fprintln(h, "nil")
			continue
		}
		raw, err := encode(v)
		if err != nil {
			return "", fmt.Errorf("input %d: %w", i+1, err)
		}
		fmt.Fprintf(h, "%v %s\n", v.Type(), raw)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
