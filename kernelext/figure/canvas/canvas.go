package canvas

import (
	"image"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// A Canvas is a page as a list of marks. It is a vg.Canvas that resolves
// transformations and colours, so that every format is written from the same marks,
// and tests can look at them.
type Canvas struct {
	Width, Height vg.Length
	Marks         []Mark

	ground color.Color
	colors func(color.Color) color.Color
	state  state
	stack  []state
}

// A Mark is one thing drawn, in points from the page's lower left corner.
type Mark struct {
	Path   vg.Path     // filled or stroked
	Fill   color.Color // nil: not filled
	Stroke color.Color // nil: not stroked
	Width  vg.Length
	Dashes []vg.Length

	Text  string // or letters, from their baseline's left end
	Face  font.Face
	At    vg.Point
	Angle float64 // of the baseline, in radians

	Image image.Image // or a picture that fills Box
	Box   vg.Rectangle
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

// New is an empty page of a size in points, on which what is drawn comes out larger by
// scale. The page's colours are those that colors gives to the colours that are drawn
// with; where a format's colours let nothing through, they are mixed with the ground.
func New(width, height vg.Length, scale float64, ground color.Color, colors func(color.Color) color.Color) *Canvas {
	return &Canvas{Width: width, Height: height, ground: ground, colors: colors, state: state{color: color.Black, width: 1, scale: scale}}
}

func (r *Canvas) Size() (width, height vg.Length)        { return r.Width, r.Height }
func (r *Canvas) SetLineWidth(w vg.Length)               { r.state.width = w }
func (r *Canvas) SetLineDash(d []vg.Length, _ vg.Length) { r.state.dashes = d }
func (r *Canvas) SetColor(c color.Color)                 { r.state.color = c }
func (r *Canvas) Rotate(angle float64)                   { r.state.angle += angle }
func (r *Canvas) Translate(pt vg.Point)                  { r.state.origin = r.point(pt) }
func (r *Canvas) Scale(x, _ float64)                     { r.state.scale *= x } // figures keep their proportions
func (r *Canvas) Push()                                  { r.stack = append(r.stack, r.state) }

func (r *Canvas) Pop() {
	r.state = r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
}

// point is where a point lies on the page.
func (r *Canvas) point(p vg.Point) vg.Point {
	sin, cos := math.Sincos(r.state.angle)
	x, y := float64(p.X)*r.state.scale, float64(p.Y)*r.state.scale
	return vg.Point{X: r.state.origin.X + vg.Length(x*cos-y*sin), Y: r.state.origin.Y + vg.Length(x*sin+y*cos)}
}

func (r *Canvas) path(p vg.Path) vg.Path {
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

func (r *Canvas) Fill(p vg.Path) {
	r.Marks = append(r.Marks, Mark{Path: r.path(p), Fill: r.colors(r.state.color)})
}

// Stroke implements vg.Canvas. What was filled just before gets its edge in the same mark.
func (r *Canvas) Stroke(p vg.Path) {
	if r.state.width <= 0 {
		return
	}
	scale := vg.Length(r.state.scale)
	dashes := make([]vg.Length, len(r.state.dashes))
	for i, d := range r.state.dashes {
		dashes[i] = d * scale
	}
	path := r.path(p)
	if n := len(r.Marks); n > 0 && r.Marks[n-1].Fill != nil && r.Marks[n-1].Stroke == nil && samePath(r.Marks[n-1].Path, path) {
		m := &r.Marks[n-1]
		m.Stroke, m.Width, m.Dashes = r.colors(r.state.color), r.state.width*scale, dashes
		return
	}
	r.Marks = append(r.Marks, Mark{Path: path, Stroke: r.colors(r.state.color), Width: r.state.width * scale, Dashes: dashes})
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

func (r *Canvas) FillString(f font.Face, pt vg.Point, s string) {
	s = strings.TrimRight(s, " ")
	if s == "" || f.Font.Size == 0 {
		return
	}
	f.Font.Size *= vg.Length(r.state.scale)
	r.Marks = append(r.Marks, Mark{Text: s, Face: f, At: r.point(pt), Angle: r.state.angle, Fill: r.colors(r.state.color)})
}

func (r *Canvas) DrawImage(rect vg.Rectangle, img image.Image) {
	r.Marks = append(r.Marks, Mark{Image: img, Box: vg.Rectangle{Min: r.point(rect.Min), Max: r.point(rect.Max)}})
}

// replay draws the marks on another canvas.
func (r *Canvas) replay(c vg.Canvas) {
	for _, m := range r.Marks {
		switch {
		case m.Image != nil:
			c.DrawImage(m.Box, m.Image)
		case m.Text != "":
			c.SetColor(m.Fill)
			c.Push()
			c.Translate(m.At)
			c.Rotate(m.Angle)
			c.FillString(m.Face, vg.Point{}, m.Text)
			c.Pop()
		default:
			if m.Fill != nil {
				c.SetColor(m.Fill)
				c.Fill(m.Path)
			}
			if m.Stroke != nil {
				c.SetColor(m.Stroke)
				c.SetLineWidth(m.Width)
				c.SetLineDash(m.Dashes, 0)
				c.Stroke(m.Path)
			}
		}
	}
}
