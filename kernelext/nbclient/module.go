package nbclient

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
)

// FindModule returns the folder of the coexplore module that dir is in.
func FindModule(dir string) (string, error) {
	module, err := findModule(dir)
	if err != nil {
		return "", fmt.Errorf("nbclient: %w", err)
	}
	return module, nil
}

var goLine = regexp.MustCompile(`(?m)^go .*$`)

// useModule lets the cells of GoNB import the packages of the coexplore module, wherever
// the notebook is: it writes the go.work file that a notebook's first cell would make.
func (k *Kernel) useModule() error {
	if k.command.module == "" {
		return nil
	}
	mods, err := filepath.Glob(filepath.Join(k.process.Folder, "gonb_*", "go.mod"))
	if err != nil || len(mods) == 0 {
		return err
	}
	mod, err := os.ReadFile(mods[0])
	if err != nil {
		return err
	}
	work := fmt.Sprintf("%s\n\nuse (\n\t.\n\t%s\n)\n", goLine.Find(mod), strconv.Quote(k.command.module))
	return os.WriteFile(filepath.Join(filepath.Dir(mods[0]), "go.work"), []byte(work), 0o644)
}
