package figure

import (
	"fmt"
	"image/color"
	"math"
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
func Confusion(counts [][]int, classes []string) (*plot.Plot, error) {
	if len(counts) == 0 || len(counts) != len(classes) {
		return nil, fmt.Errorf("figure: a confusion matrix of %d rows for %d classes", len(counts), len(classes))
	}
	m := matrix{counts: counts}
	right, all := 0, 0
	for i, row := range counts {
		if len(row) != len(classes) {
			return nil, fmt.Errorf("figure: row %d of the confusion matrix has %d values for %d classes", i+1, len(row), len(classes))
		}
		sum := 0
		for _, n := range row {
			if n < 0 {
				return nil, fmt.Errorf("figure: row %d of the confusion matrix has the count %d", i+1, n)
			}
			sum += n
		}
		m.sums = append(m.sums, sum)
		right += row[i]
		all += sum
	}
	if all == 0 {
		return nil, fmt.Errorf("figure: a confusion matrix of no images")
	}
	n := len(classes)
	m.style = sans(8.5, black)
	m.style.XAlign, m.style.YAlign = draw.XCenter, draw.YCenter
	m.numbers = n <= maxNumbered

	p := blankPlot(fmt.Sprintf("%.1f %% of %d images right", 100*float64(right)/float64(all), all), "taken for", "class of the image")
	across, down := make([]plot.Tick, n), make([]plot.Tick, n)
	longest := 0
	for i, c := range classes {
		if i%(1+(n-1)/maxLabelled) != 0 {
			c = ""
		}
		across[i] = plot.Tick{Value: float64(i), Label: c}
		down[i] = plot.Tick{Value: float64(n - 1 - i), Label: c}
		longest = max(longest, len(c))
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.ConstantTicks(across), plot.ConstantTicks(down)
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Tick.Length, a.LineStyle.Width = 0, 0
		if !m.numbers {
			a.Tick.Label.Font.Size = vg.Points(7)
		}
		a.Min, a.Max = -0.5, float64(n)-0.5
	}
	if longest*min(n, maxLabelled) > 75 { // would run into each other
		p.X.Tick.Label.Rotation = math.Pi / 5
		p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = draw.XRight, draw.YTop
	}
	p.Add(m)
	var entries []entry
	for _, share := range []float64{0, 0.25, 0.5, 0.75, 1} {
		entries = append(entries, entry{label: fmt.Sprintf("%g %%", 100*share), fill: shade(share)})
	}
	entries[0].label = "share of the row: " + entries[0].label
	addKey(p, entries...)
	return p, nil
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

// shade is the colour of a share from 0 to 1: from pale to dark blue.
func shade(share float64) color.RGBA {
	from, to := color.RGBA{0xee, 0xf2, 0xf6, 0xff}, color.RGBA{0x00, 0x4a, 0x80, 0xff}
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + share*(float64(b)-float64(a)))) }
	return color.RGBA{mix(from.R, to.R), mix(from.G, to.G), mix(from.B, to.B), 0xff}
}

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
			if share > 0.6 { // where white reads better than black
				sty.Color = color.White
			}
			c.FillText(sty, vg.Point{X: x(float64(j)), Y: y(at)}, strconv.Itoa(n))
		}
	}
}

// DataRange implements plot.DataRanger.
func (m matrix) DataRange() (xmin, xmax, ymin, ymax float64) {
	n := float64(len(m.counts))
	return -0.5, n - 0.5, -0.5, n - 0.5
}
