package figure

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot/plotter"

	"coexplore/nas/results"
)

// A BetaRun is a search with the weight β of accuracy in the reward, and the
// network that earned most.
type BetaRun struct {
	Beta                 float64
	Accuracy, Efficiency float64 // 0 to 1
}

// BetaSweep draws what the weight β of accuracy against efficiency decides: the
// accuracy and the efficiency of the network that earned most, the median over the
// runs of each β with a band between the quartiles.
func BetaSweep(runs []BetaRun) *Figure {
	if len(runs) == 0 {
		return refuse("no runs to sweep β over")
	}
	var betas []float64
	for _, r := range runs {
		if err := finite("a run of β", r.Beta, r.Accuracy, r.Efficiency); err != nil {
			return &Figure{err: err}
		}
		betas = append(betas, r.Beta)
	}
	slices.SortFunc(betas, cmp.Compare)
	betas = slices.Compact(betas)
	y := newSpan()
	var curves [2][3]plotter.XYs
	for _, beta := range betas {
		var values [2][]float64
		for _, r := range runs {
			if r.Beta == beta {
				values[0] = append(values[0], 100*r.Accuracy)
				values[1] = append(values[1], 100*r.Efficiency)
			}
		}
		for i := range curves {
			for q, v := range results.Quartiles(values[i]) {
				curves[i][q] = append(curves[i][q], plotter.XY{X: beta, Y: v})
				y.add(v)
			}
		}
	}
	return &Figure{Title: "What the weight of accuracy decides", X: "β (weight of accuracy in the reward, 0 to 1)", Y: "of the network that earned most (%)",
		Series: []string{"accuracy", "efficiency"}, build: func(c *chart) {
			c.grid(true, true)
			c.medians(curves[:], true, func(int) bool { return true })
			d := max(0.03*(betas[len(betas)-1]-betas[0]), 0.01)
			c.X.Min, c.X.Max = betas[0]-d, betas[len(betas)-1]+d
			c.Y.Min, c.Y.Max = y.padded(0.08, 4, 0, 100)
		}}
}
