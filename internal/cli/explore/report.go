package explore

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"coexplore/internal/cli"
	"coexplore/nas"
)

// report prints what was found, as text.
func report(w io.Writer, r *nas.Result, dir string, figures []string) {
	fmt.Fprintf(w, "%d networks proposed: %d trained, %d seen before, %d pruned without training, %d failed\n",
		r.Episodes, r.Trained, r.Reused, r.Pruned, r.Failed)
	if r.Stopped > 0 {
		fmt.Fprintf(w, "%d more were stopped early, where others were better; %d epochs of training in all\n", r.Stopped, r.Epochs)
	}
	if r.Refused > 0 {
		fmt.Fprintf(w, "%d more were refused: their training would have taken more than --max-flops or --max-memory allows\n", r.Refused)
	}
	if r.Failed > 0 {
		fmt.Fprintf(w, "the last that failed, %s\n", cli.OneLine(errors.New(r.LastFailure)))
	}
	fmt.Fprintf(w, "%.1f s of training, %.1f s of exploration without training\n", r.TrainSeconds, r.FastSeconds)
	if within, all := nas.Forecasts(r.Trials); all > 0 {
		fmt.Fprintf(w, "forecasts before training: %d of %d accuracies lay within the interval that should hold %.0f %% of them\n", within, all, 100*nas.ForecastShare)
	}
	fmt.Fprintln(w)
	if r.OptSW == nil {
		fmt.Fprintln(w, "No network was trained, so there is nothing to choose from.")
	} else {
		tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintf(tw, "\tnetwork\t%s\tefficiency\tframes/s\tGOPS/W (estimate)\n", accuracyHeads(r))
		for _, row := range []struct {
			name string
			d    *nas.Design
		}{{"OptHW", r.OptHW}, {"OptSW", r.OptSW}} {
			if row.d == nil {
				fmt.Fprintf(tw, "%s\tnone keeps the accuracy floor of %.2f %%\n", row.name, 100*r.AccuracyFloor)
				continue
			}
			fmt.Fprintf(tw, "%s\t%s\t%s\t%.2f %%\t%.1f\t%.2f\n", row.name, row.d.Network,
				accuracies(row.d), 100*row.d.Efficiency, row.d.Throughput, row.d.GOPSPerWatt)
		}
		tw.Flush()
		fmt.Fprintf(w, "\nOptHW: highest efficiency at %.2f %% accuracy or more; OptSW: highest accuracy. Specification: %g frames/s.\n",
			100*r.AccuracyFloor, r.Spec)
		reportFront(w, r)
	}
	fmt.Fprintf(w, "\nRun:     %s\n", dir)
	for i, path := range figures {
		label := "         "
		if i == 0 {
			label = "Figures: "
		}
		fmt.Fprintf(w, "%s%s\n", label, path)
	}
}

// reportFront says how good the front is, and lists it where there is more to say of
// its designs than accuracy and efficiency.
func reportFront(w io.Writer, r *nas.Result) {
	above := "above (0, 0)"
	if r.Objectives != nil {
		above = "down to " + cli.WorstValues(r.Objectives)
	}
	designs := "designs"
	if len(r.Front) == 1 {
		designs = "design"
	}
	fmt.Fprintf(w, "Pareto front: %d %s, hypervolume %.4g %s", len(r.Front), designs, r.Hypervolume, above)
	if r.Objectives == nil && !tested(r) {
		fmt.Fprintln(w, ".")
		return
	}
	fmt.Fprint(w, ":\n\n")
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(tw, "network")
	for _, o := range r.Objectives.OrDefault() {
		fmt.Fprintf(tw, "\t%s", strings.TrimSuffix(o.Name+" ("+o.Unit+")", " ()"))
	}
	if tested(r) {
		fmt.Fprint(tw, "\ttest accuracy")
	}
	fmt.Fprintln(tw)
	for _, d := range r.Front {
		fmt.Fprint(tw, d.Network)
		for _, v := range r.Objectives.OrDefault().Values(&nas.Trial{Design: d}) {
			fmt.Fprintf(tw, "\t%.6g", v)
		}
		if d.TestAccuracy != nil {
			fmt.Fprintf(tw, "\t%.6g", *d.TestAccuracy)
		}
		fmt.Fprintln(tw)
	}
	tw.Flush()
}

// tested tells whether designs were measured on test images that no choice was made
// by.
func tested(r *nas.Result) bool { return r.OptSW != nil && r.OptSW.TestAccuracy != nil }

// accuracyHeads are the heads of the columns of accuracies.
func accuracyHeads(r *nas.Result) string {
	if tested(r) {
		return "validation accuracy\ttest accuracy"
	}
	return "accuracy"
}

// accuracies are what stands in these columns for a design.
func accuracies(d *nas.Design) string {
	text := fmt.Sprintf("%.2f %%", 100*d.Accuracy)
	if d.TestAccuracy != nil {
		text += fmt.Sprintf("\t%.2f %%", 100**d.TestAccuracy)
	}
	return text
}
