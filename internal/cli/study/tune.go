package study

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coexplore/internal/cli"
	"coexplore/internal/cli/compare"
	"coexplore/nas/method"
	"coexplore/nas/study"
	"coexplore/nas/study/ablation"
)

// TuneOptions are the flags of study tune.
type TuneOptions struct {
	problem  compare.Options
	settings study.TuneSettings
	methods  []string
	json     bool
}

func newStudyTuneCommand() *cobra.Command {
	f := &TuneOptions{settings: study.DefaultTuneSettings()}
	cmd := &cobra.Command{
		Use:   "tune",
		Short: "Choose the learning rate and the entropy bonus of each method's controller",
		Long: `Search with every method that learns with a controller at every point of a grid of
learning rates and entropy bonuses, and choose the point with the highest median
of hypervolume above the useful corner: for all methods alike, with seeds that are
not those of compare. The defaults of all methods are what it chooses as it stands.`,
		Example: `  coexplore study tune
  coexplore study tune --methods hwaware,sequential --fps 4000`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl, s, p := cmd.Flags(), &f.settings, &f.problem
	fl.StringSliceVar(&f.methods, "methods", ablation.Tuned(), "methods to tune")
	fl.Float64SliceVar(&s.Rates, "rates", s.Rates, "learning rates of the controller")
	fl.Float64SliceVar(&s.Entropies, "entropies", s.Entropies, "weights of the entropy bonus")
	fl.Uint64Var(&s.FirstSeed, "first-seed", s.FirstSeed, "the first seed")
	fl.IntVar(&s.Seeds, "seeds", s.Seeds, "searches of each point, with as many seeds")
	fl.IntVar(&s.Trained, "trained", s.Trained, "networks that each search trains")
	fl.IntVar(&s.Plans, "plans", s.Plans, "plans that a search may make for each network it trains (0: no limit)")
	p.AddProblem(fl)
	fl.BoolVar(&f.json, "json", false, "print as JSON")
	return cmd
}

// learners are the methods that learn with a controller.
func learners() []string {
	return slices.DeleteFunc(cli.Methods.Names(), func(name string) bool {
		_, learns := cli.Methods.Defaults(method.ControllerRate)[name]
		return !learns
	})
}

func (f *TuneOptions) run(cmd *cobra.Command) error {
	s := &f.settings
	if s.Seeds < 1 || s.Trained < 1 || s.Plans < 0 {
		return cli.Usagef("--seeds and --trained must be at least 1 and --plans 0, are %d, %d and %d", s.Seeds, s.Trained, s.Plans)
	}
	var list []*method.Description
	for _, name := range f.methods {
		if !slices.Contains(learners(), name) {
			return cli.Usagef("--methods %s: the methods that learn with a controller are %s", name, strings.Join(learners(), ", "))
		}
		d, err := cli.Methods.Lookup(name)
		if err != nil {
			return err
		}
		list = append(list, d)
	}
	problem, front, err := f.problem.Open(cmd.Context())
	if err != nil {
		return err
	}
	s.Front = front
	var tunings []*study.Tuning
	for _, d := range list {
		t, err := study.Tune(cmd.Context(), problem, d, *s)
		if err != nil {
			return cli.Stopped(cmd, err)
		}
		tunings = append(tunings, t)
		if !f.json {
			printTuning(cmd.OutOrStdout(), t)
		}
	}
	if f.json {
		return cli.WriteJSON(cmd, tunings)
	}
	printTuned(cmd.OutOrStdout(), tunings)
	return nil
}

// printTuning prints what each point of a method's grid reached.
func printTuning(w io.Writer, t *study.Tuning) {
	fmt.Fprintf(w, "%s:\n", t.Method)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "controller rate\tentropy bonus\tcorner\tquartiles\tmean\ttrained\t")
	for i, p := range t.Tried {
		chosen := ""
		if i == t.Best {
			chosen = "chosen"
		}
		fmt.Fprintf(tw, "%g\t%g\t%.1f %%\t%.1f to %.1f\t%.1f %%\t%.0f\t%s\n", p.Rate, p.Entropy,
			100*p.Corner[1], 100*p.Corner[0], 100*p.Corner[2], 100*p.Mean, p.Trained, chosen)
	}
	tw.Flush()
	fmt.Fprintln(w)
}

// printTuned prints what was chosen, as nas/method/tuned.go holds it.
func printTuned(w io.Writer, tunings []*study.Tuning) {
	fmt.Fprintln(w, "Chosen, learning rate and entropy bonus:")
	for _, t := range tunings {
		best := t.Tried[t.Best]
		fmt.Fprintf(w, "\t%-19s {%g, %g},\n", fmt.Sprintf("%q:", t.Method), best.Rate, best.Entropy)
	}
}
