// Package writable tries the places that a command will write to before it begins
// work that takes long, so that a mistyped path costs no hours.
//
//	if err := writable.File("nets/best.onnx"); err != nil {
//		return err // cannot write nets/best.onnx: there is no folder nets
//	}
//
// Both functions leave nothing behind. A disk that fills up later is not foreseen.
package writable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// File returns an error if no file can be put at path: its folder must be there
// and take a new file. A file that is at path already is not touched; a folder
// there is an error.
func File(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("cannot write %s: it is a folder; give a file in it", path)
	}
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("cannot write %s: there is no folder %s; make it first", path, dir)
	case err != nil:
		return fmt.Errorf("cannot write %s: %w", path, err)
	case !info.IsDir():
		return fmt.Errorf("cannot write %s: %s is a file, not a folder", path, dir)
	}
	if err := try(dir); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return nil
}

// Folder returns an error if no file can be put into the folder at path, which
// need not be there: it is enough that the part of path that is there takes new
// folders.
func Folder(path string) error {
	for dir := filepath.Clean(path); ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir):
			continue
		case err != nil:
			return fmt.Errorf("cannot write to %s: %w", path, err)
		case !info.IsDir():
			return fmt.Errorf("cannot write to %s: %s is a file, not a folder", path, dir)
		}
		if err := try(dir); err != nil {
			return fmt.Errorf("cannot write to %s: %w", path, err)
		}
		return nil
	}
}

// try makes a file in dir and removes it.
func try(dir string) error {
	f, err := os.CreateTemp(dir, ".writable.*")
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) { // without the name of the file, which says nothing
			return fmt.Errorf("the folder %s takes no files: %w", dir, path.Err)
		}
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
