package command

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"coexplore/nas"
	"coexplore/nas/pipelines"
)

// objectivesUsage is the usage of --objectives.
const objectivesUsage = "what designs are judged by, 2 or more, as in accuracy,latency (default: accuracy,efficiency); nsga2 searches for them, other methods are measured by them"

// judgeBy sets the objectives of the problem, by name.
func (s *session) judgeBy(names []string) error {
	h, err := pipelines.New(s.space, s.pool, s.target)
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

// reportFront says how good the front is, and lists it where the objectives are
// not accuracy and efficiency.
func reportFront(w io.Writer, r *nas.Result) {
	if r.Objectives == nil {
		fmt.Fprintf(w, "Pareto front: %d designs, hypervolume %.4f above (0, 0).\n", len(r.Front), r.Hypervolume)
		return
	}
	fmt.Fprintf(w, "Pareto front of %d designs, hypervolume %.4g down to %s:\n\n", len(r.Front), r.Hypervolume, worstValues(r.Objectives))
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(tw, "network")
	for _, o := range r.Objectives {
		fmt.Fprintf(tw, "\t%s", strings.TrimSuffix(o.Name+" ("+o.Unit+")", " ()"))
	}
	fmt.Fprintln(tw)
	for _, d := range r.Front {
		fmt.Fprint(tw, d.Network)
		for _, v := range r.Objectives.Values(&nas.Trial{Design: d}) {
			fmt.Fprintf(tw, "\t%.6g", v)
		}
		fmt.Fprintln(tw)
	}
	tw.Flush()
}

// worstValues is the reference point of hypervolumes, in words.
func worstValues(objectives nas.Objectives) string {
	var list []string
	for _, o := range objectives.OrDefault() {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %.4g %s", o.Name, o.Worst, o.Unit)))
	}
	return strings.Join(list, ", ")
}
