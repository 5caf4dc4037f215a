package main

import (
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
)

// TestFullDisk explores onto a disk that fills up: that is said in a line, what was done
// is kept, and once there is room the run goes on and ends as on a large disk. On a disk
// that cannot be written to nothing begins.
func TestFullDisk(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=600k"); err != nil {
		t.Skipf("SKIPPED: a small disk takes the right to mount one: %v", err)
	}
	defer syscall.Unmount(disk, syscall.MNT_DETACH)
	whole, dir := filepath.Join(t.TempDir(), "whole"), filepath.Join(disk, "run")
	if status, said := finish(t, append(onTable, "250", "--out", whole)...); status != 0 {
		t.Fatal(said)
	}
	status, said := finish(t, append(onTable, "250", "--out", dir)...)
	if status != 1 || !strings.Contains(lastLine(said), "no space left on device") || !strings.Contains(lastLine(said), dir) {
		t.Fatalf("on a full disk: status %d: %s", status, said)
	}
	kept := trials(t, dir)
	if len(kept) == 0 || len(kept) == 250 {
		t.Fatalf("the disk was full after %d trials: not what is tested", len(kept))
	}
	resume := []string{"explore", "--figures=false", "--resume", dir}
	remount := func(flags uintptr, size string) {
		t.Helper()
		if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT|flags, size); err != nil {
			t.Fatal(err)
		}
	}
	remount(syscall.MS_RDONLY, "size=20m")
	for _, args := range [][]string{resume, append(onTable, "250", "--out", filepath.Join(disk, "other"))} {
		if status, said := finish(t, args...); status != 1 || !strings.Contains(lastLine(said), "read-only file system") {
			t.Errorf("on a disk that cannot be written to: status %d: %s", status, said)
		}
	}
	remount(0, "size=20m")
	if status, said := finish(t, resume...); status != 0 {
		t.Fatalf("with room again: status %d: %s", status, said)
	}
	if !reflect.DeepEqual(trials(t, dir), trials(t, whole)) {
		t.Error("the run does not end as on a large disk")
	}
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}
