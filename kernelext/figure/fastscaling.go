package figure

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/plotter"

	"coexplore/nas/results"
)

// FastScaling draws how what fast exploration reaches depends on stages and layers: for
// each number of stages the highest efficiency found after equally many plans, in per
// cent of the optimum, over the layers of the network (medians over the pipelines, and
// the quartiles of the RNN for each stage and of the single one as bands); and in the
// last panel how many networks there are to choose among, which is the product over the
// stages for a single RNN and their sum for an RNN each.
func FastScaling(s *results.Scaling) *Figure {
	if s == nil || len(s.Cells) == 0 {
		return refuse("no sizes of fast exploration to draw")
	}
	var stages []int
	for _, cell := range s.Cells {
		if cell.Reach == nil || len(cell.Curves) != len(s.Cells[0].Reach.Curves) {
			return refuse("%d stages of %d layers: not explored as the others are", cell.Stages, cell.Layers)
		}
		for i := range cell.Curves {
			if err := reachable(&cell.Curves[i], len(cell.Plans)); err != nil {
				return &Figure{err: err}
			}
		}
		if err := finite("sizes", cell.Product, cell.Sum); err != nil {
			return &Figure{err: err}
		}
		if !slices.Contains(stages, cell.Stages) {
			stages = append(stages, cell.Stages)
		}
	}
	figures := make([]*Figure, 0, len(stages)+1)
	y := newSpan()
	for _, cell := range s.Cells {
		for i := range cell.Curves {
			y.add(100 * cell.Curves[i].Quartiles[len(cell.Plans)-1][1])
		}
	}
	for _, n := range stages {
		figures = append(figures, scalingPanel(s, n, y))
	}
	figures = append(figures, sizesPanel(s, stages))
	columns := 2
	if len(figures)%2 == 1 { // no empty quarter
		columns = 3
	}
	return Panels(columns, figures...)
}

// scalingRoom is the height of a panel by its width.
const scalingRoom = 0.85

// scalingPanel draws what was reached on pipelines of so many stages.
func scalingPanel(s *results.Scaling, stages int, y span) *Figure {
	curves := s.Cells[0].Curves
	names := make([]string, len(curves))
	for i := range curves {
		names[i] = curves[i].Name
	}
	return &Figure{Title: fmt.Sprintf("%d stages, %d plans", stages, s.Plans), X: "layers", Y: "% of the optimum", Series: names, room: scalingRoom,
		build: func(c *chart) {
			c.grid(true, true)
			c.X.Tick.Marker = ticks{whole: true}
			quartile := make([][3]plotter.XYs, len(curves))
			for _, cell := range s.Cells {
				if cell.Stages != stages {
					continue
				}
				for i := range quartile {
					for j, v := range cell.Curves[i].Quartiles[len(cell.Plans)-1] {
						quartile[i][j] = append(quartile[i][j], plotter.XY{X: float64(cell.Layers), Y: 100 * v})
					}
				}
			}
			c.medians(quartile, false, func(i int) bool { return learns(&curves[i]) })
			c.Y.Min, c.Y.Max = y.padded(0.06, 2, 0, 100)
		}}
}

// sizesPanel draws how many networks there are to choose among.
func sizesPanel(s *results.Scaling, stages []int) *Figure {
	return &Figure{Title: "Choices: product and sum", X: "layers", Y: "networks (powers of 10)", room: scalingRoom, build: func(c *chart) {
		c.Y.Tick.Marker = ticks{whole: true}
		c.X.Tick.Marker = ticks{whole: true}
		c.grid(true, true)
		var product plotter.XYs
		y := newSpan()
		for k, n := range stages {
			var sum plotter.XYs
			for _, cell := range s.Cells {
				if cell.Stages != n {
					continue
				}
				at := float64(cell.Layers)
				sum = append(sum, plotter.XY{X: at, Y: cell.Sum})
				if k == 0 {
					product = append(product, plotter.XY{X: at, Y: cell.Product})
				}
				y.add(cell.Sum)
				y.add(cell.Product)
			}
			g := c.marker(k)
			g.Color = black
			curve(c.Plot, sum, line(black, 1), false)
			scatter(c.Plot, sum, g)
			c.key(entry{label: fmt.Sprintf("sum over %d stages", n), line: line(black, 1), glyph: g})
		}
		curve(c.Plot, product, line(grey, 2.4), false)
		c.key(entry{label: "product", line: line(grey, 2.4)})
		c.Y.Min, c.Y.Max = 0, math.Ceil(y.hi)
	}}
}
