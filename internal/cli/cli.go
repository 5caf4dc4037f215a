// Package cli is what the subcommands of the coexplore command have in common: flags that
// several take, wrong use, JSON, tables, figures, progress, and the places that they write
// to. A folder below it is a family of subcommands. Each is thin: it reads flags, calls the
// library and prints. What the outside can rely on: results go to standard output, progress
// and messages to standard error; with --json standard output holds one JSON value and
// nothing else; the exit status is 0 when the work is done, 1 when it could not be done and
// 2 when the command was used wrongly.
package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"coexplore/nas/run"
)

// Version is what `coexplore --version` prints and what a run directory records.
const Version = run.Version

// UsageError marks an error as a wrong use of the command (exit status 2)
// rather than work that failed (exit status 1).
type UsageError struct{ err error }

func (e UsageError) Error() string { return e.err.Error() }

func (e UsageError) Unwrap() error { return e.err }

// Usage makes err a usageError.
func Usage(err error) error { return UsageError{err} }

// Usagef makes a usageError.
func Usagef(format string, args ...any) error { return Usage(fmt.Errorf(format, args...)) }

// WriteJSON prints v as the one JSON value on standard output.
func WriteJSON(cmd *cobra.Command, v any) error {
	enc := json.NewEncoder(cmd.OutOrStdout())
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// OneLine is the error's text without line breaks.
func OneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// Stopped is the error of a study that was interrupted, or err.
func Stopped(cmd *cobra.Command, err error) error {
	if cmd.Context().Err() != nil {
		return fmt.Errorf("stopped; studies are not resumed, the same command begins anew")
	}
	return err
}
