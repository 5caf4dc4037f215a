package results_test

import (
	"fmt"

	"coexplore/nas"
	"coexplore/nas/results"
)

// Two searches with each of two methods, summed up.
func Example() {
	search := func(accuracies ...float64) *nas.Result {
		var trials []nas.Trial
		for i, a := range accuracies {
			d := nas.Design{Network: fmt.Sprint(i), Accuracy: a, Efficiency: 0.8, Throughput: 10}
			trials = append(trials, nas.Trial{Index: i, Status: nas.Trained, Design: d})
		}
		return &nas.Result{Spec: 10, Trials: trials}
	}
	c := results.Comparison{
		Trained: 3, Hypervolume: 0.9 * 0.8, Within: 0.99, Corner: results.Corner{Accuracy: 0.5, Efficiency: 0.5},
		Rows: []results.Row{
			{Method: "steady", Results: []*nas.Result{search(0.6, 0.8, 0.9), search(0.7, 0.8, 0.9)}},
			{Method: "stuck", Results: []*nas.Result{search(0.6, 0.6, 0.7), search(0.7, 0.7, 0.7)}},
		},
	}
	c.Sum([]nas.Design{{Accuracy: 0.9, Efficiency: 0.8}})
	summaries, err := c.Summaries()
	if err != nil {
		panic(err)
	}
	for _, s := range summaries {
		fmt.Printf("%s: %d arrived, median %.2f of the useful corner\n", s.Method, s.Arrived, s.Corner[1])
	}
	// Output:
	// steady: 2 arrived, median 1.00 of the useful corner
	// stuck: 0 arrived, median 0.50 of the useful corner
}
