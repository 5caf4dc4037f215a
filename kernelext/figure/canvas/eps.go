package canvas

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot/vg"
)

// eps writes the marks as encapsulated PostScript of level 2 that needs no font:
// letters are their outlines. PostScript's colours let nothing through: they are
// mixed with the ground.
func (r *Canvas) eps(title string) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%%!PS-Adobe-3.0 EPSF-3.0\n%%%%Title: %s\n%%%%BoundingBox: 0 0 %.0f %.0f\n%%%%HiResBoundingBox: 0 0 %s %s\n%%%%LanguageLevel: 2\n%%%%Pages: 1\n%%%%EndComments\n",
		ascii(title), math.Ceil(float64(r.Width)), math.Ceil(float64(r.Height)), thousandth(r.Width), thousandth(r.Height))
	b.WriteString("20 dict begin\n/m{moveto}def/l{lineto}def/c{curveto}def/h{closepath}def/f{fill}def/s{stroke}def/k{setrgbcolor}def/w{setlinewidth}def/d{0 setdash}def\n%%Page: 1 1\n")
	w := psWriter{&b, r}
	for _, m := range r.Marks {
		switch {
		case m.Image != nil:
			w.picture(&m)
		case m.Text != "":
			p, err := outline(m.Face, m.Text)
			if err != nil {
				return nil, fmt.Errorf("figure: eps: %q: %w", m.Text, err)
			}
			w.color(m.Fill)
			w.path(turned(p, m.At, m.Angle))
			b.WriteString("f\n")
		default:
			w.shape(&m)
		}
	}
	b.WriteString("showpage\nend\n%%EOF\n")
	return b.Bytes(), nil
}

// turned is a path turned about the origin and moved.
func turned(p vg.Path, by vg.Point, angle float64) vg.Path {
	r := Canvas{state: state{origin: by, angle: angle, scale: 1}}
	return r.path(p)
}

type psWriter struct {
	*bytes.Buffer
	page *Canvas
}

func (w psWriter) color(c color.Color) {
	red, green, blue := bytes3(w.page.opaque(c))
	fmt.Fprintf(w, "%.3g %.3g %.3g k\n", float64(red)/255, float64(green)/255, float64(blue)/255)
}

func (w psWriter) path(p vg.Path) {
	for _, c := range cubic(p) {
		for _, q := range c.Control {
			fmt.Fprintf(w, "%s %s ", thousandth(q.X), thousandth(q.Y))
		}
		if c.Type == vg.CloseComp {
			w.WriteString("h\n")
			continue
		}
		fmt.Fprintf(w, "%s %s %s\n", thousandth(c.Pos.X), thousandth(c.Pos.Y), map[int]string{vg.MoveComp: "m", vg.LineComp: "l", vg.CurveComp: "c"}[c.Type])
	}
}

func (w psWriter) shape(m *Mark) {
	if m.Fill != nil {
		w.color(m.Fill)
		w.path(m.Path)
		w.WriteString("f\n")
	}
	if m.Stroke == nil {
		return
	}
	w.color(m.Stroke)
	w.WriteString("[")
	for _, d := range m.Dashes {
		w.WriteString(thousandth(d) + " ")
	}
	fmt.Fprintf(w, "]d %s w\n", thousandth(m.Width))
	w.path(m.Path)
	w.WriteString("s\n")
}

func (w psWriter) picture(m *Mark) {
	image := original(m.Image)
	b := image.Bounds()
	fmt.Fprintf(w, "gsave %s %s translate %s %s scale /row %d string def\n%d %d 8 [%[6]d 0 0 -%[7]d 0 %[7]d] {currentfile row readhexstring pop} false 3 colorimage\n",
		thousandth(m.Box.Min.X), thousandth(m.Box.Min.Y), thousandth(m.Box.Size().X), thousandth(m.Box.Size().Y), 3*b.Dx(), b.Dx(), b.Dy())
	for y := range b.Dy() {
		for x := range b.Dx() {
			red, green, blue := bytes3(w.page.opaque(image.At(b.Min.X+x, b.Min.Y+y)))
			fmt.Fprintf(w, "%02x%02x%02x", red, green, blue)
		}
		w.WriteByte('\n')
	}
	w.WriteString("grestore\n")
}

// thousandth is a length in points, to a thousandth.
func thousandth(v vg.Length) string {
	return strconv.FormatFloat(math.Round(float64(v)*1000)/1000+0, 'f', -1, 64)
}
