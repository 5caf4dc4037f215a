package command

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"coexplore/nas"
)

// objectivesUsage is the usage of --objectives.
const objectivesUsage = "what designs are judged by, 2 or more, as in accuracy,latency (default: accuracy,efficiency); nsga2 searches for them, other methods are measured by them"

// judgeBy sets the objectives of the problem, by name.
func (s *session) judgeBy(names []string) error {
	h, err := pipelinesOf(&s.config, s.space, s.pool, s.target)
	if err != nil {
		return err
	}
	s.problem.Objectives, err = h.Objectives(s.config.FPS, names...)
	s.config.Objectives = s.problem.Objectives
	return err
}

// checkObjectives is wrong usage unless there are figures of these names.
func checkObjectives(names []string) error {
	var known []string
	for _, f := range nas.Figures() {
		known = append(known, f.Name)
	}
	for i, name := range names {
		if !slices.Contains(known, name) {
			return usagef("unknown objective %q; the objectives are %s", name, strings.Join(known, ", "))
		}
		if slices.Contains(names[:i], name) {
			return usagef("objective %s stands twice in --objectives", name)
		}
	}
	if len(names) == 1 {
		return usagef("--objectives needs 2 objectives or more, as in accuracy,latency")
	}
	return nil
}

// reportFront says how good the front is, and lists it where there is more to say of
// its designs than accuracy and efficiency.
func reportFront(w io.Writer, r *nas.Result) {
	above := "above (0, 0)"
	if r.Objectives != nil {
		above = "down to " + worstValues(r.Objectives)
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

// worstValues is the reference point of hypervolumes, in words.
func worstValues(objectives nas.Objectives) string {
	var list []string
	for _, o := range objectives.OrDefault() {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %.4g %s", o.Name, o.Worst, o.Unit)))
	}
	return strings.Join(list, ", ")
}
