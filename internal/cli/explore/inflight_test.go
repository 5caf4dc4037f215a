package explore_test

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"coexplore/internal/cli/clitest"
)

// TestExploreInFlight runs a search with several networks in flight, cuts another off
// that has had answers out of turn, with its log and checkpoint as a crash may leave
// them, and goes on: the trials are the same, and no answer is asked for again.
func TestExploreInFlight(t *testing.T) {
	base := t.TempDir()
	script, asked := filepath.Join(base, "evaluate.sh"), filepath.Join(base, "asked")
	text := `read line
echo "$line" >> '` + asked + `'
case $line in *'"kernel":5'*) sleep 0.05; echo '{"accuracy": 0.75}';; *) echo '{"accuracy": 0.5}';; esac
`
	if err := os.WriteFile(script, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	whole, parts := filepath.Join(base, "whole"), filepath.Join(base, "parts")
	flags := []string{"explore", "--method", "evolution", "--episodes", "40", "--evaluator", "sh " + script, "--in-flight", "4", "--figures=false", "--workers"}
	if status, _, stderr := clitest.Run(t, append(flags, "1", "--out", whole)...); status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	if err := os.Remove(asked); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	answers := func() []string {
		list, _ := filepath.Glob(filepath.Join(parts, "answers", "*.json"))
		return list
	}
	go func() {
		for ctx.Err() == nil {
			if len(answers()) >= 6 {
				cancel()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	if status, _, stderr := clitest.RunUntil(ctx, append(flags, "4", "--out", parts)...); status != 1 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	kept := len(answers())
	if err := os.Truncate(filepath.Join(parts, "trials.jsonl"), 0); err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(parts, "checkpoint")) // if there was one
	status, stdout, stderr := clitest.Run(t, "explore", "--resume", parts, "--workers", "3", "--figures=false")
	if status != 0 || !strings.Contains(stdout, "40 networks proposed") {
		t.Fatalf("status %d: %s", status, stderr)
	}
	if !reflect.DeepEqual(clitest.TrialsOf(t, parts), clitest.TrialsOf(t, whole)) {
		t.Error("the resumed run differs from the whole one")
	}
	lines, err := os.ReadFile(asked)
	if err != nil {
		t.Fatal(err)
	}
	// What was cut off while it was being evaluated is asked for again, at most 4.
	if again := strings.Count(string(lines), "\n") - len(answers()); again < 0 || again > 4 {
		t.Errorf("%d answers, %d of them before the cut, were asked for %d times more", len(answers()), kept, again)
	}
	clitest.Complains(t, []string{"explore", "--resume", parts, "--in-flight", "5"}, 2, "--in-flight 5 differs from the run's own, 4")
	clitest.Complains(t, []string{"explore", "--in-flight", "-1"}, 2, "--in-flight cannot be negative, is -1")
	clitest.Complains(t, []string{"explore", "--in-flight", "2", "--halving", "3", "--epochs", "3"}, 2, "cannot be 2 in flight")
	_, _, stderr = clitest.Run(t, "explore", "--table", "builtin", "--method", "evolution", "--episodes", "2", "--workers", "3", "--figures=false", "--out", filepath.Join(base, "few"))
	if !strings.Contains(stderr, "--workers 3: no more than 1 of them will be busy") {
		t.Errorf("no word of workers with nothing to do: %s", stderr)
	}
}
