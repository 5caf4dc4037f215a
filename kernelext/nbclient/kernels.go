package nbclient

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// KernelName is the name of the kernel that the notebook asks for in its metadata.
func (nb *Notebook) KernelName() string {
	spec, _ := nb.Metadata["kernelspec"].(map[string]any)
	name, _ := spec["name"].(string)
	return name
}

// FindKernel is the command that starts the kernel that the user's Jupyter knows by the
// name, for a notebook in the folder dir. The name is that of Notebook.KernelName; for
// GoNB's, KernelName, Tools.Kernel is the one that goes with this module. It looks where
// Jupyter does (jupyter-client.readthedocs.io, "Making kernels for Jupyter").
func FindKernel(name, dir string) (KernelCommand, error) {
	var known []string
	for _, data := range jupyterPath() {
		kernels := filepath.Join(data, "kernels")
		entries, _ := os.ReadDir(kernels)
		for _, e := range entries {
			folder := filepath.Join(kernels, e.Name())
			raw, err := os.ReadFile(filepath.Join(folder, "kernel.json"))
			if err != nil {
				continue
			}
			if !strings.EqualFold(e.Name(), name) {
				known = append(known, strings.ToLower(e.Name()))
				continue
			}
			var spec kernelSpec
			if err := json.Unmarshal(raw, &spec); err != nil || len(spec.Argv) == 0 {
				return KernelCommand{}, fmt.Errorf("nbclient: the kernel %q is described wrongly in %s", name, folder)
			}
			return spec.command(folder, dir), nil
		}
	}
	slices.Sort(known)
	there := "it knows none"
	if known = slices.Compact(known); len(known) > 0 {
		there = "it knows " + strings.Join(known, ", ")
	}
	return KernelCommand{}, fmt.Errorf("nbclient: the notebook asks for the kernel %q, which Jupyter does not know here (%s): install it, or choose another in the notebook", name, there)
}

var variable = regexp.MustCompile(`\$\{(\w+)\}`)

// command fills in what a kernel's description leaves open.
func (s *kernelSpec) command(folder, dir string) KernelCommand {
	c := KernelCommand{Dir: dir, Env: os.Environ(), InterruptByMessage: s.InterruptMode == "message"}
	for _, a := range s.Argv {
		c.Argv = append(c.Argv, strings.ReplaceAll(a, "{resource_dir}", folder))
	}
	for key, value := range s.Env {
		value = variable.ReplaceAllStringFunc(value, func(v string) string { return os.Getenv(v[2 : len(v)-1]) })
		c.Env = setEnv(c.Env, key+"="+value)
	}
	return c
}

// jupyterPath lists the folders of Jupyter's data, the user's first.
func jupyterPath() []string {
	list := filepath.SplitList(os.Getenv("JUPYTER_PATH"))
	if dir, err := JupyterDataDir(); err == nil {
		list = append(list, dir)
	}
	for _, prefix := range []string{os.Getenv("VIRTUAL_ENV"), os.Getenv("CONDA_PREFIX")} {
		if prefix != "" {
			list = append(list, filepath.Join(prefix, "share", "jupyter"))
		}
	}
	for _, program := range []string{"jupyter", "jupyter-notebook", "jupyter-lab", "python3"} {
		if path, err := exec.LookPath(program); err == nil {
			list = append(list, filepath.Join(filepath.Dir(filepath.Dir(path)), "share", "jupyter"))
		}
	}
	return append(list, "/usr/local/share/jupyter", "/usr/share/jupyter")
}
