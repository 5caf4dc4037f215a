package canvas

import (
	"image"
	"math"

	"gonum.org/v1/plot/vg"
)

// cubic is the path of lines and cubic Bézier curves alone: what every format of
// print knows. An arc becomes curves of an eighth of a turn or less, whose handles
// are 4/3 tan(angle/4) radii long.
func cubic(p vg.Path) vg.Path {
	out := make(vg.Path, 0, len(p))
	var at vg.Point
	for _, c := range p {
		switch {
		case c.Type == vg.ArcComp:
			out = appendArc(out, c)
			at = out[len(out)-1].Pos
			continue
		case c.Type == vg.CurveComp && len(c.Control) == 1: // quadratic: handles at two thirds
			q := c.Control[0]
			third := func(from vg.Point) vg.Point {
				return vg.Point{X: from.X + 2*(q.X-from.X)/3, Y: from.Y + 2*(q.Y-from.Y)/3}
			}
			c.Control = []vg.Point{third(at), third(c.Pos)}
		}
		at = c.Pos
		out = append(out, c)
	}
	return out
}

func appendArc(out vg.Path, c vg.PathComp) vg.Path {
	n := max(1, math.Ceil(math.Abs(c.Angle)/(math.Pi/4)))
	step := c.Angle / n
	handle := 4. / 3 * math.Tan(step/4)
	on := func(angle, along float64) vg.Point {
		sin, cos := math.Sincos(angle)
		return vg.Point{X: c.Pos.X + c.Radius*vg.Length(cos-along*sin), Y: c.Pos.Y + c.Radius*vg.Length(sin+along*cos)}
	}
	for i := range int(n) {
		a := c.Start + float64(i)*step
		out = append(out, vg.PathComp{Type: vg.CurveComp, Control: []vg.Point{on(a, handle), on(a+step, -handle)}, Pos: on(a+step, 0)})
	}
	return out
}

// original is an image that was enlarged by whole pixels as it was before.
func original(m image.Image) image.Image {
	b := m.Bounds()
	for by := min(b.Dx(), b.Dy()); by > 1; by-- {
		if b.Dx()%by == 0 && b.Dy()%by == 0 && enlarged(m, by) {
			out := image.NewRGBA(image.Rect(0, 0, b.Dx()/by, b.Dy()/by))
			for y := range b.Dy() / by {
				for x := range b.Dx() / by {
					out.Set(x, y, m.At(b.Min.X+x*by, b.Min.Y+y*by))
				}
			}
			return out
		}
	}
	return m
}

// enlarged tells whether all blocks of by times by pixels have one colour.
func enlarged(m image.Image, by int) bool {
	b := m.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			if m.At(b.Min.X+x, b.Min.Y+y) != m.At(b.Min.X+x/by*by, b.Min.Y+y/by*by) {
				return false
			}
		}
	}
	return true
}
