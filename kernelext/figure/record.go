package figure

import (
	"image"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// A recording is a figure as a list of marks on a page. It is a vg.Canvas that
// resolves transformations and the style's colours, so that every format is
// written from the same marks, and tests can look at them.
type recording struct {
	style         *Style
	width, height vg.Length
	marks         []mark
	state         state
	stack         []state
}

// A mark is one thing drawn, in points from the page's lower left corner.
type mark struct {
	path   vg.Path     // filled or stroked
	fill   color.Color // nil: not filled
	stroke color.Color // nil: not stroked
	width  vg.Length
	dashes []vg.Length

	text  string // or letters, from their baseline's left end
	face  font.Face
	at    vg.Point
	angle float64 // of the baseline, in radians

	image image.Image // or a picture that fills box
	box   vg.Rectangle
}

// state is what Push saves. Transformations are a turn, a scale and a move.
type state struct {
	color  color.Color
	width  vg.Length
	dashes []vg.Length
	origin vg.Point
	angle  float64
	scale  float64
}

func newRecording(style *Style, s Size) *recording {
	return &recording{style: style, width: s.Width, height: s.Height, state: state{color: black, width: 1, scale: s.scale()}}
}

func (r *recording) Size() (width, height vg.Length)        { return r.width, r.height }
func (r *recording) SetLineWidth(w vg.Length)               { r.state.width = w }
func (r *recording) SetLineDash(d []vg.Length, _ vg.Length) { r.state.dashes = d }
func (r *recording) SetColor(c color.Color)                 { r.state.color = c }
func (r *recording) Rotate(angle float64)                   { r.state.angle += angle }
func (r *recording) Translate(pt vg.Point)                  { r.state.origin = r.point(pt) }
func (r *recording) Scale(x, _ float64)                     { r.state.scale *= x } // figures keep their proportions
func (r *recording) Push()                                  { r.stack = append(r.stack, r.state) }

func (r *recording) Pop() {
	r.state = r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
}

// point is where a point lies on the page.
func (r *recording) point(p vg.Point) vg.Point {
	sin, cos := math.Sincos(r.state.angle)
	x, y := float64(p.X)*r.state.scale, float64(p.Y)*r.state.scale
	return vg.Point{X: r.state.origin.X + vg.Length(x*cos-y*sin), Y: r.state.origin.Y + vg.Length(x*sin+y*cos)}
}

func (r *recording) path(p vg.Path) vg.Path {
	out := make(vg.Path, len(p))
	for i, c := range p {
		c.Pos = r.point(c.Pos)
		c.Radius *= vg.Length(r.state.scale)
		c.Start += r.state.angle
		control := make([]vg.Point, len(c.Control))
		for k, q := range c.Control {
			control[k] = r.point(q)
		}
		c.Control = control
		out[i] = c
	}
	return out
}

func (r *recording) Fill(p vg.Path) {
	r.marks = append(r.marks, mark{path: r.path(p), fill: r.style.color(r.state.color)})
}

// Stroke implements vg.Canvas. What was filled just before gets its edge in the same mark.
func (r *recording) Stroke(p vg.Path) {
	if r.state.width <= 0 {
		return
	}
	scale := vg.Length(r.state.scale)
	dashes := make([]vg.Length, len(r.state.dashes))
	for i, d := range r.state.dashes {
		dashes[i] = d * scale
	}
	path := r.path(p)
	if n := len(r.marks); n > 0 && r.marks[n-1].fill != nil && r.marks[n-1].stroke == nil && samePath(r.marks[n-1].path, path) {
		m := &r.marks[n-1]
		m.stroke, m.width, m.dashes = r.style.color(r.state.color), r.state.width*scale, dashes
		return
	}
	r.marks = append(r.marks, mark{path: path, stroke: r.style.color(r.state.color), width: r.state.width * scale, dashes: dashes})
}

func samePath(a, b vg.Path) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Type != b[i].Type || a[i].Pos != b[i].Pos || a[i].Radius != b[i].Radius {
			return false
		}
	}
	return true
}

func (r *recording) FillString(f font.Face, pt vg.Point, s string) {
	s = strings.TrimRight(s, " ")
	if s == "" || f.Font.Size == 0 {
		return
	}
	f.Font.Size *= vg.Length(r.state.scale)
	r.marks = append(r.marks, mark{text: s, face: f, at: r.point(pt), angle: r.state.angle, fill: r.style.color(r.state.color)})
}

func (r *recording) DrawImage(rect vg.Rectangle, img image.Image) {
	r.marks = append(r.marks, mark{image: img, box: vg.Rectangle{Min: r.point(rect.Min), Max: r.point(rect.Max)}})
}

// replay draws the marks on another canvas.
func (r *recording) replay(c vg.Canvas) {
	for _, m := range r.marks {
		switch {
		case m.image != nil:
			c.DrawImage(m.box, m.image)
		case m.text != "":
			c.SetColor(m.fill)
			c.Push()
			c.Translate(m.at)
			c.Rotate(m.angle)
			c.FillString(m.face, vg.Point{}, m.text)
			c.Pop()
		default:
			if m.fill != nil {
				c.SetColor(m.fill)
				c.Fill(m.path)
			}
			if m.stroke != nil {
				c.SetColor(m.stroke)
				c.SetLineWidth(m.width)
				c.SetLineDash(m.dashes, 0)
				c.Stroke(m.path)
			}
		}
	}
}
