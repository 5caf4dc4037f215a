package nbclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"coexplore/internal/guard"
)

// KernelName and KernelTitle are what Jupyter calls the GoNB kernel.
const (
	KernelName  = "gonb"
	KernelTitle = "Go (gonb)"
)

// The programs that a kernel needs, beside go itself. Their versions are those
// of this module's go.mod, where they are tools.
var programs = []struct{ module, path, name string }{
	{"github.com/janpfeifer/gonb", "github.com/janpfeifer/gonb", "gonb"},
	{"golang.org/x/tools", "golang.org/x/tools/cmd/goimports", "goimports"},
}

// ErrNoModule is the error of Provision where it finds no coexplore module.
var ErrNoModule = errors.New("no coexplore module")

// Tools are the programs that run notebooks, built and ready.
type Tools struct {
	Bin    string // folder with gonb and goimports
	Module string // folder of the coexplore module that notebooks use
	Go     string // folder of the go command
}

// Provision finds the coexplore module at or above the folder dir and makes
// sure that the kernel of the version that it asks for is there, in the user's
// cache folder; the first time it builds it, which takes a minute. It also
// compiles the module's packages, so that no cell has to wait for that. Progress
// goes to log.
func Provision(ctx context.Context, dir string, log io.Writer) (*Tools, error) {
	module, err := findModule(dir)
	if err != nil {
		return nil, fmt.Errorf("nbclient: %w", err)
	}
	goTool, err := findGo()
	if err != nil {
		return nil, fmt.Errorf("nbclient: %w", err)
	}
	t := &Tools{Module: module, Go: filepath.Dir(goTool)}
	if err := t.build(ctx, log); err != nil {
		return nil, fmt.Errorf("nbclient: building the kernel: %w", err)
	}
	// A package that does not compile is no reason to stop here: only cells
	// that use it fail, and they say why.
	t.run(ctx, "build", "./...")
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	return t, nil
}

// findModule returns the folder, dir or one above it, of the coexplore module.
func findModule(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for d := abs; ; d = filepath.Dir(d) {
		mod, err := os.ReadFile(filepath.Join(d, "go.mod"))
		if err == nil && bytes.Contains(mod, []byte("module coexplore\n")) {
			return d, nil
		}
		if d == filepath.Dir(d) {
			return "", fmt.Errorf("%w at %s or above it: run this inside a copy of the coexplore repository", ErrNoModule, abs)
		}
	}
}

// findGo returns the path of the go command.
func findGo() (string, error) {
	if path, err := exec.LookPath("go"); err == nil {
		return filepath.Abs(path)
	}
	if root := os.Getenv("GOROOT"); root != "" {
		path := filepath.Join(root, "bin", "go")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", errors.New("notebooks need the go command on PATH: see go.dev/doc/install")
}

// settings are what kernels run with and packages are compiled with for them, whatever
// the user has set for other work: modules, no workspace, no flags such as -mod=mod or
// -race, which a cell cannot be built with, and a link without symbols, which makes a
// cell a third faster.
var settings = []string{"GO111MODULE=on", "GOWORK=", "CGO_ENABLED=0", "GOFLAGS=-ldflags=-w"}

// Env is the environment of kernels: that of this process with the programs on PATH and
// with settings that make cells fast.
func (t *Tools) Env() []string {
	path := t.Go + string(os.PathListSeparator) + os.Getenv("PATH")
	if t.Bin != "" {
		path = t.Bin + string(os.PathListSeparator) + path
	}
	env := setEnv(os.Environ(), "PATH="+path)
	for _, assignment := range settings {
		env = setEnv(env, assignment)
	}
	return env
}

// Kernel is the command that starts a kernel for a notebook in the folder dir. Its
// cells may import the packages of the coexplore module that dir is in, and those of
// Tools where it is in none.
func (t *Tools) Kernel(dir string) KernelCommand {
	module, err := findModule(dir)
	if err != nil {
		module = t.Module
	}
	return KernelCommand{
		Argv: []string{filepath.Join(t.Bin, "gonb"), "--kernel", "{connection_file}", "--raw_error", "--logtostderr"},
		Dir:  dir, Env: t.Env(), module: module,
	}
}

// run runs the go command in the module's folder and returns its output. It ends with
// this process, and takes its temporary files with it.
func (t *Tools) run(ctx context.Context, args ...string) (string, error) {
	var out, errs bytes.Buffer
	g, err := guard.New("coexplore-build-", &out, &errs)
	if err != nil {
		return "", err
	}
	defer g.Close()
	argv := append([]string{filepath.Join(t.Go, "go")}, args...)
	if err := g.Start(guard.Command{Argv: argv, Dir: t.Module, Env: setEnv(t.Env(), "TMPDIR="+g.Folder)}); err != nil {
		return "", err
	}
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case <-g.Done():
	}
	if err := g.Err(); err != nil {
		return "", fmt.Errorf("go %s: %w: %s", args[0], err, strings.TrimSpace(errs.String()))
	}
	return strings.TrimSpace(out.String()), nil
}

// build sets Bin, and builds what is not there yet.
func (t *Tools) build(ctx context.Context, log io.Writer) error {
	cache, err := os.UserCacheDir()
	if err != nil {
		return fmt.Errorf("no folder for the kernel: %w", err)
	}
	list := []string{"list", "-m", "-f", "{{.Version}}"}
	for _, p := range programs {
		list = append(list, p.module)
	}
	versions, err := t.run(ctx, list...)
	if err != nil {
		return err
	}
	var key []string
	for i, v := range strings.Fields(versions) {
		key = append(key, programs[i].name+"-"+v)
	}
	key = append(key, strings.ReplaceAll(runtime.Version(), " ", "-"), runtime.GOOS+"-"+runtime.GOARCH)
	parent := filepath.Join(cache, "coexplore", "kernel")
	t.Bin = filepath.Join(parent, strings.Join(key, "_"))
	unfinished, _ := filepath.Glob(filepath.Join(parent, "building-*"))
	for _, dir := range unfinished { // of one that was killed
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > time.Hour {
			os.RemoveAll(dir)
		}
	}
	if t.ready() {
		return nil
	}
	fmt.Fprintf(log, "building the notebook kernel (%s), once; this takes about a minute ...\n", strings.Join(key[:2], ", "))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(parent, "building-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	args := []string{"build", "-o", fresh + string(filepath.Separator)}
	for _, p := range programs {
		args = append(args, p.path)
	}
	if _, err := t.run(ctx, args...); err != nil {
		return err
	}
	if err := os.Chmod(fresh, 0o755); err != nil {
		return err
	}
	if err := os.Rename(fresh, t.Bin); err != nil && !t.ready() { // another process may have been faster
		return err
	}
	return nil
}

// ready says whether all programs are in Bin.
func (t *Tools) ready() bool {
	for _, p := range programs {
		if info, err := os.Stat(filepath.Join(t.Bin, p.name)); err != nil || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return true
}
