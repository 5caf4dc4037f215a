//go:build unix

package nbclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

var provision = sync.OnceValues(func() (*Tools, error) {
	return Provision(context.Background(), ".", os.Stderr)
})

// realKernel returns the tools, and points temporary files at a folder of the
// test's own, which must be empty at its end.
func realKernel(t *testing.T) *Tools {
	t.Helper()
	tools, err := provision()
	if err != nil {
		if regexp.MustCompile(`dial tcp|no such host|i/o timeout`).MatchString(err.Error()) {
			t.Skipf("NOT TESTED, because the kernel cannot be built without a module proxy: %v", err)
		}
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "nb") // short, as socket paths must be
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", dir)
	t.Cleanup(func() {
		if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
			t.Errorf("temporary files are left: %v", left)
		}
		os.RemoveAll(dir)
	})
	return tools
}

// setup is the first cell of every notebook of the module's.
const setup = "!*[ -f go.work ] || go work init . \"$GONB_DIR/../..\"\n%noautoget"

func notebook(sources ...string) *Notebook {
	nb := &Notebook{Name: "test.ipynb"}
	for _, s := range append([]string{setup}, sources...) {
		nb.Cells = append(nb.Cells, &Cell{Type: "code", Source: s})
	}
	return nb
}

func TestRun(t *testing.T) {
	tools := realKernel(t)
	nb := notebook(
		"var greeting = \"hello\"",
		"%%\nfmt.Println(greeting, filepath.Base(os.Getenv(\"GONB_DIR\")))\nfmt.Println(\"again\")",
		"import \"github.com/janpfeifer/gonb/gonbui\"\n%%\nid := gonbui.UniqueId()\nfor i := range 5 {\n\tgonbui.UpdateHTML(id, fmt.Sprint(\"step \", i))\n}\ngonbui.DisplayHTML(\"<b>fixed</b>\")\ngonbui.Sync()",
	)
	nb.Cells = append(nb.Cells, &Cell{Type: "markdown", Source: "text"},
		&Cell{Type: "code", Source: "%%\npanic(\"expected\")", Metadata: map[string]any{"tags": []any{"raises-exception"}}},
		&Cell{Type: "code", Source: "%%\npanic(\"never run\")", Metadata: map[string]any{"tags": []any{"skip-execution"}}},
		&Cell{Type: "code", Source: "  \n", Outputs: []Output{{Type: "stream", Stream: "stdout", Text: "stale"}}},
		&Cell{Type: "code", Source: "%%\nfmt.Println(\"after\")"})
	var finished []int
	err := Run(context.Background(), nb, tools.Kernel("."), Options{
		Finished: func(n int, _ *Cell, _ time.Duration) { finished = append(finished, n) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"", "", "stdout=hello nbclient\nagain\n", "", "", "", "", "", "stdout=after\n"} {
		if got := brief(nb.Cells[i]); want != "" && got != want {
			t.Errorf("cell %d: outputs %q, want %q", i+1, got, want)
		}
	}
	shown := nb.Cells[3].Outputs
	if len(shown) != 2 || shown[0].Data["text/html"] != "step 4" || shown[1].Data["text/html"] != "<b>fixed</b>" {
		t.Errorf("displays %+v", shown)
	}
	if got := brief(nb.Cells[5]); !strings.Contains(got, "panic: expected") || !strings.HasSuffix(got, "|ERROR") {
		t.Errorf("the cell that may fail has the outputs %q", got)
	}
	if len(nb.Cells[6].Outputs)+len(nb.Cells[7].Outputs) != 0 {
		t.Error("cells that were not run have outputs")
	}
	if nb.Cells[8].Count != 6 {
		t.Errorf("the last cell has the number %d, want 6", nb.Cells[8].Count)
	}
	if len(finished) != 6 || finished[5] != 9 {
		t.Errorf("finished cells %v", finished)
	}
	if left, _ := filepath.Glob("../../go.work*"); len(left) > 0 {
		t.Errorf("%v in the repository", left)
	}
}

func TestRunIsDeterministic(t *testing.T) {
	tools := realKernel(t)
	var first []byte
	for range 3 {
		nb := notebook("%%\nfor i := range 3 {\n\tfmt.Println(i)\n}", "import \"github.com/janpfeifer/gonb/gonbui\"\n%%\nfor i := range 10 {\n\tgonbui.DisplayHTML(fmt.Sprint(i))\n}\ngonbui.Sync()")
		if err := Run(context.Background(), nb, tools.Kernel("."), Options{}); err != nil {
			t.Fatal(err)
		}
		raw, err := nb.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = raw
		} else if !bytes.Equal(raw, first) {
			t.Fatalf("another run wrote\n%s\nthan\n%s", raw, first)
		}
	}
}

func TestFailingCells(t *testing.T) {
	tools := realKernel(t)
	for _, c := range []struct {
		name, source, want string
	}{
		{"compile error", "%%\nx := 1\nvar y string = x\nfmt.Println(y)", "test.ipynb: cell 2, line 3 (var y string = x): cannot use x (variable of type int) as string value in variable declaration"},
		{"syntax error", "%%\nfor {", "test.ipynb: cell 2"},
		{"panic", "func f(m map[string]int) {\n\tm[\"a\"] = 1\n}\n%%\nfmt.Println(\"start\")\nf(nil)", "test.ipynb: cell 2, line 2 (m[\"a\"] = 1): panic: assignment to entry in nil map"},
		{"broken package", "!*mkdir broken && cd broken && go mod init broken 2>/dev/null && echo 'package broken; var X int = true' > b.go && go work use .\nimport \"broken\"\n%%\nfmt.Println(broken.X)", "test.ipynb: cell 2: broken/b.go:1:29: cannot use true"},
		{"exit", "%%\nfmt.Fprintln(os.Stderr, \"no such FPGA\")\nos.Exit(3)", "test.ipynb: cell 2: no such FPGA"},
		{"printed with stacks", "import \"github.com/pkg/errors\"\nfunc load() error {\n\treturn errors.Wrap(errors.New(\"no such table\"), \"loading\")\n}\n%%\nlog.Fatalf(\"%+v\", load())", "test.ipynb: cell 2, line 3 (return errors.Wrap(errors.New(\"no such table\"), \"loading\")): loading: no such table"},
		{"import too late", "%%\nimport \"strings\"\nfmt.Println(strings.ToUpper(\"a\"))", "test.ipynb: cell 2, line 2 (import \"strings\"): expected statement, found 'import' (and 1 more errors); imports stand above the line with %%"},
		{"unknown package", "!*rm go.work\nimport \"coexplore/hw\"\n%%\nfmt.Println(hw.ParsePool)", "test.ipynb: cell 2, line 2 (import \"coexplore/hw\"): package coexplore/hw is not in std"},
		{"deadlock", "%%\nselect {}", "test.ipynb: cell 2, line 2 (select {}): fatal error: all goroutines are asleep - deadlock!"},
	} {
		t.Run(c.name, func(t *testing.T) {
			nb := notebook(c.source, "%%\nfmt.Println(\"never run\")")
			err := Run(context.Background(), nb, tools.Kernel("."), Options{})
			var failed *CellError
			if !errors.As(err, &failed) || failed.Number != 2 || failed.Timeout {
				t.Fatalf("error %v, want a CellError of cell 2", err)
			}
			if !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("error %q, want %q", err, c.want)
			}
			if n := len(nb.Cells[1].Outputs); n == 0 || nb.Cells[1].Outputs[n-1].Type != "error" {
				t.Errorf("outputs %q end in no error", brief(nb.Cells[1]))
			}
			if len(nb.Cells[2].Outputs) > 0 {
				t.Error("the cell after the failure was run")
			}
		})
	}
}

