package pipeline

import (
	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/blast"
	"coexplore/internal/cli"
	"coexplore/kernelext/figure"
)

// pipelinePlots are the figures of one network's pipeline at a specification; trace is nil
// where it is not told how that was found.
func pipelinePlots(net *hw.Network, pipe *hw.Pipeline, report *accel.Report, trace *blast.Trace, fps float64) []cli.Plot {
	return cli.Drawable(
		cli.Plot{Name: "utilization", Figure: figure.Utilization(pipe, fps)},
		cli.Plot{Name: "strip", Figure: figure.Strip(net, pipe)},
		cli.Plot{Name: "roofline", Figure: figure.Roofline(report)},
		cli.Plot{Name: "cycles", Figure: figure.LayerCycles(report)},
		cli.Plot{Name: "resources", Figure: figure.Resources(report)},
		cli.Plot{Name: "cuts", Figure: figure.CutDecisions(trace)},
	)
}
