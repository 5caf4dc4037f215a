package kernelext

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/janpfeifer/gonb/gonbui/protocol"

	"coexplore/internal/atomicfile"
)

// numbered is the captions so far, in the order of their numbers.
type numbered struct {
	Figures, Tables []string
}

// here is the captions of a program without a kernel.
var here numbered

// number puts the kind and number before a caption: "Figure 3. The front." In a
// notebook the numbers go on from cell to cell, until the kernel ends.
func number(table bool, caption string) (string, error) {
	caption = strings.TrimSpace(caption)
	all := &here
	file := ""
	if dir := os.Getenv(protocol.GONB_TMP_DIR_ENV); dir != "" {
		file, all = filepath.Join(dir, "captions.json"), &numbered{}
		raw, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(raw, all)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("kernelext: numbers of figures: %w", err)
		}
	}
	kind, list := "Figure", &all.Figures
	if table {
		kind, list = "Table", &all.Tables
	}
	n := slices.Index(*list, caption)
	if n < 0 {
		n = len(*list)
		*list = append(*list, caption)
		if file != "" {
			raw, err := json.Marshal(all)
			if err == nil {
				err = atomicfile.Write(file, raw)
			}
			if err != nil {
				return "", fmt.Errorf("kernelext: numbers of figures: %w", err)
			}
		}
	}
	return fmt.Sprintf("%s %d. %s", kind, n+1, caption), nil
}
