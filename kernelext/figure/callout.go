package figure

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// callouts writes names beside points, each where it covers the fewest other
// points, lines and names.
type callouts struct {
	style text.Style
	at    plotter.XYs
	names []string
	avoid plotter.XYs // points that names must not cover if there is another way
	lines plotter.XYs // points of lines, which they had better not cover
}

// Plot implements plot.Plotter.
func (l *callouts) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	var taken []vg.Rectangle
	on := func(list plotter.XYs) []vg.Point {
		points := make([]vg.Point, len(list))
		for i, a := range list {
			points[i] = vg.Point{X: x(a.X), Y: y(a.Y)}
		}
		return points
	}
	points, lines := on(l.avoid), on(l.lines)
	for i, a := range l.at {
		from := vg.Point{X: x(a.X), Y: y(a.Y)}
		size := vg.Point{X: l.style.Width(l.names[i]), Y: l.style.Height(l.names[i])}
		box := place(c.Rectangle, from, size, points, lines, taken)
		taken = append(taken, box)

		near := vg.Point{X: min(max(from.X, box.Min.X), box.Max.X), Y: min(max(from.Y, box.Min.Y), box.Max.Y)}
		if d := math.Hypot(float64(near.X-from.X), float64(near.Y-from.Y)); d > 10 {
			start := vg.Point{X: from.X + (near.X-from.X)*vg.Length(6/d), Y: from.Y + (near.Y-from.Y)*vg.Length(6/d)}
			c.StrokeLine2(line(grey, 0.6), start.X, start.Y, near.X, near.Y)
		}
		c.SetColor(paper)
		c.Fill(grow(box, 1.5).Path())
		sty := l.style
		sty.XAlign, sty.YAlign = draw.XCenter, draw.YCenter
		c.FillText(sty, vg.Point{X: (box.Min.X + box.Max.X) / 2, Y: (box.Min.Y + box.Max.Y) / 2}, l.names[i])
	}
}

// place returns the best of the boxes around from for a name of the size.
func place(area vg.Rectangle, from, size vg.Point, points, lines []vg.Point, taken []vg.Rectangle) vg.Rectangle {
	best, least := vg.Rectangle{}, math.Inf(1)
	for _, distance := range []vg.Length{8, 16, 28, 44, 64, 90} {
		for turn := range 16 {
			sin, cos := math.Sincos(2 * math.Pi * (float64(turn) + 2) / 16) // first: up and right
			center := vg.Point{
				X: from.X + vg.Length(cos)*(distance+size.X/2),
				Y: from.Y + vg.Length(sin)*(distance+size.Y/2),
			}
			box := vg.Rectangle{
				Min: vg.Point{X: center.X - size.X/2, Y: center.Y - size.Y/2},
				Max: vg.Point{X: center.X + size.X/2, Y: center.Y + size.Y/2},
			}
			cost := float64(distance) / 8
			if box.Min.X < area.Min.X+2 || box.Max.X > area.Max.X-2 || box.Min.Y < area.Min.Y+2 || box.Max.Y > area.Max.Y-2 {
				cost += 1000
			}
			wide := grow(box, 7)
			for _, p := range points {
				if contains(wide, p) {
					cost += 20
				}
			}
			for _, p := range lines {
				if contains(box, p) {
					cost += 2
				}
			}
			if contains(wide, from) {
				cost += 50
			}
			for _, t := range taken {
				if wide.Min.X < t.Max.X && t.Min.X < wide.Max.X && wide.Min.Y < t.Max.Y && t.Min.Y < wide.Max.Y {
					cost += 100
				}
			}
			if cost < least {
				best, least = box, cost
			}
		}
	}
	return best
}

func grow(r vg.Rectangle, by vg.Length) vg.Rectangle {
	return vg.Rectangle{Min: vg.Point{X: r.Min.X - by, Y: r.Min.Y - by}, Max: vg.Point{X: r.Max.X + by, Y: r.Max.Y + by}}
}

func contains(r vg.Rectangle, p vg.Point) bool {
	return r.Min.X <= p.X && p.X <= r.Max.X && r.Min.Y <= p.Y && p.Y <= r.Max.Y
}
