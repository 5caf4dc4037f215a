// Package atomicfile writes files that are either whole or not there.
package atomicfile

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes data to the file of that name, replacing it in one step: whoever
// reads the file sees its old content or its new one, also after a crash or on a
// full disk.
func Write(path string, data []byte) error {
	return WriteTo(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// WriteTo is Write for content that a function produces.
func WriteTo(path string, produce func(io.Writer) error) error {
	return writeTo(path, produce, true)
}

// WriteUnforced is WriteTo without waiting for the disk: after the machine's own
// crash the file may hold anything. It is for content that is checked when it is
// read and can be made again.
func WriteUnforced(path string, produce func(io.Writer) error) error {
	return writeTo(path, produce, false)
}

func writeTo(path string, produce func(io.Writer) error, force bool) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, cause(err))
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
			err = fmt.Errorf("cannot write %s: %w", path, cause(err))
		}
	}()
	if err := produce(f); err != nil {
		return err
	}
	if force {
		if err := f.Sync(); err != nil {
			return err
		}
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// cause is what the system says of a file, without the name that nobody gave it.
func cause(err error) error {
	if p, ok := err.(*fs.PathError); ok {
		return p.Err
	}
	if l, ok := err.(*os.LinkError); ok {
		return l.Err
	}
	return err
}
