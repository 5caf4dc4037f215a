// Package study has the subcommand study, which repeats experiments of the paper.
package study

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coexplore/hw"
	"coexplore/internal/cli"
)

// New is the subcommand study.
func New() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "study",
		Short: "Repeat the paper's experiments: valid networks, Pareto fronts, search cost",
		Long: `Repeat experiments of Jiang et al., "Hardware/Software Co-Exploration of Neural
Architectures" (arXiv 1907.04650): how many networks of a space an amount of FPGAs
can run, which fronts hardware-aware NAS and co-exploration find, and what finding
them costs.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newStudyShareCommand(), newStudyFrontsCommand(), newStudyCostCommand(), newStudyFastCommand(), newStudyTuneCommand(), newStudyInFlightCommand())
	return cmd
}

// poolsFlags are pools of one FPGA type in several numbers.
type poolsFlags struct {
	part    string
	counts  []int
	devices string
}

func (f *poolsFlags) add(fl *pflag.FlagSet, counts ...int) {
	fl.StringVar(&f.part, "fpga", "XC7Z015", "type of the FPGAs, all alike, as in XC7Z015, or XC7Z015@150 with its clock in MHz")
	fl.IntSliceVar(&f.counts, "counts", counts, "numbers of FPGAs")
	fl.StringVar(&f.devices, "devices", "", "TOML file with devices and boards of your own")
}

// check says what is wrong with the flags.
func (f *poolsFlags) check() error {
	if strings.ContainsAny(f.part, ":,") {
		return cli.Usagef("--fpga names one type of FPGA, not %q; --counts says how many", f.part)
	}
	if len(f.counts) == 0 {
		return cli.Usagef("--counts needs at least one number of FPGAs")
	}
	for i, n := range f.counts {
		if n < 1 || slices.Contains(f.counts[:i], n) {
			return cli.Usagef("--counts must be positive and distinct, are %v", f.counts)
		}
		if _, err := cli.ParsePool(f.pool(n), f.devices); err != nil {
			return err
		}
	}
	return nil
}

// pool names the pool of n FPGAs.
func (f *poolsFlags) pool(n int) string {
	part, clock, clocked := strings.Cut(f.part, "@")
	if clocked {
		clock = "@" + clock
	}
	return fmt.Sprintf("%s:%d%s", part, n, clock)
}

// parse reads the pools, in the order of the counts.
func (f *poolsFlags) parse() ([]hw.Pool, error) {
	pools := make([]hw.Pool, len(f.counts))
	for i, n := range f.counts {
		var err error
		if pools[i], err = cli.ParsePool(f.pool(n), f.devices); err != nil {
			return nil, err
		}
	}
	return pools, nil
}

// fpgas is a number of FPGAs in words.
func fpgas(n int) string {
	if n == 1 {
		return "1 FPGA"
	}
	return fmt.Sprintf("%d FPGAs", n)
}
