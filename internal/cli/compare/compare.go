// Package compare has the subcommand compare, which runs search methods against each other,
// and compare-search, which the jobs of its clusters run.
package compare

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"coexplore/internal/cli"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/run"
	"coexplore/nas/study"
)

// Options are the flags of compare.
type Options struct {
	Problem
	Parameters     cli.ParameterFlags
	Methods        []string
	Seeds, Trained int
	Plans          int
	Out            string
	Formats        []string
	JSON           bool
	cluster        cli.ClusterFlags
}

// New is the subcommand compare.
func New() *cobra.Command { return new(Options).command() }

// command is the command whose flags f holds.
func (f *Options) command() *cobra.Command {
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
	f.AddProblem(fl)
	fl.StringSliceVar(&f.Objectives, "objectives", nil, cli.ObjectivesUsage)
	f.Parameters.Add(fl)
	fl.StringSliceVar(&f.Methods, "methods", cli.Methods.Names(), "methods to compare")
	fl.IntVar(&f.Seeds, "seeds", 30, "searches of each method")
	fl.IntVar(&f.Trained, "trained", 60, "networks that each search trains")
	fl.IntVar(&f.Plans, "plans", DefaultPlans, "plans that a search may make for each network it trains, whatever its method (0: no limit)")
	cli.FolderVar(fl, &f.Out, "out", "folder for figures (default: none are drawn)")
	fl.StringSliceVar(&f.Formats, "format", []string{"svg", "png"}, "formats of the figures: svg, pdf, png, eps, tex")
	fl.BoolVar(&f.JSON, "json", false, "print as JSON")
	f.cluster.Add(fl)
	return cmd
}

func (f *Options) run(cmd *cobra.Command) error {
	if err := cli.CheckFormats(f.Formats); err != nil {
		return err
	}
	contenders, err := Contenders(&f.Parameters, f.Methods...)
	if err != nil {
		return err
	}
	if f.Seeds < 1 || f.Trained < 1 {
		return cli.Usagef("--seeds and --trained must be at least 1, are %d and %d", f.Seeds, f.Trained)
	}
	if f.Plans < 0 {
		return cli.Usagef("--plans cannot be negative, is %d", f.Plans)
	}
	if err := cli.CheckObjectives(f.Objectives); err != nil {
		return err
	}
	if err := f.cluster.Check(cmd); err != nil {
		return err
	}
	if f.cluster.Scheduler != "" && f.Out == "" {
		return cli.Usagef("--cluster needs a folder that the nodes share: --out FOLDER")
	}
	if f.cluster.DryRun {
		return cli.DryRun(cmd, run.JobOptions(f.cluster.Config(), f.Out, SearchCommand), f.Seeds*len(f.Methods))
	}
	problem, front, err := f.Open(cmd.Context())
	if err != nil {
		return err
	}
	settings := study.CompareSettings{Seeds: f.Seeds, Trained: f.Trained, Plans: f.Plans, Front: front}
	var queue io.Closer
	if f.cluster.Scheduler != "" {
		if queue, err = f.onCluster(cmd.ErrOrStderr(), &settings); err != nil {
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
	report, err := newReport(c, f.Name, f.FPS, front)
	if err != nil {
		return err
	}
	var paths []string
	var undrawn error // said after what was found
	if f.Out != "" {
		paths, undrawn = cli.SavePlots(plots(c), f.Out, f.Formats, cmd.ErrOrStderr())
	}
	if f.JSON {
		return errors.Join(cli.WriteJSON(cmd, report), undrawn)
	}
	report.print(cmd.OutOrStdout())
	for _, path := range paths {
		fmt.Fprintln(cmd.OutOrStdout(), "Figure:", path)
	}
	return undrawn
}

// Contenders are methods with the values of the flags, by name.
func Contenders(f *cli.ParameterFlags, names ...string) ([]study.Contender, error) {
	values, err := f.Values()
	if err != nil {
		return nil, err
	}
	return contenders(values, names...)
}

// contenders are methods with the values of parameters, which may be those of others, too.
func contenders(values method.Values, names ...string) ([]study.Contender, error) {
	if len(names) == 0 {
		return nil, cli.Usagef("--methods needs at least one of %s", strings.Join(cli.Methods.Names(), ", "))
	}
	var list []study.Contender
	for i, name := range names {
		d, err := cli.Methods.Lookup(name)
		if err != nil {
			return nil, cli.Usage(err)
		}
		if slices.Contains(names[:i], name) {
			return nil, cli.Usagef("method %s stands twice in --methods", name)
		}
		own, err := d.Values(values)
		if err != nil {
			return nil, cli.Usage(err)
		}
		list = append(list, study.Contender{Name: name, New: func() nas.Method { return d.New(own) }})
	}
	return list, nil
}