// pidFile is where a cell of these tests writes its process id.
func sleeper(pidFile, then string) string {
	return "%%\nos.WriteFile(\"" + pidFile + "\", []byte(fmt.Sprint(os.Getpid())), 0o644)\nfmt.Println(\"begun\")\n" + then
}

// gone checks that the process whose id is in the file has ended.
func gone(t *testing.T, pidFile string) {
	t.Helper()
	raw, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatalf("the cell did not start: %v", err)
	}
	var pid int
	if err := json.Unmarshal(raw, &pid); err != nil {
		t.Fatal(err)
	}
	for range 12_000 { // the system takes a moment to clear it away
		if syscall.Kill(pid, 0) != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("the cell's process %d still runs", pid)
}

// begun tries something that is stopped after a limit with ever longer ones, until it
// has begun before that, however slow the machine is.
func begun(t *testing.T, limit time.Duration, try func(limit time.Duration) (what string, ok bool)) {
	t.Helper()
	for ; ; limit *= 2 {
		what, ok := try(limit)
		if ok {
			return
		}
		if limit > time.Minute {
			t.Fatalf("stopped after %v: %s", limit, what)
		}
	}
}

func TestTimeout(t *testing.T) {
	tools := realKernel(t)
	for _, c := range []struct{ name, then string }{
		{"interrupted", "time.Sleep(time.Hour)"},
		{"deaf", "signal.Ignore(os.Interrupt)\ntime.Sleep(time.Hour)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			pid := filepath.Join(t.TempDir(), "pid")
			begun(t, 3*time.Second, func(limit time.Duration) (string, bool) {
				nb := notebook(sleeper(pid, c.then))
				err := Run(context.Background(), nb, tools.Kernel("."), Options{CellTimeout: limit})
				var failed *CellError
				got := brief(nb.Cells[1])
				return fmt.Sprintf("error %v, outputs %q", err, got), errors.As(err, &failed) && failed.Timeout && failed.Number == 2 &&
					strings.HasPrefix(got, "stdout=begun\n") && strings.HasSuffix(got, "|CellTimeoutError")
			})
			gone(t, pid)
		})
	}
}

