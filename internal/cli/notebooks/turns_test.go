package notebooks

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestTurns(t *testing.T) {
	var out bytes.Buffer
	turns := newTurns(&out, 3)
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() { fmt.Fprint(turns.writer(1), "b") }, ""},
		{func() { fmt.Fprint(turns.writer(0), "a") }, "a"},
		{func() { turns.end(2) }, "a"},
		{func() { turns.end(0) }, "ab"},
		{func() { fmt.Fprint(turns.writer(1), "B") }, "abB"},
		{func() { turns.end(1) }, "abB"},
	} {
		step.do()
		if out.String() != step.want {
			t.Errorf("written %q, want %q", out.String(), step.want)
		}
	}
}

// A log has a line for a cell that takes long, now and then; a terminal has one that is
// written over.
func TestCellStatus(t *testing.T) {
	run := func(terminal bool) string {
		var out bytes.Buffer
		logs := newTurns(&out, 1)
		s := newCellStatus(&out, logs)
		if terminal {
			s.onTerminal(&out)
		}
		one := s.of(0)
		for took := time.Duration(0); took < 130*time.Second; took += 250 * time.Millisecond {
			one.running("a.ipynb", 3, "train()", took)
		}
		one.finished()
		fmt.Fprintln(logs.writer(0), "  cell  3  130.00 s  train()")
		return out.String()
	}
	want := "  cell  3  runs for 30s  train()\n  cell  3  runs for 1m0s  train()\n  cell  3  runs for 2m0s  train()\n  cell  3  130.00 s  train()\n"
	if got := run(false); got != want {
		t.Errorf("a log: %q, want %q", got, want)
	}
	line := "  cell  3     1 s ...  train()"
	if got, want := run(true), "\r"+line+"\r"+strings.Repeat(" ", len(line))+"\r  cell  3  130.00 s  train()\n"; got != want {
		t.Errorf("a terminal: %q, want %q", got, want)
	}
}
