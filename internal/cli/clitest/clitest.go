// Package clitest runs the coexplore command in tests of its subcommands.
package clitest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"coexplore/internal/cli/root"
)

// Run runs the command line and returns its status and what it printed.
func Run(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	return RunUntil(t.Context(), args...)
}

// RunUntil is Run, until ctx ends.
func RunUntil(ctx context.Context, args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = root.Run(ctx, args, &out, &errs)
	return status, out.String(), errs.String()
}

// JSON runs a command line that works with --json and decodes what it prints,
// which must be one value.
func JSON(t *testing.T, v any, args ...string) (stdout string) {
	t.Helper()
	status, stdout, stderr := Run(t, append(args, "--json")...)
	if status != 0 {
		t.Fatalf("%q: status %d: %s", args, status, stderr)
	}
	d := json.NewDecoder(strings.NewReader(stdout))
	if err := d.Decode(v); err != nil {
		t.Fatalf("%q: %v in %s", args, err, stdout)
	}
	if _, err := d.Token(); err != io.EOF {
		t.Errorf("%q: standard output holds more than one JSON value", args)
	}
	return stdout
}

// Complains checks that a command line ends with a status and one last line that
// says what is wrong, and prints no result. It returns all of standard error.
func Complains(t *testing.T, args []string, status int, want string) (stderr string) {
	t.Helper()
	got, stdout, stderr := Run(t, args...)
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	last := lines[len(lines)-1]
	if got != status || !strings.Contains(last, want) || !strings.HasPrefix(last, "coexplore: ") {
		t.Errorf("%q: status %d, last line %q; want %d and one that says %q", args, got, last, status, want)
	}
	if stdout != "" {
		t.Errorf("%q: standard output %q", args, stdout)
	}
	return stderr
}
