// Package heavy says whether tests run that take minutes: all channel counts, other
// processors, PyTorch, a cluster whose nodes die twenty times. They do where the
// environment variable COEXPLORE_HEAVY is set, for all packages alike:
//
//	COEXPLORE_HEAVY=1 go test ./nas/train/...
package heavy

import (
	"os"
	"testing"
)

// On says whether they run.
func On() bool { return os.Getenv("COEXPLORE_HEAVY") != "" }

// Count is how often a test repeats what it tries: all, where heavy tests run, or few.
func Count(few, all int) int {
	if On() {
		return all
	}
	return few
}

// Only skips a test where they do not, and says what is not tested there.
func Only(t testing.TB, what string) {
	t.Helper()
	if !On() {
		t.Skipf("SKIPPED: %s: COEXPLORE_HEAVY=1 go test runs it", what)
	}
}
