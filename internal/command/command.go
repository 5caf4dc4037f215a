// Package command holds the subcommands of the coexplore command. Each is thin:
// it reads flags, calls the library and prints. What the outside can rely on:
// results go to standard output, progress and messages to standard error; with
// --json standard output holds one JSON value and nothing else; the exit status
// is 0 when the work is done, 1 when it could not be done and 2 when the
// command was used wrongly.
package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coexplore/nas/run"
)

// Version is what `coexplore --version` prints and what a run directory records.
const Version = run.Version

// usageError marks an error as a wrong use of the command (exit status 2)
// rather than work that failed (exit status 1).
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// usagef makes a usageError.
func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// writeJSON prints v as the one JSON value on standard output.
func writeJSON(cmd *cobra.Command, v any) error {
	enc := json.NewEncoder(cmd.OutOrStdout())
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// flagKinds are the kinds of flags, in words.
var flagKinds = map[string]string{
	"bool": "true or false", "int": "a whole number", "uint64": "a whole number, 0 or more", "float64": "a number",
	"duration": "a time, as in 90s or 2m", "string": "text",
	"intSlice": "whole numbers, comma separated", "float64Slice": "numbers, comma separated", "stringSlice": "words, comma separated",
}

// newRoot puts the subcommands together.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "coexplore",
		Short:         "Design a neural network together with the FPGA pipeline that runs it",
		Version:       Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown command %q; `coexplore --help` lists them", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		var value *pflag.InvalidValueError
		if errors.As(err, &value) {
			flag := value.GetFlag()
			err = fmt.Errorf("--%s %q: want %s", flag.Name, value.GetValue(), flagKinds[flag.Value.Type()])
		}
		return usageError{fmt.Errorf("%w; `%s --help` lists the flags", err, cmd.CommandPath())}
	})
	root.AddCommand(subcommands()...)
	for _, c := range root.Commands() {
		markUsage(c)
		tryOutputs(c, "")
	}
	return root
}

// markUsage makes complaints about a command's arguments usage errors.
func markUsage(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				var u usageError
				if errors.As(err, &u) {
					return err
				}
				return usageError{fmt.Errorf("%w; `%s --help` says what is expected", err, cmd.CommandPath())}
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		markUsage(sub)
	}
}

// Run executes the command line args (without the program's name) and returns
// the exit status. A cancelled ctx stops the work cleanly.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := asUsage(root.ExecuteContext(ctx))
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "coexplore: "+oneLine(err))
	var u usageError
	if errors.As(err, &u) {
		return 2
	}
	return 1
}

// oneLine is the error's text without line breaks.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
