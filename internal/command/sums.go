package command

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"os"

	"coexplore/nas/run"
)

// sameAsBefore keeps the checksum of what a flag of a run names, which has to be what it
// was when the run began.
func sameAsBefore(c *run.Config, flag, what, sum string) error {
	if before := c.Sums[flag]; before != "" && before != sum {
		return fmt.Errorf("%s changed since the run began, or are of another place: find those of then, which --%s may name, or begin a run anew", what, flag)
	}
	sums := maps.Clone(c.Sums)
	if sums == nil {
		sums = make(map[string]string)
	}
	sums[flag] = sum
	c.Sums = sums
	return nil
}

// sameFile is sameAsBefore for the content of a file; none is asked for if path is empty.
func sameFile(c *run.Config, flag, path string) error {
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
	return sameAsBefore(c, flag, "the numbers in "+path, hex.EncodeToString(h.Sum(nil)))
}
