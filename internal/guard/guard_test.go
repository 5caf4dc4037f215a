//go:build unix

package guard

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// brood starts processes that are hard to find: one in the background, one in a session
// of its own, one whose parent has ended. Each writes its process id into the folder.
const brood = `cd "$1"
sh -c 'echo $$ >background; exec sleep 1000' &
setsid sh -c 'echo $$ >session; exec sleep 1000' &
sh -c 'setsid sh -c "echo \$\$ >orphan; exec sleep 1000" & exit'
while [ ! -s background ] || [ ! -s session ] || [ ! -s orphan ]; do sleep 0.01; done
echo $$ >main`

// gone checks that the processes whose ids are in the folder have ended.
func gone(t *testing.T, folder string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(folder, "*"))
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var pid int
		fmt.Sscan(string(raw), &pid)
		if pid > 0 && syscall.Kill(pid, 0) == nil {
			t.Errorf("%s: process %d still runs", filepath.Base(f), pid)
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

func started(t *testing.T, folder string) {
	t.Helper()
	for range 1000 {
		if raw, _ := os.ReadFile(filepath.Join(folder, "main")); len(raw) > 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("the program did not start")
}

// all is the script for a system on which only the program's group is found.
func all(script string) string {
	if runtime.GOOS != "linux" {
		script = strings.ReplaceAll(script, "setsid ", "")
	}
	return script
}

func TestEnd(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, c := range []struct{ name, then, want string }{
		{"by itself", "exit 0", "<nil>"}, {"with a status", "exit 7", "exit status 7"},
		{"by a signal", "kill -9 $$", "signal: killed"}, {"closed", "sleep 1000", "signal: killed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			g, err := New("test-", &out, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer g.Close()
			if _, err := os.Stat(g.Folder); err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			if err := g.Start(Command{Argv: []string{"sh", "-c", all(brood) + "\necho hello\n" + c.then, "sh", dir}}); err != nil {
				t.Fatal(err)
			}
			started(t, dir)
			if c.name == "closed" {
				g.Close()
			}
			if err := g.Err(); fmt.Sprint(err) != c.want {
				t.Errorf("ended with %v, want %v", err, c.want)
			}
			if c.name != "closed" && out.String() != "hello\n" {
				t.Errorf("output %q", out.String())
			}
			gone(t, dir)
			if _, err := os.Stat(g.Folder); err == nil {
				t.Errorf("%s is left", g.Folder)
			}
		})
	}
}

// TestMain is also the program that TestKilled kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv("GUARD_TEST_VICTIM"); dir != "" {
		g, err := New("victim-", nil, nil)
		if err != nil {
			os.Exit(3)
		}
		g.Start(Command{Argv: []string{"sh", "-c", all(brood) + "\nsleep 1000", "sh", dir}})
		g.Err()
	}
	os.Exit(m.Run())
}

// Killed at any moment, the program leaves neither processes nor folders.
func TestKilled(t *testing.T) {
	tmp := t.TempDir()
	for i := range 8 {
		dir := t.TempDir()
		victim := exec.Command(os.Args[0])
		victim.Env = append(os.Environ(), "GUARD_TEST_VICTIM="+dir, "TMPDIR="+tmp)
		if err := victim.Start(); err != nil {
			t.Fatal(err)
		}
		if i == 7 {
			started(t, dir)
		} else {
			time.Sleep(time.Duration(i) * 7 * time.Millisecond)
		}
		victim.Process.Kill()
		victim.Wait()
		left := []string{"?"}
		for range 500 {
			if left, _ = filepath.Glob(filepath.Join(tmp, "*")); len(left) == 0 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if len(left) > 0 {
			t.Errorf("killed at moment %d: %v is left", i, left)
		}
		gone(t, dir)
	}
}

// A guard that is killed itself takes the program with it, and what it left is removed
// by the next one.
func TestGuardKilled(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	stale := filepath.Join(tmp, "test-stale")
	if err := os.Mkdir(stale, 0o755); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(stale, old, old); err != nil {
		t.Fatal(err)
	}
	g, err := New("test-", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stale); err == nil {
		t.Error("a folder that nobody holds is left")
	}
	if err := os.Chtimes(g.Folder, old, old); err != nil {
		t.Fatal(err)
	}
	other, err := New("test-", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	other.Close()
	if _, err := os.Stat(g.Folder); err != nil {
		t.Error("a folder that is in use was removed")
	}
	if err := g.Start(Command{Argv: []string{"sleep", "1000"}}); err != nil {
		t.Fatal(err)
	}
	g.cmd.Process.Kill()
	if err := g.Err(); err != errKilled {
		t.Errorf("error %v, want %v", err, errKilled)
	}
	if left, _ := filepath.Glob(filepath.Join(tmp, "*")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	for i := 0; syscall.Kill(g.Pid, 0) == nil; i++ { // until the system has buried it
		if time.Sleep(10 * time.Millisecond); i == 500 {
			t.Fatal("the program still runs")
		}
	}
	g.Close()
}

func TestStartErrors(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, c := range []Command{{Argv: []string{"/nowhere/program"}}, {Argv: []string{"sh"}, Dir: "/nowhere"}} {
		g, err := New("test-", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Start(c); err == nil || !strings.Contains(err.Error(), "no such file") {
			t.Errorf("%v: error %v", c, err)
		}
		g.Close()
		g.Close()
	}
	t.Setenv("TMPDIR", "/nowhere")
	if _, err := New("test-", nil, nil); err == nil || !strings.Contains(err.Error(), "/nowhere") {
		t.Errorf("no place for the folder: error %v", err)
	}
}
