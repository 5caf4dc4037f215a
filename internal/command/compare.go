package command

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coexplore/nas/run"
	"coexplore/nas/study"
)

// compareFlags are the flags of compare.
type compareFlags struct {
	problem, table, set string
	pool, devices       string
	fps                 float64
	bits                int
	clock               float64
	parameters          parameterFlags
	objectives          []string
	methods             []string
	seeds, trained      int
	plans               int
	out                 string
	formats             []string
	json                bool
	cluster             clusterFlags
}

func newCompareCommand() *cobra.Command { return new(compareFlags).command() }

// command is the command whose flags f holds.
func (f *compareFlags) command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "compare",
		Short: "Compare the search methods on a problem whose best designs are known",
		Long: `Run every method with many seeds on a table of accuracies, where nothing has to be
trained and the true Pareto front is known, until equally many networks count as
trained, and say how much of the front each has found. Every method may make the same
number of plans. The problem is tiny, the table that is built in, on a pool of FPGAs;
nb201, the cells of NAS-Bench-201 with their published accuracies (--table FILE), on
a pool of FPGAs; or nasbench201, the same with the FPGA latencies of the file in place
of a pool.`,
		Example: `  coexplore compare
  coexplore compare --benchmark nb201 --table nb201_fpga.csv.gz --fpga XC7Z015:3 --fps 90
  coexplore compare --cluster slurm --out comparison --per-task 10
  coexplore compare --problem nasbench201 --table nb201_fpga.csv.gz --fps 200`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	f.addProblem(fl)
	fl.StringSliceVar(&f.objectives, "objectives", nil, objectivesUsage)
	f.parameters.add(fl)
	fl.StringSliceVar(&f.methods, "methods", methods.Names(), "methods to compare")
	fl.IntVar(&f.seeds, "seeds", 30, "searches of each method")
	fl.IntVar(&f.trained, "trained", 60, "networks that each search trains")
	fl.IntVar(&f.plans, "plans", comparePlans, "plans that a search may make for each network it trains, whatever its method (0: no limit)")
	fl.StringVar(&f.out, "out", "", "folder for figures (default: none are drawn)")
	fl.StringSliceVar(&f.formats, "format", []string{"svg", "png"}, "formats of the figures: svg, pdf, png, eps, tex")
	fl.BoolVar(&f.json, "json", false, "print as JSON")
	f.cluster.add(fl)
	return cmd
}

// addProblem adds the flags that say which problem it is.
func (f *compareFlags) addProblem(fl *pflag.FlagSet) {
	fl.StringVar(&f.problem, "problem", "tiny", "tiny, nb201 or nasbench201")
	fl.StringVar(&f.problem, "benchmark", "tiny", "the same as --problem")
	fl.StringVar(&f.table, "table", "", "file of the table (default for tiny: the one that is built in)")
	fl.StringVar(&f.set, "set", "cifar10", "accuracies of nb201 and nasbench201: cifar10, cifar100 or imagenet16")
	fl.StringVar(&f.pool, "fpga", "XC7Z015:3", fpgaUsage)
	fl.StringVar(&f.devices, "devices", "", "TOML file with devices and boards of your own")
	fl.Float64Var(&f.fps, "fps", 0, "throughput that is asked for, frames/s (default: 2400 for tiny, 90 for nb201, 200 for nasbench201)")
	fl.IntVar(&f.bits, "bits", 32, "word size: 8 or 16 (fixed point) or 32 (float)")
	fl.Float64Var(&f.clock, "clock", 100, "clock of the FPGAs, MHz")
}

func (f *compareFlags) run(cmd *cobra.Command) error {
	if err := checkFormats(f.formats); err != nil {
		return err
	}
	contenders, err := f.parameters.contenders(f.methods...)
	if err != nil {
		return err
	}
	if f.seeds < 1 || f.trained < 1 {
		return usagef("--seeds and --trained must be at least 1, are %d and %d", f.seeds, f.trained)
	}
	if f.plans < 0 {
		return usagef("--plans cannot be negative, is %d", f.plans)
	}
	if err := checkObjectives(f.objectives); err != nil {
		return err
	}
	if err := f.cluster.check(cmd); err != nil {
		return err
	}
	if f.cluster.scheduler != "" && f.out == "" {
		return usagef("--cluster needs a folder that the nodes share: --out FOLDER")
	}
	if f.cluster.dryRun {
		return dryRun(cmd, run.JobOptions(f.cluster.config(), f.out, compareSearchCommand), f.seeds*len(f.methods))
	}
	problem, front, err := f.open(cmd.Context())
	if err != nil {
		return err
	}
	settings := study.CompareSettings{Seeds: f.seeds, Trained: f.trained, Plans: f.plans, Front: front}
	var queue io.Closer
	if f.cluster.scheduler != "" {
		if queue, err = f.onCluster(cmd, &settings); err != nil {
			return err
		}
	}
	c, err := study.Compare(cmd.Context(), problem, contenders, settings)
	if queue != nil {
		err = errors.Join(err, queue.Close())
	}
	if err != nil {
		return err
	}
	report, err := newCompareReport(c, f.problem, f.fps, front)
	if err != nil {
		return err
	}
	var paths []string
	var undrawn error // said after what was found
	if f.out != "" {
		paths, undrawn = savePlots(comparePlots(c), f.out, f.formats)
	}
	if f.json {
		return errors.Join(writeJSON(cmd, report), undrawn)
	}
	report.print(cmd.OutOrStdout())
	for _, path := range paths {
		fmt.Fprintln(cmd.OutOrStdout(), "Figure:", path)
	}
	return undrawn
}
