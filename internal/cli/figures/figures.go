// Package figures has the subcommand figures, which draws what run directories hold.
package figures

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"coexplore/internal/cli"
	"coexplore/kernelext/figure"
	"coexplore/nas"
	"coexplore/nas/run"
)

// searchPlots are the figures of a search beside reward and front: when it did
// what, what its controller learned, what its parameters decide.
func searchPlots(r *nas.Result) []cli.Plot {
	accuracy := func(d *nas.Design) float64 { return 100 * d.Accuracy }
	plots := cli.Drawable(
		cli.Plot{Name: "timeline", Figure: figure.Timeline(r.Trials)},
		cli.Plot{Name: "parallel", Figure: figure.ParallelTrials(r)},
		cli.Plot{Name: "importance", Figure: figure.Importance(r, "accuracy", accuracy)},
		cli.Plot{Name: "slices", Figure: figure.Slices(r, "accuracy (%)", accuracy)},
		cli.Plot{Name: "calibration", Figure: figure.Calibration(r)},
	)
	if slices.ContainsFunc(r.Trials, func(t nas.Trial) bool { return t.Entropy > 0 }) {
		plots = append(plots, cli.Drawable(cli.Plot{Name: "controller", Figure: figure.Controller(r)})...)
	}
	return plots
}

// sweepPlot draws what the weight of accuracy decides, over runs of which several have
// another one.
func sweepPlot(configs []run.Config, results []*nas.Result) (p cli.Plot, several bool) {
	var runs []figure.BetaRun
	for i, r := range results {
		beta, ok := configs[i].Parameters["beta"]
		best := nas.BestRewarded(r.Trials, beta)
		if !ok || best == nil {
			continue
		}
		several = several || len(runs) > 0 && beta != runs[0].Beta
		runs = append(runs, figure.BetaRun{Beta: beta, Accuracy: best.Accuracy, Efficiency: best.Efficiency})
	}
	return cli.Plot{Name: "beta", Figure: figure.BetaSweep(runs)}, several
}

// New is the subcommand figures.
func New() *cobra.Command {
	f := &Options{}
	cmd := &cobra.Command{
		Use:   "figures RUN...",
		Short: "Draw the figures of runs",
		Long: `Draw the figures of a run directory, as explore leaves it: the reward of each
episode, the Pareto front, and the utilization of the stages of OptHW and OptSW.
With --all also when each network was planned and trained, what the controller
learned, and, of spaces of convolutions in a row, parallel coordinates and what
the parameters decide; and, planning the search once more with the accuracies of its
log, the longest fast exploration and the controller's policy on the way to OptHW.
Of several runs, draw each one's, figures that compare what they found and earned,
and where they differ in --beta one of what that decides.`,
		Example: `  coexplore figures runs/tiny-coexplore-1 --format pdf
  coexplore figures runs/tiny-coexplore-1 runs/tiny-random-1 --out figures`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := cli.CheckFormats(f.formats); err != nil {
				return err
			}
			if err := f.Look.Check(); err != nil {
				return err
			}
			if len(args) > 1 && f.out == "" {
				return cli.Usagef("figures of several runs need --out, the folder to put them in")
			}
			paths, err := f.draw(cmd, args)
			for _, p := range paths {
				fmt.Fprintln(cmd.OutOrStdout(), p)
			}
			return err
		},
	}
	fl := cmd.Flags()
	fl.StringSliceVar(&f.formats, "format", []string{"svg", "pdf", "png"}, "formats: svg, pdf, png, eps, tex")
	cli.FolderVar(fl, &f.out, "out", "folder for the figures (default: the run's own, RUN/figures)")
	fl.BoolVar(&f.all, "all", false, "draw every figure that the run has values for")
	f.Look.Add(fl)
	fl.StringVar(&f.devices, "devices", "", "TOML file with devices and boards of your own, if the run used one")
	return cmd
}

// Options are the flags of figures.
type Options struct {
	cli.Look
	out, devices string
	formats      []string
	all          bool
}

// draw draws the figures of runs and returns the files' paths.
func (f *Options) draw(cmd *cobra.Command, runs []string) (paths []string, err error) {
	var results []*nas.Result
	var configs []run.Config
	taken := map[string]bool{}
	for _, name := range runs {
		dir, err := run.Read(name)
		if err != nil {
			return paths, err
		}
		result := dir.Result()
		if len(result.Trials) == 0 {
			return paths, fmt.Errorf("%s holds no trials yet: nothing to draw", name)
		}
		to := dir.Figures()
		if f.out != "" {
			to = f.out
		}
		if len(runs) > 1 {
			base := filepath.Base(filepath.Clean(name))
			if taken[base] {
				return paths, cli.Usagef("two of the runs are called %s: draw them one by one", base)
			}
			taken[base] = true
			to = filepath.Join(f.out, base)
		}
		plots := cli.MainPlots(result)
		if f.all {
			plots = append(plots, searchPlots(result)...)
		}
		done, err := cli.SavePlots(f.On(plots), to, f.formats, cmd.ErrOrStderr())
		paths = append(paths, done...)
		if err != nil {
			return paths, err
		}
		done, err = f.drawPlanned(cmd, dir.Config, result, to)
		paths = append(paths, done...)
		if err != nil {
			return paths, err
		}
		results, configs = append(results, result), append(configs, dir.Config)
	}
	if len(results) < 2 {
		return paths, nil
	}
	plots := []cli.Plot{{Name: "compare", Figure: figure.Hypervolumes(results...)}, {Name: "rewards", Figure: figure.Rewards(results...)}}
	if plot, several := sweepPlot(configs, results); several {
		plots = append(plots, plot)
	}
	done, err := cli.SavePlots(f.On(plots), f.out, f.formats, cmd.ErrOrStderr())
	return append(paths, done...), err
}

// drawPlanned draws the stages of OptHW and OptSW on the run's FPGAs, and with --all what
// planning the search once more tells of it. It draws nothing for a space whose networks
// are not planned on FPGAs.
func (f *Options) drawPlanned(cmd *cobra.Command, c run.Config, r *nas.Result, to string) ([]string, error) {
	if !c.Planned() {
		return nil, nil
	}
	devices, err := cli.Catalogue(f.devices)
	if err != nil {
		return nil, err
	}
	hardware, err := c.Hardware(devices)
	if err != nil {
		return nil, err
	}
	var plots []cli.Plot
	for _, o := range []struct {
		name, title string
		design      *nas.Design
	}{{"utilization-opthw", "OptHW", r.OptHW}, {"utilization-optsw", "OptSW", r.OptSW}} {
		if o.design == nil {
			continue
		}
		actions, err := hardware.Space().Actions(o.design.Network)
		if err != nil {
			return nil, err
		}
		plan, err := hardware.Plan(actions, c.FPS)
		if err != nil {
			return nil, err
		}
		p := figure.Utilization(plan.Pipeline, c.FPS)
		p.Title = o.title + ": " + p.Title
		plots = append(plots, cli.Plot{Name: o.name, Figure: p})
	}
	if f.all {
		again, err := run.NewReplay(cmd.Context(), &c, hardware, hardware.Space(), r)
		if err != nil {
			fmt.Fprintf(cmd.ErrOrStderr(), "No figures of fast exploration and policy: %v.\n", err)
		} else if again != nil {
			plots = append(plots, replayPlots(again, hardware.Space())...)
		}
	}
	return cli.SavePlots(f.On(plots), to, f.formats, cmd.ErrOrStderr())
}
