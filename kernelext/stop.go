package kernelext

import (
	"fmt"
	"os"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"
)

// Check stops the cell if there is an error: it prints the error in one line and
// ends the program, without a stack trace. What was shown before stays.
//
//	kernelext.Check(hw.WriteDevices("mine.toml", devices))
func Check(err error) {
	if err != nil {
		stop(err)
	}
}

// Must returns the value of a call that may fail, or stops the cell as Check
// does:
//
//	pool := kernelext.Must(hw.ParsePool("XC7Z015:3"))
func Must[T any](value T, err error) T {
	Check(err)
	return value
}

// Must2 is Must for a call with two values.
func Must2[T, U any](first T, second U, err error) (T, U) {
	Check(err)
	return first, second
}

// exit is os.Exit, for tests.
var exit = os.Exit

// reported is the error that Show or Table has printed last: no need to print it
// again.
var reported error

func stop(err error) {
	if gonbui.IsNotebook {
		flush() // the reason to stop is the caller's error
	}
	if err != reported {
		fmt.Fprintln(os.Stderr, oneLine(err))
	}
	exit(1)
}

// report prints an error in a notebook, since cells seldom look at what Show and
// its like return, and returns it.
func report(err error) error {
	if err != nil && gonbui.IsNotebook {
		reported = err
		fmt.Fprintln(os.Stderr, oneLine(err))
	}
	return err
}

// oneLine is an error's text with its lines joined.
func oneLine(err error) string {
	var parts []string
	for l := range strings.Lines(err.Error()) {
		if l = strings.TrimSpace(l); l != "" {
			parts = append(parts, l)
		}
	}
	return strings.Join(parts, "; ")
}

// notice prints a remark on standard error.
func notice(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "kernelext: "+format+"\n", args...)
}
