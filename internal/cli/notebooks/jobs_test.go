//go:build unix

package notebooks_test

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"coexplore/internal/cli/root"
	"coexplore/internal/heavy"
	"coexplore/kernelext/nbclient"
)

// TestMain is also the command, for tests that kill it.
func TestMain(m *testing.M) {
	if os.Getenv("COEXPLORE_TEST_COMMAND") != "" {
		ctx, _ := signal.NotifyContext(context.Background(), os.Interrupt)
		os.Exit(root.Run(ctx, os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// Several notebooks at once are reported one after the other, and one that fails does
// not keep the others from being finished.
func TestNotebooksRunJobs(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for _, n := range []struct{ name, cell string }{
		{"slow", "%noautoget\n%%\ntime.Sleep(2 * time.Second)\nfmt.Println(\"slow\")"},
		{"bad", "%noautoget\n%%\npanic(\"expected\")"},
		{"fast", "%noautoget\n%%\nfmt.Println(\"fast\")"},
	} {
		files = append(files, filepath.Join(dir, n.name+".ipynb"))
		write(t, files[len(files)-1], n.cell)
	}
	foreign := filepath.Join(dir, "foreign.ipynb")
	files = append(files, foreign)
	nb := &nbclient.Notebook{Metadata: map[string]any{"kernelspec": map[string]any{"name": "no-such-kernel", "display_name": "?", "language": "?"}}}
	if err := nb.Write(foreign); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	code, stdout, stderr := runNotebooks(t, append([]string{"run", "--jobs", "3", "--out", out}, files...)...)
	at := -1
	for _, want := range []string{files[0] + "\n", "cell  2", "done in", files[1] + "\n", "bad.ipynb: cell 2, line 3 (panic(\"expected\")): panic: expected", files[2] + "\n", "done in",
		foreign + ": nbclient: the notebook asks for the kernel \"no-such-kernel\", which Jupyter does not know here", "coexplore: 2 of 4 notebooks failed"} {
		i := strings.Index(stderr[at+1:], want)
		if i < 0 {
			t.Fatalf("no %q after byte %d of %q", want, at, stderr)
		}
		at += 1 + i
	}
	want := ""
	for _, n := range []string{"slow.ipynb", "slow.html", "bad.ipynb", "bad.html", "fast.ipynb", "fast.html", "index.html"} {
		want += filepath.Join(out, n) + "\n"
	}
	if code != 1 || stdout != want {
		t.Errorf("status %d, standard output %q, want %q", code, stdout, want)
	}
}

// Killed at any moment, the command leaves no process and no temporary folder.
func TestNotebooksRunKilled(t *testing.T) {
	dir := t.TempDir()
	file, pids := filepath.Join(dir, "a.ipynb"), filepath.Join(dir, "pids")
	write(t, file, "%noautoget\n!setsid sh -c 'echo $$ >>"+pids+"; exec sleep 1000' &\n%%\nf, _ := os.OpenFile(\""+pids+
		"\", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)\nfmt.Fprintln(f, os.Getpid())\nsignal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)\ntime.Sleep(time.Hour)")
	if _, _, stderr := runNotebooks(t, "run", file, "--timeout", "1ms", "--out", filepath.Join(dir, "out")); !strings.Contains(stderr, "stopped after 1ms") {
		t.Fatal(stderr) // the kernel is built now
	}
	tmp, err := os.MkdirTemp("", "nb")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(tmp)
	seed := uint64(time.Now().UnixNano())
	t.Logf("moments by the seed %d", seed)
	moments := rand.New(rand.NewPCG(seed, 0))
	kills := heavy.Count(3, 8)
	for i := range kills {
		os.Remove(pids)
		cmd := exec.Command(os.Args[0], "notebooks", "run", file, "--out", filepath.Join(dir, "out"))
		cmd.Env = append(os.Environ(), "COEXPLORE_TEST_COMMAND=1", "TMPDIR="+tmp)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		wait := time.Duration(moments.Int64N(int64(1500 * time.Millisecond)))
		if i == kills-1 { // once in the cell's program for sure
			for range 60_000 { // however slow the machine is
				if raw, _ := os.ReadFile(pids); strings.Count(string(raw), "\n") == 2 {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			wait = 0
		}
		time.Sleep(wait)
		cmd.Process.Kill()
		cmd.Wait()
		left := []string{"?"}
		for range 12_000 {
			if left, _ = filepath.Glob(filepath.Join(tmp, "*")); len(left) == 0 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if len(left) > 0 {
			t.Errorf("killed after %v: %v is left", wait, left)
		}
		raw, _ := os.ReadFile(pids)
		for _, pid := range strings.Fields(string(raw)) {
			p, err := strconv.Atoi(pid)
			if err != nil {
				t.Fatal(err)
			}
			for range 12_000 { // it may be about to end
				if syscall.Kill(p, 0) != nil {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			if syscall.Kill(p, 0) == nil {
				t.Errorf("killed after %v: process %d still runs", wait, p)
				syscall.Kill(p, syscall.SIGKILL)
			}
		}
		if i == kills-1 && len(strings.Fields(string(raw))) != 2 {
			t.Errorf("the cell did not start: %q", raw)
		}
	}
}
