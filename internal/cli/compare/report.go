package compare

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"coexplore/internal/cli"
	"coexplore/nas"
	"coexplore/nas/results"
)

// DefaultPlans is how many plans a search may make for each network that it trains: as
// many as co-exploration makes with its defaults where nothing limits it, in round
// figures (273 to 310 in the mean on the built-in table).
const DefaultPlans = 300

// Report is what `compare --json` prints.
type Report struct {
	Problem    string            `json:"problem"`
	FPS        float64           `json:"fps"`
	Seeds      int               `json:"seeds"`
	Trained    int               `json:"trained"`
	Plans      int               `json:"plans"` // allowed for each network trained; 0: no limit
	TrueFront  []nas.Design      `json:"true_front"`
	Best       float64           `json:"true_hypervolume"`
	Within     float64           `json:"within"`
	Corner     results.Corner    `json:"corner"`
	Objectives nas.Objectives    `json:"objectives,omitempty"` // none: accuracy and efficiency
	Rows       []results.Summary `json:"rows"`
	Pairs      []results.Pair    `json:"pairs"` // of the figure that PairsOf names
	PairsOf    string            `json:"pairs_of"`
}

func newReport(c *results.Comparison, problem string, fps float64, front []nas.Design) (*Report, error) {
	rows, err := c.Summaries()
	if err != nil {
		return nil, err
	}
	r := &Report{
		Problem: problem, FPS: fps, Seeds: c.Seeds, Trained: c.Trained, Plans: c.Plans, TrueFront: front,
		Best: c.Hypervolume, Within: c.Within, Corner: c.Corner, Objectives: c.Objectives, Rows: rows,
	}
	figure := (*results.Row).Corners
	r.PairsOf = "corner_share"
	if c.Objectives != nil { // others than accuracy and efficiency
		r.PairsOf, figure = "hypervolume", func(row *results.Row) []float64 { return row.Final }
	}
	r.Pairs, err = c.Pairs(figure)
	return r, err
}

func (r *Report) print(w io.Writer) {
	digits, above := "%.4f", "above (0, 0)"
	if r.Objectives != nil {
		digits, above = "%.4g", "down to "+cli.WorstValues(r.Objectives)
	}
	fmt.Fprintf(w, "Problem %s at %g frames/s: the true front has %d designs and hypervolume "+digits+" %s.\n",
		r.Problem, r.FPS, len(r.TrueFront), r.Best, above)
	allowed := "any number of plans"
	if r.Plans > 0 {
		allowed = fmt.Sprintf("at most %d plans for each", r.Plans)
	}
	fmt.Fprintf(w, "%d searches of each method, %d networks trained in each, %s. Medians:\n\n", r.Seeds, r.Trained, allowed)
	r.printFound(w, digits)
	r.printCollapsed(w)
	r.printCurves(w)
	r.printPairs(w)
	r.printSeconds(w)
	fmt.Fprintln(w, strings.TrimSpace(fmt.Sprintf(`
regret: share of the true front's hypervolume that is missing; arrived: searches that came within %.0f %% of it;
children: networks trained until then (-: under half did).
corner: hypervolume above accuracy %.3f and efficiency %.2f, as a share of the true front's, and its quartiles.
IGD+: how far the true front's designs are missed, in ranges of the front. acc at 0.9: best accuracy at an
efficiency of 0.9 or more. plans: for each network trained.`,
		100*(1-r.Within), r.Corner.Accuracy, r.Corner.Efficiency)))
}

// printFound prints what each method found and what that cost.
func (r *Report) printFound(w io.Writer, digits string) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "method\thypervolume\tregret\tarrived\tchildren\tcorner\tquartiles\tIGD+\tacc at 0.9\tplans\ttrained")
	for _, row := range r.Rows {
		children := "-"
		if row.Children > 0 {
			children = fmt.Sprintf("%.0f", row.Children)
		}
		fmt.Fprintf(tw, "%s\t"+digits+"\t%.2f %%\t%d of %d\t%s\t%.1f %%\t%.1f to %.1f\t%.4f\t%.3f\t%.0f\t%.0f\n", row.Method,
			row.Hypervolume[1], 100*row.Regret[1], row.Arrived, r.Seeds, children, 100*row.Corner[1], 100*row.Corner[0], 100*row.Corner[2],
			row.IGDPlus[1], row.EfficientAccuracy[1], row.PlansPerChild[1], row.Trained[1])
	}
	tw.Flush()
}

// printSeconds prints, in one line, what cannot be the same in two runs.
func (r *Report) printSeconds(w io.Writer) {
	fmt.Fprint(w, "Seconds of a search, medians:")
	for i, row := range r.Rows {
		if i > 0 {
			fmt.Fprint(w, ",")
		}
		fmt.Fprintf(w, " %s %.2f", row.Method, row.Seconds[1])
	}
	fmt.Fprintln(w)
}

// printCollapsed names the methods whose policies collapsed, if there are any.
func (r *Report) printCollapsed(w io.Writer) {
	var list []string
	for _, row := range r.Rows {
		if row.Collapsed > 0 {
			list = append(list, fmt.Sprintf("%s in %d", row.Method, row.Collapsed))
		}
	}
	if list != nil {
		fmt.Fprintf(w, "\nPolicies that collapsed, of %d searches: %s. A larger --entropy-bonus or a smaller --controller-rate prevents it.\n",
			r.Seeds, strings.Join(list, ", "))
	}
}

// printCurves prints how the share above the corner rises with the networks trained.
func (r *Report) printCurves(w io.Writer) {
	fmt.Fprintln(w, "\nShare of the true front above the corner by networks trained, medians:")
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	var at []int
	for _, k := range []int{5, 10, 15, 20, 30, 40, 60, 80, 100} {
		if k <= r.Trained {
			at = append(at, k)
		}
	}
	fmt.Fprint(tw, "method")
	for _, k := range at {
		fmt.Fprintf(tw, "\t%d", k)
	}
	fmt.Fprintln(tw)
	for _, row := range r.Rows {
		fmt.Fprint(tw, row.Method)
		for _, k := range at {
			fmt.Fprintf(tw, "\t%.1f %%", 100*row.Curve[k-1])
		}
		fmt.Fprintln(tw)
	}
	tw.Flush()
}

// printPairs prints the tests of the best method against every other: all pairs are in
// the JSON.
func (r *Report) printPairs(w io.Writer) {
	if len(r.Pairs) == 0 {
		fmt.Fprintln(w)
		return
	}
	figure := func(s results.Summary) float64 { return s.Corner[1] }
	if r.PairsOf == "hypervolume" {
		figure = func(s results.Summary) float64 { return s.Hypervolume[1] }
	}
	best := slices.MaxFunc(r.Rows, func(a, b results.Summary) int { return cmp.Compare(figure(a), figure(b)) })
	fmt.Fprintf(w, "\n%s, the best by median of %s, against the others: Wilcoxon's signed-rank test over the seeds, two-sided, corrected by\n"+
		"Holm for all %d pairs, and the rank-biserial effect size (1: better in every search that differs):\n", best.Method, strings.ReplaceAll(r.PairsOf, "_", " "), len(r.Pairs))
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, p := range r.Pairs {
		other, effect := p.B, p.Effect
		switch best.Method {
		case p.A:
		case p.B:
			other, effect = p.A, -p.Effect
		default:
			continue
		}
		fmt.Fprintf(tw, "%s\tp %.2g\teffect %+.2f\n", other, p.Holm, effect)
	}
	tw.Flush()
	fmt.Fprintln(w)
}
