//go:build linux

package slurmtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCluster runs a job array on both nodes.
func TestCluster(t *testing.T) {
	c := Start(t, 30*time.Second)
	out := filepath.Join(c.Dir, "hello")
	script := filepath.Join(c.Dir, "job.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho $SLURM_ARRAY_TASK_ID $SLURMD_NODENAME >> "+out+"\nsleep 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	c.Run(t, "sbatch", "--array=0-3", "--output=/dev/null", script)
	for start := time.Now(); strings.TrimSpace(c.Run(t, "squeue", "--noheader")) != ""; time.Sleep(100 * time.Millisecond) {
		if time.Since(start) > time.Minute {
			t.Fatalf("the job does not end:\n%s\n%s", c.Run(t, "squeue"), c.logs())
		}
	}
	text, err := os.ReadFile(out)
	if err != nil || strings.Count(string(text), "\n") != 4 || !strings.Contains(string(text), "n1") || !strings.Contains(string(text), "n2") {
		t.Errorf("%v: %q", err, text)
	}
}
