package command

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/blast"
	"coexplore/kernelext/figure"
	"coexplore/nas"
	"coexplore/nas/run"
)

// A look is how figures come out: the flags --size and --dark.
type look struct {
	size string
	dark bool
}

func (l *look) add(fl *pflag.FlagSet) {
	fl.StringVar(&l.size, "size", "default", "size of the figures by purpose: "+strings.Join(sizeNames(), ", "))
	fl.BoolVar(&l.dark, "dark", false, "draw the figures for a dark ground")
}

// check refuses a size that there is not.
func (l *look) check() error {
	if _, ok := figure.Sizes()[l.size]; !ok {
		return usagef("unknown size %q; the sizes are %s", l.size, strings.Join(sizeNames(), ", "))
	}
	return nil
}

func sizeNames() []string { return slices.Sorted(maps.Keys(figure.Sizes())) }

// on gives figures the look.
func (l *look) on(plots []namedPlot) []namedPlot {
	for i := range plots {
		plots[i].size = figure.Sizes()[l.size]
		if l.dark {
			plots[i].plot.Style = figure.Dark()
		}
	}
	return plots
}

// drawable keeps the figures that can be drawn: not every run has the values for
// every figure.
func drawable(plots ...namedPlot) []namedPlot {
	return slices.DeleteFunc(plots, func(p namedPlot) bool { return p.plot.Err() != nil })
}

// searchPlots are the figures of a search beside reward and front: when it did
// what, what its controller learned, what its parameters decide.
func searchPlots(r *nas.Result) []namedPlot {
	accuracy := func(d *nas.Design) float64 { return 100 * d.Accuracy }
	plots := drawable(
		namedPlot{name: "timeline", plot: figure.Timeline(r.Trials)},
		namedPlot{name: "parallel", plot: figure.ParallelTrials(r)},
		namedPlot{name: "importance", plot: figure.Importance(r, "accuracy", accuracy)},
		namedPlot{name: "slices", plot: figure.Slices(r, "accuracy (%)", accuracy)},
		namedPlot{name: "calibration", plot: figure.Calibration(r)},
	)
	if slices.ContainsFunc(r.Trials, func(t nas.Trial) bool { return t.Entropy > 0 }) {
		plots = append(plots, drawable(namedPlot{name: "controller", plot: figure.Controller(r)})...)
	}
	return plots
}

// sweepPlot draws what the weight of accuracy decides, over runs of which several have
// another one.
func sweepPlot(configs []run.Config, results []*nas.Result) (p namedPlot, several bool) {
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
	return namedPlot{name: "beta", plot: figure.BetaSweep(runs)}, several
}

// pipelinePlots are the figures of one network's pipeline at a specification; trace is nil
// where it is not told how that was found.
func pipelinePlots(net *hw.Network, pipe *hw.Pipeline, report *accel.Report, trace *blast.Trace, fps float64) []namedPlot {
	return drawable(
		namedPlot{name: "utilization", plot: figure.Utilization(pipe, fps)},
		namedPlot{name: "strip", plot: figure.Strip(net, pipe)},
		namedPlot{name: "roofline", plot: figure.Roofline(report)},
		namedPlot{name: "cycles", plot: figure.LayerCycles(report)},
		namedPlot{name: "resources", plot: figure.Resources(report)},
		namedPlot{name: "cuts", plot: figure.CutDecisions(trace)},
	)
}
