package run

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain is also the process that holds a run directory until its standard input
// ends: see hold.
func TestMain(m *testing.M) {
	if dir := os.Getenv("RUN_TEST_HOLD"); dir != "" {
		d, err := OpenToResume(dir)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("held")
		bufio.NewReader(os.Stdin).ReadString('\n')
		d.End(nil)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// hold starts a process that opens a run directory to resume it.
func hold(t *testing.T, dir string) (end func(), kill func(), pid int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "RUN_TEST_HOLD="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatalf("the other process says %q", line)
	}
	return func() { in.Close(); cmd.Wait() }, func() { cmd.Process.Kill(); cmd.Wait() }, cmd.Process.Pid
}

// TestLockBetweenProcesses opens a run directory that another process has, lets that
// process end, and kills one.
func TestLockBetweenProcesses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	d, err := Create(dir, Config{Problem: Problem{Space: "tiny"}})
	if err != nil {
		t.Fatal(err)
	}
	d.End(nil)
	lockPath := filepath.Join(dir, lockFile)
	if _, err := os.Stat(lockPath); err == nil {
		t.Error("a run that has ended leaves its lock")
	}
	end, _, pid := hold(t, dir)
	if _, err := OpenToResume(dir); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("in use by process %d on ", pid)) {
		t.Errorf("a run that process %d has: %v", pid, err)
	}
	if _, err := Read(dir); err != nil {
		t.Errorf("reading it: %v", err)
	}
	end()
	if d, err = OpenToResume(dir); err != nil || d.Notice() != "" {
		t.Fatalf("%v, notice %q", err, d.Notice())
	}
	d.End(nil)
	_, kill, pid := hold(t, dir)
	kill()
	if d, err = OpenToResume(dir); err != nil || !strings.Contains(d.Notice(), fmt.Sprintf("was left by process %d on ", pid)) {
		t.Fatalf("after a kill: %v, notice %q", err, d.Notice())
	}
	d.End(nil)
	if _, err := os.Stat(lockPath); err == nil {
		t.Error("the lock stays")
	}
	// A lock that another machine left may be held there.
	left, err := json.Marshal(holder{7, "elsewhere", time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(lockPath, left, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenToResume(dir); err == nil || !strings.Contains(err.Error(), "process 7 on elsewhere") || !strings.Contains(err.Error(), "delete "+lockPath) {
		t.Errorf("a lock of another machine: %v", err)
	}
	// One that cannot be read was written by nobody who is alive.
	if err := os.WriteFile(lockPath, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if d, err = OpenToResume(dir); err != nil {
		t.Fatal(err)
	}
	d.End(nil)
}

// TestCreateExplainsLeftovers: a folder with a log and no run.json is none that a run
// can begin in, and the message says what to do.
func TestCreateExplainsLeftovers(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, trialsFile)
	if err := os.WriteFile(log, []byte("{}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(dir, Config{}); err == nil || !strings.Contains(err.Error(), "whose run.json is missing: move the log away, or choose another folder") {
		t.Errorf("a log alone: %v", err)
	}
	if b, err := os.ReadFile(log); err != nil || string(b) != "{}\n" {
		t.Errorf("the log is %q, %v", b, err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, checkpointFile), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(other, Config{}); err == nil || !strings.Contains(err.Error(), "whose run.json is missing: move it away") {
		t.Errorf("a checkpoint alone: %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}
