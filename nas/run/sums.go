package run

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
)

// sameAsBefore keeps the checksum of what a field names, which has to be what it was when
// the run began.
func (c *Config) sameAsBefore(field, what, sum string) error {
	if before := c.Sums[field]; before != "" && before != sum {
		return fmt.Errorf("%s changed since the run began, or are of another place: find those of then, which --%s may name, or begin a run anew", what, field)
	}
	sums := maps.Clone(c.Sums)
	if sums == nil {
		sums = make(map[string]string)
	}
	sums[field] = sum
	c.Sums = sums
	return nil
}

// sameFile is sameAsBefore for the content of a file; none is asked for if path is empty.
func (c *Config) sameFile(field, path string) error {
	if path == "" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	return c.sameAsBefore(field, "the numbers in "+path, hex.EncodeToString(h.Sum(nil)))
}

// KeepPlaces makes the places of a run's files such that they mean the same from any
// folder.
func (c *Config) KeepPlaces() {
	for _, path := range []*string{&c.Data, &c.Table, &c.LatencyTable} {
		if *path == "" || *path == BuiltinTable || Generated(*path) {
			continue
		}
		if abs, err := filepath.Abs(*path); err == nil {
			*path = abs
		}
	}
}
