package kernelext

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
)

// ErrNotKept is returned by Recall where no value of the key was kept.
var ErrNotKept = errors.New("nothing was kept under this name: run the cell that keeps it")

// ErrOtherInputs is returned by Recall where the value was made from other
// inputs than those named now.
var ErrOtherInputs = errors.New("it was made from other inputs: run the cell that keeps it again")

var errOtherCode = errors.New("it was made by other code")

// Keep returns what compute returns, and computes it only when something has
// changed: every cell is a program of its own, and what it computed is gone when
// it ends. A value is taken from what is kept if its key, its type, its inputs
// and the code that makes it are the same:
//
//	result, err := kernelext.Keep("search", fps, search)
//
// inputs is what the value is made from, such as the settings of a search: one
// value, or several in a []any, or nil. The code is the source of compute
// without its comments, with the functions, types, constants and variables of
// the notebook that it uses, and the version of every module; variables of a
// cell that compute uses count as the statements that set them. What compute
// reads from elsewhere, such as a file, must be among the inputs.
//
// Values are kept until the kernel ends, or in the folder that $COEXPLORE_KEEP
// names; outside a notebook, without that, Keep only computes. Each key keeps one
// value. All that a value holds is kept, whatever its JSON tags say. One that
// cannot be kept whole is returned with an error: one with a function, a channel
// or an interface in it, or with an unexported field that is not zero. A file that
// is damaged is computed again, with a notice on standard error.
func Keep[T any](key string, inputs any, compute func() (T, error)) (T, error) {
	var value T
	in, err := inputsHash(inputs)
	if err != nil {
		return value, fmt.Errorf("kernelext: keeping %q: %w", key, err)
	}
	if compute == nil {
		return value, fmt.Errorf("kernelext: keeping %q: no function to compute it", key)
	}
	if _, err := keptFolder(); err != nil {
		return compute()
	}
	code := hash(sourceVersion(compute), moduleVersion())
	err = load(key, reflect.ValueOf(&value).Elem(), in, code)
	if err == nil {
		return value, nil
	}
	if errors.Is(err, errDamaged) {
		notice("what was kept as %q is damaged: it is computed again", key)
	}
	if value, err = compute(); err != nil {
		return value, err
	}
	if err := store(key, reflect.ValueOf(&value).Elem(), in, code); err != nil {
		return value, fmt.Errorf("kernelext: keeping %q: %w", key, err)
	}
	return value, nil
}

// Recall returns the value that was kept under the key, in a cell that does not
// know how to compute it. Its type and the inputs must be those that it was kept
// with; what code made it is not looked at.
func Recall[T any](key string, inputs ...any) (T, error) {
	var value T
	in, err := inputsHash(inputs)
	if err == nil {
		err = load(key, reflect.ValueOf(&value).Elem(), in, "")
	}
	if err != nil {
		return value, fmt.Errorf("kernelext: recalling %q: %w", key, err)
	}
	return value, nil
}

// inputsHash tells inputs apart, by their values and types.
func inputsHash(inputs any) (string, error) {
	list, ok := inputs.([]any)
	if !ok && inputs != nil {
		list = []any{inputs}
	}
	h := sha256.New()
	for i, in := range list {
		v := reflect.ValueOf(in)
		if !v.IsValid() {
			fmt.Fprintln(h, "nil")
			continue
		}
		e := &encoder{loose: true}
		if err := e.write(v, v.Type().String(), 0); err != nil {
			return "", fmt.Errorf("input %d: %w", i+1, err)
		}
		fmt.Fprintf(h, "%s\n", describe(v.Type()))
		size := 0
		for _, p := range append(e.pieces, e.last) {
			h.Write(p)
			size += len(p)
		}
		fmt.Fprintf(h, "\n%d\n", size)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
