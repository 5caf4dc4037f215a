package figure

import (
	"fmt"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Confusion draws which classes a network takes for which: counts[i][j] is the
// number of images of class i that it took for class j (train.Outcome and
// train.Measurement have it). The shade is the share of the row, so that classes
// of different size can be compared; the diagonal is right. With more than 18
// classes the counts are left out.
func Confusion(counts [][]int, classes []string) *Figure {
	if len(counts) == 0 || len(counts) != len(classes) {
		return refuse("a confusion matrix of %d rows for %d classes", len(counts), len(classes))
	}
	m := matrix{counts: counts}
	right, all := 0, 0
	for i, row := range counts {
		if len(row) != len(classes) {
			return refuse("row %d of the confusion matrix has %d values for %d classes", i+1, len(row), len(classes))
		}
		sum := 0
		for _, n := range row {
			if n < 0 {
				return refuse("row %d of the confusion matrix has the count %d", i+1, n)
			}
			sum += n
		}
		m.sums = append(m.sums, sum)
		right += row[i]
		all += sum
	}
	if all == 0 {
		return refuse("a confusion matrix of no images")
	}
	n := len(classes)
	m.numbers = n <= maxNumbered
	title := fmt.Sprintf("%.1f %% of %d images right", 100*float64(right)/float64(all), all)
	return &Figure{Title: title, X: "taken for", Y: "class of the image", room: 0.8, build: func(c *chart) {
		m := m
		m.style = c.small(black)
		m.style.XAlign, m.style.YAlign = draw.XCenter, draw.YCenter
		down := make([]plot.Tick, n)
		for i, name := range classes {
			if i%(1+(n-1)/maxLabelled) != 0 {
				name = ""
			}
			down[i] = plot.Tick{Value: float64(n - 1 - i), Label: name}
		}
		if !m.numbers {
			c.X.Tick.Label.Font.Size = min(c.X.Tick.Label.Font.Size, 7)
			c.Y.Tick.Label.Font.Size = min(c.Y.Tick.Label.Font.Size, 7)
		}
		c.Add(m)
		c.categories(classes)
		c.Y.Tick.Marker = plot.ConstantTicks(down)
		for _, a := range []*plot.Axis{&c.X, &c.Y} {
			a.Tick.Length, a.LineStyle.Width = 0, 0
			a.Min, a.Max = -0.5, float64(n)-0.5
		}
		c.shades("share of the row", "%")
	}}
}

// shades explains shades from 0 to 100 of a unit in the key.
func (c *chart) shades(what, unit string) {
	for i, share := range []float64{0, 0.25, 0.5, 0.75, 1} {
		e := entry{label: fmt.Sprintf("%g %s", 100*share, unit), fill: shade(share)}
		if i == 0 {
			e.label = what + ": " + e.label
		}
		c.key(e)
	}
}

// A matrix is cells of counts, the first row at the top.
type matrix struct {
	counts  [][]int
	sums    []int // of the rows
	style   text.Style
	numbers bool // write the counts into the cells
}

// More classes than maxNumbered leave no room for counts, and more than
// maxLabelled none for every class's name.
const (
	maxNumbered = 18
	maxLabelled = 30
)

// Plot implements plot.Plotter.
func (m matrix) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	const gap = 0.6
	for i, row := range m.counts {
		at := float64(len(m.counts) - 1 - i)
		for j, n := range row {
			share := 0.0
			if m.sums[i] > 0 {
				share = float64(n) / float64(m.sums[i])
			}
			c.SetColor(shade(share))
			c.Fill(vg.Rectangle{
				Min: vg.Point{X: x(float64(j)-0.5) + gap, Y: y(at-0.5) + gap},
				Max: vg.Point{X: x(float64(j)+0.5) - gap, Y: y(at+0.5) - gap},
			}.Path())
			if n == 0 || !m.numbers {
				continue
			}
			sty := m.style
			sty.Color = onShade(share)
			c.FillText(sty, vg.Point{X: x(float64(j)), Y: y(at)}, strconv.Itoa(n))
		}
	}
}

// DataRange implements plot.DataRanger.
func (m matrix) DataRange() (xmin, xmax, ymin, ymax float64) {
	n := float64(len(m.counts))
	return -0.5, n - 0.5, -0.5, n - 0.5
}
