package kernelext

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"reflect"

	"github.com/janpfeifer/gonb/gonbui/protocol"

	"coexplore/internal/atomicfile"
)

// ErrNotKept is returned by Recall where no value of the key was kept.
var ErrNotKept = errors.New("nothing was kept under this name: run the cell that keeps it")

// ErrOtherInputs is returned by Recall where the value was made from other
// inputs than those named now.
var ErrOtherInputs = errors.New("it was made from other inputs: run the cell that keeps it again")

var (
	errOtherCode = errors.New("it was made by other code")
	errDamaged   = errors.New("its file is damaged: run the cell that keeps it again")
)

// keptEnding ends the names of kept values' files: a SHA-256, then, in gob's
// form, a keptHeader and the value.
const keptEnding = ".kept"

type keptHeader struct {
	Key, Type    string
	Inputs, Code string // hashes
}

// Keep returns what compute returns, and computes it only when something has
// changed: every cell is a program of its own, and what it computed is gone when
// it ends. A value is taken from what is kept if its key, its type, its inputs
// and the code that makes it are the same:
//
//	result, err := kernelext.Keep("search", fps, search)
//
// inputs is what the value is made from, such as the settings of a search: one
// value, or several in a []any, or nil. The code is that of the cell, or of the
// function if compute has a name, without comments and layout, with all that it
// uses of other cells, and the state of this module's files. What compute reads
// from elsewhere, such as a file, must be among the inputs.
//
// Values are kept until the kernel ends, or in the folder that $COEXPLORE_KEEP
// names; outside a notebook, without that, Keep only computes. Each key keeps one
// value, in the form of encoding/gob: empty slices and maps may come back nil. A
// value that gob would cut is returned with an error that names the field: one
// with a function, a channel or an interface in it, an unexported field that is
// not zero, or a pointer to a zero. A file that is damaged is computed again,
// with a notice on standard error.
func Keep[T any](key string, inputs any, compute func() (T, error)) (T, error) {
	var value T
	in, err := inputsHash(inputs)
	if err == nil && compute == nil {
		err = errors.New("no function to compute it")
	}
	if err != nil {
		return value, fmt.Errorf("kernelext: keeping %q: %w", key, err)
	}
	if _, err := keptFile(key); err != nil {
		return compute()
	}
	header := keptHeader{key, reflect.TypeFor[T]().String(), in, codeOf(compute)}
	if err = load(header, &value); err == nil {
		return value, nil
	}
	if errors.Is(err, errDamaged) {
		notice("what was kept as %q is damaged: it is computed again", key)
	}
	if value, err = compute(); err != nil {
		return value, err
	}
	if err := store(header, &value); err != nil {
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
		err = load(keptHeader{key, reflect.TypeFor[T]().String(), in, ""}, &value)
	}
	if err != nil {
		return value, fmt.Errorf("kernelext: recalling %q: %w", key, err)
	}
	return value, nil
}

// Forget drops what is kept under the keys; without keys, all that is kept. A
// key under which nothing is kept is no error.
func Forget(keys ...string) error {
	var files []string
	for _, k := range keys {
		if file, err := keptFile(k); err == nil {
			files = append(files, file)
		}
	}
	if all, err := keptFile("*"); len(keys) == 0 && err == nil {
		files, _ = filepath.Glob(filepath.Join(filepath.Dir(all), "*"+keptEnding))
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("kernelext: %w", err)
		}
	}
	return nil
}

// keptFile is where the value of a key is kept: in $COEXPLORE_KEEP, or in the
// kernel's own temporary folder, which goes when the kernel ends. Its name is the
// key, as far as that can be a name.
func keptFile(key string) (string, error) {
	dir := os.Getenv("COEXPLORE_KEEP")
	if dir == "" {
		if dir = os.Getenv(protocol.GONB_TMP_DIR_ENV); dir == "" {
			return "", ErrNoNotebook
		}
		dir = filepath.Join(dir, "kept")
	}
	name := url.PathEscape(key)
	if len(name) > 100 {
		name = name[:60] + hash(key)[:16]
	}
	return filepath.Join(dir, name+keptEnding), nil
}

// store writes the file of what value points to.
func store(header keptHeader, value any) error {
	v := reflect.ValueOf(value).Elem()
	if err := inspect(v, v.Type().String(), 0, nil); err != nil {
		return err
	}
	var b bytes.Buffer
	out := gob.NewEncoder(&b)
	if err := errors.Join(out.Encode(header), out.EncodeValue(v)); err != nil {
		return err
	}
	file, err := keptFile(header.Key)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(file), 0o700)
	}
	if err != nil {
		return err
	}
	return atomicfile.WriteUnforced(file, func(w io.Writer) error {
		sum := sha256.Sum256(b.Bytes())
		_, err := w.Write(sum[:])
		if err == nil {
			_, err = b.WriteTo(w)
		}
		return err
	})
}

// load reads the value that the header describes into what value points to; a
// Code of "" stands for any.
func load(want keptHeader, value any) error {
	file, err := keptFile(want.Key)
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotKept
	}
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(raw[min(len(raw), sha256.Size):]); !bytes.HasPrefix(raw, sum[:]) {
		return errDamaged
	}
	in := gob.NewDecoder(bytes.NewReader(raw[sha256.Size:]))
	var h keptHeader
	if in.Decode(&h) != nil {
		return errDamaged
	}
	switch {
	case h.Key != want.Key:
		return ErrNotKept
	case h.Type != want.Type:
		return fmt.Errorf("it is of type %s, not %s", h.Type, want.Type)
	case h.Inputs != want.Inputs:
		return ErrOtherInputs
	case want.Code != "" && h.Code != want.Code:
		return errOtherCode
	}
	if err := in.Decode(value); err != nil {
		reflect.ValueOf(value).Elem().SetZero()
		return fmt.Errorf("the type %s has changed since (%w): run the cell that keeps it again", h.Type, err)
	}
	return nil
}

// hash tells texts apart.
func hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d %s\n", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}
