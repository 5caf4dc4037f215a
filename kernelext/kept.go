package kernelext

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/janpfeifer/gonb/gonbui/protocol"

	"coexplore/internal/atomicfile"
)

// keptMark begins every file of a kept value.
const keptMark = "coexplore kept value 1 " + runtime.GOARCH + " "

// keptHeader is the first line of a kept value's file, after the mark and its own
// checksum; the value's bytes follow.
type keptHeader struct {
	Key    string    `json:"key"`
	Type   string    `json:"type"`
	Layout string    `json:"layout"` // hash of the type in full
	Inputs string    `json:"inputs"` // hash
	Code   string    `json:"code"`   // hash of the function, its module and what it uses; "" if a value was kept
	Size   int       `json:"size"`   // bytes
	Sum    uint32    `json:"sum"`    // CRC-32C of them
	When   time.Time `json:"when"`
}

// KeptValue says what Keep has stored under a key.
type KeptValue struct {
	Key   string    `table:"key"`
	Type  string    `table:"type"`
	Bytes int       `table:"bytes"`
	When  time.Time `table:"-"` // when it was stored
}

// Kept lists what is kept, by key. Files that are damaged are left out. Outside
// a notebook the list is empty, unless $COEXPLORE_KEEP names a folder.
func Kept() ([]KeptValue, error) {
	dir, err := keptFolder()
	if err != nil {
		return nil, nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"+keptEnding))
	if err != nil {
		return nil, fmt.Errorf("kernelext: %w", err)
	}
	var list []KeptValue
	for _, name := range files {
		h, f, _, err := openKept(name)
		if err != nil {
			continue
		}
		f.Close()
		list = append(list, KeptValue{h.Key, h.Type, h.Size, h.When})
	}
	slices.SortFunc(list, func(a, b KeptValue) int { return strings.Compare(a.Key, b.Key) })
	return list, nil
}

// Forget drops what is kept under the keys; without keys, all that is kept. A
// key under which nothing is kept is no error.
func Forget(keys ...string) error {
	dir, err := keptFolder()
	if err != nil {
		return nil
	}
	var files []string
	for _, k := range keys {
		files = append(files, filepath.Join(dir, keptName(k)))
	}
	if len(keys) == 0 {
		if files, err = filepath.Glob(filepath.Join(dir, "*"+keptEnding)); err != nil {
			return fmt.Errorf("kernelext: %w", err)
		}
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("kernelext: %w", err)
		}
	}
	return nil
}

const keptEnding = ".kept"

// keptName is the file's name for a key: the key itself, as far as it can be a name.
func keptName(key string) string {
	name := url.PathEscape(key)
	if len(name) > 100 {
		sum := sha256.Sum256([]byte(key))
		name = name[:60] + hex.EncodeToString(sum[:8])
	}
	return name + keptEnding
}

// keptFolder is where values are kept: $COEXPLORE_KEEP, or the kernel's own
// temporary folder, which goes when the kernel ends.
func keptFolder() (string, error) {
	if dir := os.Getenv("COEXPLORE_KEEP"); dir != "" {
		return dir, nil
	}
	dir := os.Getenv(protocol.GONB_TMP_DIR_ENV)
	if dir == "" {
		return "", ErrNoNotebook
	}
	return filepath.Join(dir, "kept"), nil
}

// store writes a value's file.
func store(key string, v reflect.Value, inputs, code string) error {
	dir, err := keptFolder()
	if err != nil {
		return err
	}
	pieces, err := encode(v)
	if err != nil {
		return err
	}
	h := keptHeader{Key: key, Type: v.Type().String(), Layout: hash(describe(v.Type())), Inputs: inputs, Code: code, When: time.Now()}
	for _, p := range pieces {
		h.Size += len(p)
		h.Sum = crc32.Update(h.Sum, castagnoli, p)
	}
	line, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return atomicfile.WriteUnforced(filepath.Join(dir, keptName(key)), func(w io.Writer) error {
		_, err := io.WriteString(w, headerLine(line))
		for _, p := range pieces {
			if err == nil {
				_, err = w.Write(p)
			}
		}
		return err
	})
}

// headerLine is the first line of a kept value's file.
func headerLine(fields []byte) string {
	return fmt.Sprintf("%s%08x %s\n", keptMark, crc32.Checksum(fields, castagnoli), fields)
}

// openKept opens a kept value's file behind its header. The caller closes it.
func openKept(name string) (h keptHeader, f *os.File, d *decoder, err error) {
	f, err = os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil, nil, ErrNotKept
	}
	if err != nil {
		return h, nil, nil, err
	}
	in := bufio.NewReaderSize(f, 1<<16)
	line, err := in.ReadBytes('\n')
	if err == nil {
		_, fields, _ := strings.Cut(strings.TrimPrefix(string(line), keptMark), " ")
		fields = strings.TrimSuffix(fields, "\n")
		if string(line) != headerLine([]byte(fields)) || json.Unmarshal([]byte(fields), &h) != nil {
			err = errDamaged
		}
	}
	if info, e := f.Stat(); err == nil && (e != nil || info.Size() != int64(len(line)+h.Size)) {
		err = errDamaged
	}
	if err != nil {
		f.Close()
		return h, nil, nil, errDamaged
	}
	return h, f, newDecoder(in, h.Size), nil
}

// load reads the value of a key, which was made from these inputs by this code;
// "" stands for any code.
func load(key string, to reflect.Value, inputs, code string) error {
	dir, err := keptFolder()
	if err != nil {
		return err
	}
	h, f, d, err := openKept(filepath.Join(dir, keptName(key)))
	if err != nil {
		return err
	}
	defer f.Close()
	switch {
	case h.Key != key:
		return ErrNotKept
	case h.Type != to.Type().String():
		return fmt.Errorf("it is of type %s, not %s", h.Type, to.Type())
	case h.Layout != hash(describe(to.Type())):
		return fmt.Errorf("the type %s has changed since", to.Type())
	case h.Inputs != inputs:
		return ErrOtherInputs
	case code != "" && h.Code != code:
		return errOtherCode
	}
	err = d.value(to)
	if err == nil {
		err = d.end(h.Sum)
	}
	if err != nil {
		to.SetZero()
		return errDamaged
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
