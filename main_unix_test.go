//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	signals "os/signal"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"coexplore/internal/heavy"
)

// TestMain is also the command itself, where a test starts it as a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("COEXPLORE_TEST_COMMAND") != "" {
		main()
	}
	os.Exit(m.Run())
}

// process is the command as a process that is yet to be started.
func process(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "COEXPLORE_TEST_COMMAND=1")
	return cmd
}

// finish runs the command to its end, and returns its exit status and what it said.
func finish(t *testing.T, args ...string) (status int, said string) {
	t.Helper()
	out, err := process(args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if exit != nil {
		status = exit.ExitCode()
	}
	return status, string(out)
}

// trials reads a run's log without what follows the clock.
func trials(t *testing.T, dir string) []map[string]any {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(dir, "trials.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]any
	lines := bufio.NewScanner(bytes.NewReader(log))
	for lines.Scan() {
		var m map[string]any
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"fast_seconds", "train_seconds", "crc32c"} {
			delete(m, name)
		}
		list = append(list, m)
	}
	return list
}

// onTable is an exploration without training.
var onTable = []string{"explore", "--table", "builtin", "--figures=false", "--seed", "3", "--episodes"}

// TestKilledAnywhere kills explorations at 100 random moments, or a few, goes on with each until it
// ends, and compares with the one that nobody killed. Nothing but the run's own files is
// left in its directory.
func TestKilledAnywhere(t *testing.T) {
	base := t.TempDir()
	whole := filepath.Join(base, "whole")
	began := time.Now()
	if status, said := finish(t, append(onTable, "60", "--out", whole)...); status != 0 {
		t.Fatal(said)
	}
	took := time.Since(began)
	want := trials(t, whole)
	random := rand.New(rand.NewPCG(1, 2))
	for kills, n := 0, 0; kills < heavy.Count(15, 100); n++ {
		dir := filepath.Join(base, "killed")
		os.RemoveAll(dir)
		for ended := false; !ended; {
			args := append(onTable, "60", "--out", dir)
			if _, err := os.Stat(filepath.Join(dir, "run.json")); err == nil {
				args = []string{"explore", "--resume", dir, "--figures=false"}
			} else {
				os.RemoveAll(dir) // killed before the run began
			}
			cmd := process(args...)
			var said bytes.Buffer
			cmd.Stderr = &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(time.Duration(random.Int64N(int64(took))), func() { cmd.Process.Kill() })
			err := cmd.Wait()
			switch status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus); {
			case err == nil:
				ended = true
			case status.Signaled():
				kills++
			default:
				t.Fatalf("after %d kills: %v\n%s", kills, err, said.String())
			}
		}
		if got := trials(t, dir); !reflect.DeepEqual(got, want) {
			t.Fatalf("run %d, after %d kills: the trials differ", n, kills)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if name := e.Name(); name != "run.json" && name != "trials.jsonl" && name != "checkpoint" {
				t.Errorf("after %d kills %s is left", kills, name)
			}
		}
	}
}

// TestSignals stops an exploration that trains by each signal that asks for it: what is
// done is kept, the command to go on is printed, and going on works.
func TestSignals(t *testing.T) {
	// Where the tests themselves run under nohup, processes that they start would ignore
	// the hang-up as well, as they should: not here.
	caught := make(chan os.Signal, 1)
	signals.Notify(caught, syscall.SIGHUP)
	defer signals.Stop(caught)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		dir := filepath.Join(t.TempDir(), "run")
		cmd := process("explore", "--train-images", "640", "--test-images", "64", "--epochs", "2", "--fps", "500", "--episodes", "5000", "--figures=false", "--out", dir)
		var said bytes.Buffer
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waitForTrials(t, dir)
		sent := time.Now()
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		t.Logf("%v: ended after %v", signal, time.Since(sent))
		if cmd.ProcessState.ExitCode() != 1 || !strings.Contains(said.String(), "go on with: coexplore explore --resume "+dir) {
			t.Errorf("%v: status %d: %s", signal, cmd.ProcessState.ExitCode(), said.String())
		}
		kept := trials(t, dir)
		if len(kept) == 0 {
			t.Errorf("%v: no trial was kept", signal)
		}
	}
}

// TestNohup: a signal that whoever started the command has it ignore does not end it.
func TestNohup(t *testing.T) {
	nohup, err := exec.LookPath("nohup")
	if err != nil {
		t.Skip("SKIPPED: no nohup on this machine")
	}
	dir := filepath.Join(t.TempDir(), "run")
	cmd := process(append(onTable, "250", "--out", dir)...)
	cmd.Args, cmd.Path = append([]string{nohup}, cmd.Args...), nohup
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitForTrials(t, dir)
	cmd.Process.Signal(syscall.SIGHUP)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// waitForTrials waits until a run has logged some.
func waitForTrials(t *testing.T, dir string) {
	t.Helper()
	for range 60000 {
		if info, err := os.Stat(filepath.Join(dir, "trials.jsonl")); err == nil && info.Size() > 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s: no trial", dir)
}

// TestMemory explores the space with the largest networks without a limit of memory and
// within one: the process takes no more than is said before it starts, networks that
// take more than there is are refused, and a limit below any use is wrong usage. How much
// is resident follows when the garbage collector gets its turn: on a machine with other work
// a process may take more than it needs, so that the least of a few runs is what counts.
func TestMemory(t *testing.T) {
	base := t.TempDir()
	explore := func(name string, more ...string) (status int, mib int64, said string) {
		t.Helper()
		args := append([]string{"explore", "--space", "cifar10", "--fps", "5", "--train-images", "96", "--test-images", "32",
			"--episodes", "3", "--fast-steps", "0", "--figures=false", "--out", filepath.Join(base, name)}, more...)
		cmd := process(args...)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		use := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		kb := int64(use.Maxrss) // another type on other systems
		if runtime.GOOS == "darwin" {
			kb >>= 10
		}
		return cmd.ProcessState.ExitCode(), kb >> 10, string(out)
	}
	const runs = 5
	var most, took int64
	for run := range runs {
		status, mib, said := explore(fmt.Sprint("free", run))
		if at := strings.Index(said, "Memory: up to "); status != 0 || at < 0 {
			t.Fatalf("status %d: %s", status, said)
		} else if _, err := fmt.Sscanf(said[at:], "Memory: up to %d MiB", &most); err != nil {
			t.Fatal(err)
		}
		t.Logf("up to %d MiB announced, %d MiB taken", most, mib)
		if took = mib; took <= most {
			break
		}
	}
	if took > most || took < 100 {
		t.Errorf("%d MiB are taken, up to %d MiB are announced", took, most)
	}
	const limit = 320
	for run := range runs {
		status, mib, said := explore(fmt.Sprint("within", run), "--max-memory", fmt.Sprint(limit))
		if status != 0 || !strings.Contains(said, "more were refused") {
			t.Fatalf("within %d MiB: status %d: %s", limit, status, said)
		}
		if took = mib; took <= limit {
			break
		}
	}
	if took > limit {
		t.Errorf("within %d MiB %d MiB are taken", limit, took)
	}
	refused := 0
	for _, trial := range trials(t, filepath.Join(base, "within0")) {
		if reason, _ := trial["reason"].(string); trial["status"] == "refused" && strings.Contains(reason, "MiB of memory, the limit is") {
			refused++
		}
	}
	if refused == 0 {
		t.Error("no network was refused for its memory")
	}
	if status, _, said := explore("none", "--max-memory", "20"); status != 2 || !strings.Contains(said, "--max-memory 20 is too little") {
		t.Errorf("status %d: %s", status, said)
	}
}
