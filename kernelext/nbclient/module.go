package nbclient

import "fmt"

// FindModule returns the folder of the coexplore module that dir is in.
func FindModule(dir string) (string, error) {
	module, err := findModule(dir)
	if err != nil {
		return "", fmt.Errorf("nbclient: %w", err)
	}
	return module, nil
}
