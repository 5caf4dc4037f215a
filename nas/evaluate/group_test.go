//go:build unix

package evaluate_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"coexplore/nas/evaluate"
)

// externalProcess is the test binary as a program, its descendant, or a search that
// asks it. The first argument is the file for the process numbers.
func externalProcess(how string, args []string) {
	switch how {
	case "sleep": // outlives a polite request
		signal.Ignore(syscall.SIGTERM)
		time.Sleep(time.Minute)
	case "family": // hangs, as does its child
		note(args[0], bear().Process.Pid)
		time.Sleep(time.Minute)
	case "orphan": // leaves a child that holds the pipes open
		child := bear()
		fmt.Println(`{"accuracy": 0.5}`)
		note(args[0], child.Process.Pid)
	case "search":
		program("family", args[0]).Evaluate(context.Background(), "3x36", 1)
	}
}

// bear starts a child with the same standard output and error.
func bear() *exec.Cmd {
	child := exec.Command(os.Args[0], "external", "sleep")
	child.Stdout, child.Stderr = os.Stdout, os.Stderr
	if err := child.Start(); err != nil {
		panic(err)
	}
	return child
}

// note writes the numbers of this process and of its child, whole or not at all.
func note(path string, child int) {
	text := fmt.Sprint(os.Getpid(), " ", child)
	if err := errors.Join(os.WriteFile(path+"~", []byte(text), 0o644), os.Rename(path+"~", path)); err != nil {
		panic(err)
	}
}

// noted waits for the numbers that note writes.
func noted(t *testing.T, path string) (pids []int) {
	t.Helper()
	for {
		text, err := os.ReadFile(path)
		if err != nil {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		for _, field := range strings.Fields(string(text)) {
			pid, err := strconv.Atoi(field)
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, pid)
		}
		return pids
	}
}

// alive tells whether a process runs; one that has ended but was not waited for does
// not.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		_, err = os.Stat("/proc/self/stat")
		return err != nil // without /proc there is only the signal to go by
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return state[0] != 'Z' && state[0] != 'X'
}

// allEnd waits until no process is alive; the test binary's own limit ends the wait.
func allEnd(pids []int) {
	for _, pid := range pids {
		for alive(pid) {
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// TestExternalEndsGroup checks that a time-out and a cancelled context end the
// program and its descendants.
func TestExternalEndsGroup(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pids")
	slow := program("family", path)
	slow.Timeout = time.Second
	if _, err := slow.Evaluate(context.Background(), "3x36", 1); err == nil || !strings.Contains(err.Error(), "1s") {
		t.Errorf("error %v, want one that says how long it was waited for", err)
	}
	allEnd(noted(t, path))

	path += "2"
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for {
			if _, err := os.Stat(path); err == nil {
				cancel()
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	if _, err := program("family", path).Evaluate(ctx, "3x36", 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	allEnd(noted(t, path))
}

// TestExternalOrphan checks that a child which keeps the pipes open does not void
// the answer of the program that left it, and is ended.
func TestExternalOrphan(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pids")
	got, err := program("orphan", path).Evaluate(context.Background(), "3x36", 1)
	if err != nil || got.Accuracy != 0.5 {
		t.Errorf("got %+v, %v", got, err)
	}
	allEnd(noted(t, path))
}

// TestExternalOwnDeath kills a process that waits for a program, and checks that
// the program and its descendants end.
func TestExternalOwnDeath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pids")
	search := exec.Command(os.Args[0], "external", "search", path)
	if err := search.Start(); err != nil {
		t.Fatal(err)
	}
	pids := noted(t, path)
	for _, pid := range pids {
		if !alive(pid) {
			t.Errorf("process %d has ended before", pid)
		}
	}
	if err := search.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	search.Wait()
	allEnd(pids)
}

// TestAnswerRequestKilled checks that an evaluator which is ended from outside, by itself or
// below a shell, leaves no answer, and that one which fails in its own way does.
func TestAnswerRequestKilled(t *testing.T) {
	for script, killed := range map[string]bool{
		"kill -TERM $$": true, "kill -KILL $$": true, `sh -c 'kill -KILL $$'`: true, "exit 143": true,
		"kill -SEGV $$": false, "exit 1": false, "exit 127": false,
	} {
		folder := evaluate.Answers(t.TempDir())
		e := &evaluate.External{Command: []string{"sh", "-c", script}}
		err := evaluate.AnswerRequest(context.Background(), requestFile(t, "3x8"), e, folder)
		if errors.Is(err, evaluate.ErrKilled) != killed || !killed && err != nil {
			t.Errorf("%s: %v", script, err)
		}
		if a, err := folder.Read("3x8", 1); err != nil || (a == nil) != killed {
			t.Errorf("%s: answer %+v, %v", script, a, err)
		}
	}
}
