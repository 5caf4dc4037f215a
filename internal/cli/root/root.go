// Package root puts the subcommands of the coexplore command together and runs them.
package root

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coexplore/internal/cli"
	"coexplore/internal/cli/compare"
	"coexplore/internal/cli/data"
	"coexplore/internal/cli/explore"
	"coexplore/internal/cli/figures"
	"coexplore/internal/cli/notebooks"
	"coexplore/internal/cli/pipeline"
	"coexplore/internal/cli/rtl"
	"coexplore/internal/cli/study"
	"coexplore/internal/cli/train"
)

// flagKinds are the kinds of flags, in words.
var flagKinds = map[string]string{
	"bool": "true or false", "int": "a whole number", "uint64": "a whole number, 0 or more", "float64": "a number",
	"duration": "a time, as in 90s or 2m", "string": "text",
	"intSlice": "whole numbers, comma separated", "float64Slice": "numbers, comma separated", "stringSlice": "words, comma separated",
}

// New puts the subcommands together.
func New() *cobra.Command {
	root := &cobra.Command{
		Use:           "coexplore",
		Short:         "Design a neural network together with the FPGA pipeline that runs it",
		Version:       cli.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return cli.Usagef("unknown command %q; `coexplore --help` lists them", args[0])
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
		return cli.Usage(fmt.Errorf("%w; `%s --help` lists the flags", err, cmd.CommandPath()))
	})
	root.AddCommand(subcommands()...)
	for _, c := range root.Commands() {
		markUsage(c)
		cli.TryPlaces(c)
	}
	return root
}

// markUsage makes complaints about a command's arguments usage errors.
func markUsage(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				var u cli.UsageError
				if errors.As(err, &u) {
					return err
				}
				return cli.Usage(fmt.Errorf("%w; `%s --help` says what is expected", err, cmd.CommandPath()))
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
	root := New()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := cli.AsUsage(root.ExecuteContext(ctx))
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "coexplore: "+cli.OneLine(err))
	var u cli.UsageError
	if errors.As(err, &u) {
		return 2
	}
	return 1
}

// subcommands lists the commands in the order in which the help shows them.
func subcommands() []*cobra.Command {
	return []*cobra.Command{
		explore.New(),
		train.New(),
		train.NewEvaluate(),
		explore.NewRequest(),
		pipeline.New(),
		pipeline.NewLayer(),
		rtl.New(),
		pipeline.NewTable(),
		pipeline.NewDevices(),
		data.New(),
		compare.New(),
		compare.NewSearch(),
		study.New(),
		data.NewBenchmark(),
		figures.New(),
		explore.NewRepair(),
		notebooks.New(),
	}
}
