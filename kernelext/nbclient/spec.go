package nbclient

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"coexplore/internal/atomicfile"
)

// kernelSpec is Jupyter's kernel.json.
type kernelSpec struct {
	Argv          []string          `json:"argv"`
	Title         string            `json:"display_name"`
	Language      string            `json:"language"`
	InterruptMode string            `json:"interrupt_mode"`
	Env           map[string]string `json:"env"`
}

// ErrKernelInstalled is the error of InstallSpec where Jupyter knows a GoNB
// kernel that this module did not install.
var ErrKernelInstalled = errors.New("another GoNB kernel is installed")

// JupyterDataDir is the user's folder for Jupyter's data: $JUPYTER_DATA_DIR, or
// what Jupyter takes on this system.
func JupyterDataDir() (string, error) {
	if dir := os.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("nbclient: no folder for Jupyter's data: %w", err)
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Jupyter"), nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "jupyter"), nil
	}
	return filepath.Join(home, ".local", "share", "jupyter"), nil
}

// InstallSpec makes the kernel known to the user's Jupyter and returns the
// folder where it put it, programs included, so that it goes on working
// without this module's cache. A GoNB kernel that is there already and is not
// ours stays, with ErrKernelInstalled, unless replace is set.
func (t *Tools) InstallSpec(replace bool) (folder string, err error) {
	data, err := JupyterDataDir()
	if err != nil {
		return "", err
	}
	folder = filepath.Join(data, "kernels", KernelName)
	bin, file := filepath.Join(folder, "bin"), filepath.Join(folder, "kernel.json")
	if raw, err := os.ReadFile(file); err == nil && !replace {
		var old kernelSpec
		if json.Unmarshal(raw, &old) != nil || len(old.Argv) == 0 || filepath.Dir(old.Argv[0]) != bin {
			return folder, fmt.Errorf("nbclient: %w in %s", ErrKernelInstalled, folder)
		}
	}
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return folder, fmt.Errorf("nbclient: %w", err)
	}
	for _, p := range programs {
		if err := copyProgram(filepath.Join(bin, p.name), filepath.Join(t.Bin, p.name)); err != nil {
			return folder, fmt.Errorf("nbclient: %w", err)
		}
	}
	// Jupyter puts its own PATH in; one that was started from a menu may lack go.
	env := map[string]string{"PATH": bin + ":" + t.Go + ":${PATH}"}
	for _, assignment := range settings("") {
		key, value, _ := strings.Cut(assignment, "=")
		env[key] = value
	}
	raw, err := json.MarshalIndent(kernelSpec{
		Argv:  []string{filepath.Join(bin, "gonb"), "--kernel", "{connection_file}", "--logtostderr"},
		Title: KernelTitle, Language: "go", InterruptMode: "message",
		Env: env,
	}, "", "  ")
	if err != nil {
		return folder, fmt.Errorf("nbclient: %w", err)
	}
	return folder, atomicfile.Write(file, append(raw, '\n'))
}

// copyProgram copies an executable file.
func copyProgram(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	err = atomicfile.WriteTo(to, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
	if err != nil {
		return err
	}
	return os.Chmod(to, 0o755)
}
