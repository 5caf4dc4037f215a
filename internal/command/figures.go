package command

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"coexplore/hw"
	"coexplore/kernelext/figure"
	"coexplore/nas"
	"coexplore/nas/run"
)

func newFiguresCommand() *cobra.Command {
	var out, devices string
	formats := []string{"svg", "pdf", "png"}
	cmd := &cobra.Command{
		Use:   "figures RUN...",
		Short: "Draw the figures of runs",
		Long: `Draw the figures of a run directory, as explore leaves it: the reward of each
episode, the Pareto front, and the utilization of the stages of OptHW and OptSW.
Of several runs, draw each one's, and one figure that compares them.`,
		Example: `  coexplore figures runs/tiny-coexplore-1 --format pdf
  coexplore figures runs/tiny-coexplore-1 runs/tiny-random-1 --out figures`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormats(formats); err != nil {
				return err
			}
			if len(args) > 1 && out == "" {
				return usagef("figures of several runs need --out, the folder to put them in")
			}
			paths, err := figuresOf(args, out, devices, formats)
			for _, p := range paths {
				fmt.Fprintln(cmd.OutOrStdout(), p)
			}
			return err
		},
	}
	cmd.Flags().StringSliceVar(&formats, "format", formats, "formats: svg, pdf, png, eps, tex")
	cmd.Flags().StringVar(&out, "out", "", "folder for the figures (default: the run's own, RUN/figures)")
	cmd.Flags().StringVar(&devices, "devices", "", "TOML file with devices and boards of your own, if the run used one")
	return cmd
}

// figuresOf draws the figures of runs and returns the files' paths.
func figuresOf(runs []string, out, devices string, formats []string) (paths []string, err error) {
	var results []*nas.Result
	taken := map[string]bool{}
	for _, name := range runs {
		dir, err := run.Open(name)
		if err != nil {
			return paths, err
		}
		result := dir.Result()
		if len(result.Trials) == 0 {
			return paths, fmt.Errorf("%s holds no trials yet: nothing to draw", name)
		}
		to := dir.Figures()
		if out != "" {
			to = out
		}
		if len(runs) > 1 {
			base := filepath.Base(filepath.Clean(name))
			if taken[base] {
				return paths, usagef("two of the runs are called %s: draw them one by one", base)
			}
			taken[base] = true
			to = filepath.Join(out, base)
		}
		done, err := drawFigures(result, to, formats)
		paths = append(paths, done...)
		if err != nil {
			return paths, err
		}
		done, err = drawUtilization(dir.Config, result, devices, to, formats)
		paths = append(paths, done...)
		if err != nil {
			return paths, err
		}
		results = append(results, result)
	}
	if len(results) < 2 {
		return paths, nil
	}
	compared, err := figure.Compare(results...)
	if err != nil {
		return paths, err
	}
	done, err := savePlots([]namedPlot{{"compare", compared}}, out, formats)
	return append(paths, done...), err
}

// drawUtilization draws the stages of OptHW and OptSW on the run's FPGAs. It
// draws nothing for a space whose networks are not planned on FPGAs.
func drawUtilization(c run.Config, r *nas.Result, devices, to string, formats []string) ([]string, error) {
	chains, err := spaceOf(&c)
	if err != nil || c.Classes == 0 {
		return nil, nil
	}
	pool, err := parsePool(c.Pool, devices)
	if err != nil {
		return nil, err
	}
	target := hw.DefaultTarget()
	target.Bits, target.ClockMHz = c.Bits, c.ClockMHz
	hardware, err := pipelinesOf(&c, chains.WithData(c.Input, c.Classes), pool, target)
	if err != nil {
		return nil, err
	}
	var plots []namedPlot
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
		p, err := figure.Utilization(plan.Pipeline)
		if err != nil {
			return nil, err
		}
		p.Title.Text = o.title + ": " + p.Title.Text
		plots = append(plots, namedPlot{o.name, p})
	}
	return savePlots(plots, to, formats)
}
