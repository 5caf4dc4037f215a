package study

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coexplore/internal/cli"
	"coexplore/internal/cli/compare"
	"coexplore/nas"
	"coexplore/nas/run"
	"coexplore/nas/study"
)

// CostOptions are the flags of study cost.
type CostOptions struct {
	studyFlags
	seeds          int
	benchmark, set string
}

func newStudyCostCommand() *cobra.Command {
	f := &CostOptions{}
	cmd := &cobra.Command{
		Use:   "cost (--data DIR | --benchmark nb201 --table FILE)",
		Short: "What it costs to reach the accuracy of hardware-aware NAS",
		Long: `Run hardware-aware NAS until its budget of trained networks is spent; the highest
accuracy of a design that meets the specification is the goal. Then run
co-exploration and random search until they reach it or have spent the same
budget. Networks are really trained: with the defaults each takes 4 to 8 seconds on
two cores, and the study up to a quarter of an hour. Beside the counts stand those
that the paper reports for its own experiments, which are far larger. One seed is
an anecdote: --seeds repeats it. With --benchmark nb201 the accuracies are those that
NAS-Bench-201 publishes and nothing is trained: 30 seeds of 400 networks take minutes.`,
		Example: `  coexplore study cost --data cifar-10-batches-bin
  coexplore study cost --data shapes --space tiny --trained 20 --seeds 3
  coexplore study cost --benchmark nb201 --table nb201_fpga.csv.gz --trained 400 --seeds 30`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	f.add(fl, 40, run.Images{Train: 5000, Test: 2000})
	f.addBenchmark(fl)
	fl.StringVar(&f.config.Space, "space", "tiny", cli.SpaceUsage)
	fl.StringVar(&f.config.Data, "data", "", cli.DataUsage+" (needed)")
	fl.StringVar(&f.config.Pool, "fpga", "XC7Z015:3", cli.FPGAUsage+"; of one type")
	fl.StringVar(&f.devices, "devices", "", "TOML file with devices and boards of your own")
	fl.StringSliceVar(&f.methods, "methods", []string{"coexplore", "random"}, "methods that have to reach the accuracy")
	fl.IntVar(&f.plans, "plans", 0, "plans that a search may make for each network it may train, whatever its method (0: no limit)")
	cli.FolderVar(fl, &f.out, "out", "folder for figures: networks trained here and in the paper, and the paper's GPU hours (default: none are drawn)")
	fl.StringSliceVar(&f.formats, "format", []string{"svg", "png"}, "formats of the figures: svg, pdf, png, eps, tex")
	fl.IntVar(&f.seeds, "seeds", 1, "repetitions, with seeds from --seed on")
	fl.Uint64Var(&f.config.Seed, "seed", 1, "first seed")
	return cmd
}

// CostReport is what `study cost --json` prints.
type CostReport struct {
	Space    string                `json:"space"`
	Pool     string                `json:"fpga"`
	FPS      float64               `json:"fps"`
	Budget   int                   `json:"budget"` // networks that a search may train
	Source   string                `json:"source"` // of the accuracies
	Searches []study.CostSearch    `json:"searches"`
	Summary  []study.CostSummary   `json:"summary"`
	Paper    []study.PublishedCost `json:"paper"`
	Figures  []string              `json:"figures,omitempty"`
}

func (f *CostOptions) run(cmd *cobra.Command) error {
	c := &f.config
	if c.Data == "" && f.benchmark == "" {
		return cli.Usagef("--data is needed: a folder with images, or shapes")
	}
	if err := cli.CheckFormats(f.formats); err != nil {
		return err
	}
	if f.plans < 0 {
		return cli.Usagef("--plans cannot be negative, is %d", f.plans)
	}
	if f.seeds < 1 {
		return cli.Usagef("--seeds must be at least 1, is %d", f.seeds)
	}
	if slices.Contains(f.methods, "hwaware") {
		return cli.Usagef("hwaware sets the goal, so it cannot be among --methods")
	}
	if len(f.methods) == 0 {
		return cli.Usagef("--methods needs at least one that has to reach the goal")
	}
	contenders, err := compare.Contenders(&f.parameters, append([]string{"hwaware"}, f.methods...)...)
	if err != nil {
		return err
	}
	report := &CostReport{Space: c.Space, Pool: c.Pool, Budget: f.trained, Paper: study.PublishedCosts}
	var problem func() (nas.Problem, error)
	if f.benchmark != "" {
		if problem, err = f.openBenchmark(cmd.Context()); err != nil {
			return err
		}
		report.Space, report.FPS, report.Source = f.benchmark, c.FPS, "published accuracies, "+f.set
	} else {
		session, err := f.session()
		if err != nil {
			return err
		}
		report.FPS, report.Source = session.Config.FPS, session.Source
		problem = func() (nas.Problem, error) { return session.ProblemOn(session.Pool()) }
	}
	report.Searches, err = study.Cost(cmd.Context(), problem, contenders[0], contenders[1:], c.Seed, f.seeds, f.budget(cmd))
	if err != nil {
		return cli.Stopped(cmd, err)
	}
	report.Summary = study.SummarizeCost(report.Searches)
	var undrawn error // said after what was found
	if f.out != "" {
		report.Figures, undrawn = cli.SavePlots([]cli.Plot{{Name: "cost-" + report.Space, Figure: report.plot()}, {Name: "cost-paper", Figure: report.published()}}, f.out, f.formats, cmd.ErrOrStderr())
	}
	if f.json {
		return errors.Join(cli.WriteJSON(cmd, report), undrawn)
	}
	report.print(cmd.OutOrStdout())
	return undrawn
}

func (r *CostReport) print(w io.Writer) {
	fmt.Fprintf(w, "Cost of reaching the accuracy of hardware-aware NAS: space %s on %s at %g frames/s; %s;\nat most %d networks trained in each search.\n\n",
		r.Space, r.Pool, r.FPS, r.Source, r.Budget)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "seed\tmethod\taccuracy\tgoal\treached\tproposed\ttrained\ttraining (s)\tfast (s)\tratio\tefficiency")
	for _, s := range r.Searches {
		reached, ratio, efficiency := "no", "-", "-"
		if s.Reached {
			reached, ratio = "yes", fmt.Sprintf("%.3gx", s.Ratio)
		}
		if s.Design != nil {
			efficiency = fmt.Sprintf("%.2f %%", 100*s.Design.Efficiency)
		}
		fmt.Fprintf(tw, "%d\t%s\t%.2f %%\t%.2f %%\t%s\t%d\t%d\t%.1f\t%.2f\t%s\t%s\n", s.Seed, s.Method, 100*s.Accuracy, 100*s.Goal,
			reached, s.Proposed, s.Children, s.TrainSeconds, s.FastSeconds, ratio, efficiency)
		if s.Whole != nil {
			fmt.Fprintf(tw, "\t  its whole budget\t\t\t\t%d\t%d\t%.1f\t%.2f\t\t\n", s.Whole.Proposed, s.Whole.Children, s.Whole.TrainSeconds, s.Whole.FastSeconds)
		}
	}
	tw.Flush()
	if len(r.Searches) > len(r.Summary) { // several seeds
		printCostSummaries(w, r.Summary)
	}
	fmt.Fprint(w, `
goal: the highest accuracy of hardware-aware NAS among designs that meet the specification.
proposed, trained, seconds: until the goal was reached, or in all where it was not.
fast: seconds without training. ratio: networks that hardware-aware NAS trained until it reached the goal, by those of the search.
efficiency: of the search's most accurate design.

For comparison, figures of the paper (arXiv 1907.04650), from other hardware and far larger searches:

`)
	tw = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "paper's data\tapproach\ttrained\tGPU hours of training\tfast, GPU hours\tratio")
	for _, p := range r.Paper {
		fast := "-"
		if p.FastGPU > 0 {
			fast = fmt.Sprintf("%g", p.FastGPU)
		}
		fmt.Fprintf(tw, "%s\t%s\t%d\t%g\t%s\t%gx\n", p.Data, p.Approach, p.Children, p.GPUHours, fast, p.Ratio)
	}
	tw.Flush()
	r.printWhy(w)
	cli.PrintFigures(w, r.Figures)
}
