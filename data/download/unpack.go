package download

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
)

// unpackMaxFiles is how many entries an archive may have. CIFAR-10's has nine.
const unpackMaxFiles = 1000

// unpack extracts the files of a .tar.gz, of most bytes together, into the folder
// dir. Each gets its name
// when it is whole. Entries that are neither plain files nor folders, or that
// would lie outside dir, are refused, as is an archive that grows beyond its known size; dir is
// opened as an os.Root, so that no symbolic link in it leads out either.
func unpack(archive, dir string, most int64) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	defer z.Close()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()

	left := most
	entries := 0
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if entries++; entries > unpackMaxFiles {
			return fmt.Errorf("more than %d entries", unpackMaxFiles)
		}
		name := path.Clean(h.Name)
		if !filepath.IsLocal(name) {
			return fmt.Errorf("entry %q lies outside the folder", h.Name)
		}
		switch h.Typeflag {
		case tar.TypeDir:
			if err := root.MkdirAll(name, 0o755); err != nil {
				return err
			}
		case tar.TypeReg:
			if left -= h.Size; left < 0 {
				return fmt.Errorf("more than the %d bytes that are known of it when unpacked", most)
			}
			if err := unpackFile(root, name, r, h.Size); err != nil {
				return fmt.Errorf("entry %q: %w", h.Name, err)
			}
		case tar.TypeXGlobalHeader:
		default:
			return fmt.Errorf("entry %q is neither a file nor a folder", h.Name)
		}
	}
}

// unpackFile writes one file below root.
func unpackFile(root *os.Root, name string, r io.Reader, size int64) error {
	if parent := path.Dir(name); parent != "." {
		if err := root.MkdirAll(parent, 0o755); err != nil {
			return err
		}
	}
	part := name + ".part"
	w, err := root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = io.CopyN(w, r, size)
	if err = errors.Join(err, w.Close()); err == nil {
		err = root.Rename(part, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(part))
	}
	return nil
}