func TestCancel(t *testing.T) {
	tools := realKernel(t)
	pid := filepath.Join(t.TempDir(), "pid")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	nb := notebook(sleeper(pid, "time.Sleep(time.Hour)"))
	err := Run(ctx, nb, tools.Kernel("."), Options{Started: func(n int, _ *Cell) {
		if n == 2 {
			go func() {
				for {
					if raw, _ := os.ReadFile(pid); len(raw) > 0 {
						cancel()
						return
					}
					time.Sleep(10 * time.Millisecond)
				}
			}()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	gone(t, pid)
}

func TestKernelDies(t *testing.T) {
	tools := realKernel(t)
	nb := notebook("!echo before; kill -9 $PPID; sleep 5")
	err := Run(context.Background(), nb, tools.Kernel("."), Options{})
	if err == nil || !strings.HasPrefix(err.Error(), "test.ipynb: cell 2: the kernel died (signal: killed; perhaps the machine has no more memory); its last words:\n") {
		t.Errorf("error %v", err)
	}
}

func TestKernelDoesNotStart(t *testing.T) {
	for _, c := range []struct {
		name, want string
		argv       []string
	}{
		{"missing", "no such file", []string{"/nowhere/gonb"}},
		{"dies", "the kernel died (exit status 3); its last words:\nno luck", []string{"sh", "-c", "echo no luck >&2; exit 3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			_, err := StartKernel(context.Background(), KernelCommand{Argv: c.argv})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
				t.Errorf("temporary files are left: %v", left)
			}
		})
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, err := StartKernel(ctx, KernelCommand{Argv: []string{"sleep", "3600"}})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a kernel that is silent: error %v", err)
	}
}

// A kernel for a Jupyter of our own finds the packages wherever the notebook is, without
// a first cell; so does the runner's. Settings of the user's do not reach either.
func TestAnywhere(t *testing.T) {
	tools := realKernel(t)
	t.Setenv("GOWORK", "off")
	t.Setenv("CGO_ENABLED", "1")
	t.Setenv("GO111MODULE", "off")
	t.Setenv("GOFLAGS", "-mod=mod -race -buildvcs=true")
	data, elsewhere := t.TempDir(), t.TempDir()
	if err := tools.WriteSpec(filepath.Join(data, "kernels", KernelName)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("JUPYTER_PATH", data)
	jupyters, err := FindKernel(KernelName, elsewhere)
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []KernelCommand{jupyters, tools.Kernel(elsewhere)} {
		nb := &Notebook{Name: "test.ipynb", Cells: []*Cell{{Type: "code", Source: "%noautoget\nimport \"coexplore/hw\"\n%%\n" +
			"fmt.Println(len(must(hw.ParsePool(\"XC7Z015:3\"))))\nfmt.Println(os.Getenv(\"GOWORK\"), os.Getenv(\"CGO_ENABLED\"), os.Getenv(\"GOFLAGS\"))\n" +
			"fmt.Println(os.Getenv(\"GONB_JUPYTER_ROOT\"))\n}\nfunc must[T any](v T, err error) T {\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\treturn v"}}}
		if err := Run(context.Background(), nb, command, Options{}); err != nil {
			t.Fatal(err)
		}
		if got, want := brief(nb.Cells[0]), "stdout=1\n 0 -ldflags=-w\n"+here+"\n"; got != want {
			t.Errorf("%v: outputs %q, want %q", command.Argv, got, want)
		}
	}
	if _, err := FindKernel("no-such", elsewhere); err == nil || !strings.Contains(err.Error(), `asks for the kernel "no-such", which Jupyter does not know here (it knows gonb`) {
		t.Errorf("a kernel that is not there: %v", err)
	}
}

// A long temporary path leaves no room for sockets in the file system.
func TestLocalPorts(t *testing.T) {
	tools := realKernel(t)
	long := filepath.Join(os.Getenv("TMPDIR"), strings.Repeat("long", 25))
	if err := os.Mkdir(long, 0o755); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(long)
	t.Setenv("TMPDIR", long)
	nb := notebook("%%\nfmt.Println(\"hello\")")
	if err := Run(context.Background(), nb, tools.Kernel("."), Options{}); err != nil {
		t.Fatal(err)
	}
	if got := brief(nb.Cells[1]); got != "stdout=hello\n" {
		t.Errorf("outputs %q", got)
	}
}

func TestProvisionOutsideTheModule(t *testing.T) {
	_, err := Provision(context.Background(), t.TempDir(), os.Stderr)
	if err == nil || !strings.Contains(err.Error(), "no coexplore module at") {
		t.Errorf("error %v", err)
	}
}

func TestInstallSpec(t *testing.T) {
	tools := realKernel(t)
	t.Setenv("JUPYTER_DATA_DIR", t.TempDir())
	for range 2 { // our own may be replaced
		folder, err := tools.InstallSpec(false)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(filepath.Join(folder, "kernel.json"))
		if err != nil {
			t.Fatal(err)
		}
		var spec kernelSpec
		if err := json.Unmarshal(raw, &spec); err != nil || spec.Language != "go" || spec.Title != KernelTitle {
			t.Fatalf("kernel.json %s: %v", raw, err)
		}
		out, err := exec.Command(spec.Argv[0], "-V").Output()
		if err != nil || !strings.Contains(string(out), "v0.11") {
			t.Errorf("%s -V: %s, %v", spec.Argv[0], out, err)
		}
		k, err := StartKernel(context.Background(), KernelCommand{
			Argv: spec.Argv, Env: setEnv(os.Environ(), "PATH="+strings.ReplaceAll(spec.Env["PATH"], "${PATH}", os.Getenv("PATH"))),
		})
		if err != nil {
			t.Fatal(err)
		}
		c := &Cell{Type: "code", Source: "%noautoget\n%%\nfmt.Println(6*7)"}
		if err := k.RunCell(context.Background(), c, 0); err != nil || brief(c) != "stdout=42\n" {
			t.Errorf("outputs %q, %v", brief(c), err)
		}
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	}
	folder, _ := tools.InstallSpec(false)
	if err := os.WriteFile(filepath.Join(folder, "kernel.json"), []byte(`{"argv":["/elsewhere/gonb"]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := tools.InstallSpec(false); !errors.Is(err, ErrKernelInstalled) {
		t.Errorf("another's kernel: error %v, want %v", err, ErrKernelInstalled)
	}
	if _, err := tools.InstallSpec(true); err != nil {
		t.Errorf("replacing another's kernel: %v", err)
	}
}
