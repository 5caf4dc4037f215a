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

// InstalledSpec is the folder of the GoNB kernel that the user's Jupyter knows, "" if it
// knows none, and whether that is one of InstallSpec's.
func InstalledSpec() (folder string, ours bool) {
	data, err := JupyterDataDir()
	if err != nil {
		return "", false
	}
	folder = filepath.Join(data, "kernels", KernelName)
	raw, err := os.ReadFile(filepath.Join(folder, "kernel.json"))
	if err != nil {
		return "", false
	}
	var spec kernelSpec
	ours = json.Unmarshal(raw, &spec) == nil && len(spec.Argv) > 0 && filepath.Dir(spec.Argv[0]) == filepath.Join(folder, "bin")
	return folder, ours
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
	if there, ours := InstalledSpec(); there != "" && !ours && !replace {
		return folder, fmt.Errorf("nbclient: %w in %s", ErrKernelInstalled, folder)
	}
	bin := filepath.Join(folder, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return folder, fmt.Errorf("nbclient: %w", err)
	}
	for _, p := range programs {
		if err := copyProgram(filepath.Join(bin, p.name), filepath.Join(t.Bin, p.name)); err != nil {
			return folder, fmt.Errorf("nbclient: %w", err)
		}
	}
	return folder, t.writeSpec(folder, bin)
}

// WriteSpec describes the kernel to a Jupyter for which folder is that of the kernel. It
// runs from this module's cache, and its cells may import the module's packages
// wherever the notebook is.
func (t *Tools) WriteSpec(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("nbclient: %w", err)
	}
	return t.writeSpec(folder, t.Bin, "--go_work="+t.Module)
}

func (t *Tools) writeSpec(folder, bin string, args ...string) error {
	// Jupyter puts its own PATH in; one that was started from a menu may lack go.
	env := map[string]string{"PATH": bin + ":" + t.Go + ":${PATH}"}
	for _, assignment := range settings {
		key, value, _ := strings.Cut(assignment, "=")
		env[key] = value
	}
	raw, err := json.MarshalIndent(kernelSpec{
		Argv:  append([]string{filepath.Join(bin, "gonb"), "--kernel", "{connection_file}", "--logtostderr"}, args...),
		Title: KernelTitle, Language: "go", InterruptMode: "message", Env: env,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("nbclient: %w", err)
	}
	return atomicfile.Write(filepath.Join(folder, "kernel.json"), append(raw, '\n'))
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
