//go:build linux

package slurm_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"coexplore/internal/heavy"
)

// TestFullDisk fills the disk of the run directory for a while in which networks wait for
// the cluster: the disk is named, what was done is kept, and once there is room the search
// goes on, by itself or resumed, and ends as on a large disk.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	heavy.Only(t, "a full disk under a search on a cluster, which takes a minute")
	s := newSearch(t, calm, 0.5, 20)
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=160m"); err != nil {
		t.Skipf("SKIPPED: a small disk takes the right to mount one: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(disk, syscall.MNT_DETACH) })
	s.there = filepath.Join(disk, "run")
	s.begin(t, append(s.args, "--out", s.there)...)
	s.answers(t, 4)
	filler := filepath.Join(disk, "filler")
	os.WriteFile(filler, make([]byte, 200<<20), 0o600) // as far as there is room
	time.Sleep(15 * time.Second)
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if err := s.end(t, 2*time.Minute); err != nil { // a trial could not be written
		if !strings.Contains(s.said.String(), "go on with: coexplore explore --resume "+s.there) {
			t.Fatalf("on a full disk: %v: %s", err, s.said.String())
		}
		s.begin(t, "explore", "--resume", s.there, "--figures=false")
		if err := s.end(t, 2*time.Minute); err != nil {
			t.Fatalf("with room again: %v: %s", err, s.said.String())
		}
	}
	if !strings.Contains(s.said.String(), "no space left on device") {
		t.Errorf("it says nothing of the disk: %s", s.said.String())
	}
	s.same(t)
	t.Log(s.said.String())
}
