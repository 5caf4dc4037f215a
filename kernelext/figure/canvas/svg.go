package canvas

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"html"
	"image/color"
	"image/png"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
)

// svg writes the marks as SVG: a class for each way of drawing, and a shape that
// comes back, as a marker does, once and then by reference. Letters have their
// measured length, so that they keep apart in whatever font a viewer has. Names of
// classes and shapes begin with the content's check sum: several figures can
// stand in one page.
func (r *Canvas) svg() ([]byte, error) {
	w := svgWriter{height: r.Height, classes: map[string]int{}, shapes: map[string]int{}}
	times := map[string]int{}
	type drawn struct{ class, shape string }
	list := make([]drawn, len(r.Marks))
	for i, m := range r.Marks {
		if m.Path != nil {
			list[i] = drawn{w.look(&m), w.path(m.Path)}
			times[list[i].class+list[i].shape]++
		}
	}
	for i, m := range r.Marks {
		switch {
		case m.Image != nil:
			if err := w.picture(&m); err != nil {
				return nil, err
			}
		case m.Text != "":
			w.letters(&m)
		default:
			d := list[i]
			if n := times[d.class+d.shape]; n > 2 && len(m.Path) < 16 {
				x, y := tenth(m.Path[0].Pos.X), tenth(w.height-m.Path[0].Pos.Y)
				fmt.Fprintf(&w.body, "<use href=\"#%s\" x=\"%s\" y=\"%s\"/>\n", w.shape(d.class, d.shape), x, y)
				continue
			}
			x, y := w.at(m.Path[0].Pos)
			fmt.Fprintf(&w.body, "<path class=\"%s\" d=\"M%s %s%s\"/>\n", w.class(d.class), x, y, d.shape)
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"%spt\" height=\"%spt\" viewBox=\"0 0 %[1]s %[2]s\">\n",
		short(float64(r.Width)), short(float64(r.Height)))
	b.WriteString("<style>\n")
	for i, c := range w.classList {
		fmt.Fprintf(&b, ".%s%s{%s}\n", prefix, Name(i), c)
	}
	b.WriteString("</style>\n")
	if len(w.defs) > 0 {
		b.WriteString("<defs>\n" + strings.Join(w.defs, "") + "</defs>\n")
	}
	b.Write(w.body.Bytes())
	b.WriteString("</svg>\n")
	own := fmt.Sprintf("f%x", crc32.ChecksumIEEE(b.Bytes())&0xffff)
	return bytes.ReplaceAll(b.Bytes(), []byte(prefix), []byte(own)), nil
}

// prefix stands for the check sum until that is known; XML cannot hold it.
const prefix = "\x01"

type svgWriter struct {
	height    vg.Length
	body      bytes.Buffer
	classes   map[string]int // by their declarations
	classList []string
	shapes    map[string]int // by class and path
	defs      []string
}

func (w *svgWriter) class(look string) string {
	i, ok := w.classes[look]
	if !ok {
		i = len(w.classList)
		w.classes[look] = i
		w.classList = append(w.classList, look)
	}
	return prefix + Name(i)
}

func (w *svgWriter) shape(look, path string) string {
	i, ok := w.shapes[look+path]
	if !ok {
		i = len(w.defs)
		w.shapes[look+path] = i
		w.defs = append(w.defs, fmt.Sprintf("<path id=\"%ss%d\" class=\"%s\" d=\"M0 0%s\"/>\n", prefix, i, w.class(look), path))
	}
	return fmt.Sprintf("%ss%d", prefix, i)
}

// look is how a mark is drawn, as CSS.
func (w *svgWriter) look(m *Mark) string {
	s := "fill:" + css(m.Fill)
	if m.Stroke != nil {
		s += fmt.Sprintf(";stroke:%s;stroke-width:%s", css(m.Stroke), short(float64(m.Width)))
		if len(m.Dashes) > 0 {
			var list []string
			for _, d := range m.Dashes {
				list = append(list, short(float64(d)))
			}
			s += ";stroke-dasharray:" + strings.Join(list, " ")
		}
	}
	return s
}

// path is a path's commands after its first, relative to where they begin. Each
// point is rounded on the page, so that errors do not add up.
func (w *svgWriter) path(p vg.Path) string {
	var b strings.Builder
	digits := 100.
	if len(p) > 100 { // a curve of many points
		digits = 10
	}
	short := func(v float64) string { return short(math.Round(v*digits) / digits) }
	from, start := p[0].Pos, p[0].Pos
	rel := func(to vg.Point) string {
		return short(float64(to.X-from.X)) + " " + short(float64(from.Y-to.Y))
	}
	step := func(to vg.Point) { // rounded as it is written
		from.X += vg.Length(math.Round(float64(to.X-from.X)*digits) / digits)
		from.Y += vg.Length(math.Round(float64(to.Y-from.Y)*digits) / digits)
	}
	for _, c := range p[1:] {
		switch c.Type {
		case vg.MoveComp:
			b.WriteString("m" + rel(c.Pos))
			step(c.Pos)
			start = from
		case vg.LineComp:
			b.WriteString("l" + rel(c.Pos))
			step(c.Pos)
		case vg.ArcComp:
			on := func(a float64) vg.Point {
				sin, cos := math.Sincos(a)
				return vg.Point{X: c.Pos.X + c.Radius*vg.Length(cos), Y: c.Pos.Y + c.Radius*vg.Length(sin)}
			}
			radius, sweep := short(float64(c.Radius)), 0
			if c.Angle < 0 {
				sweep = 1
			}
			for half := 1.; half <= 2; half++ { // no arc of SVG is a whole circle
				to := on(c.Start + c.Angle*half/2)
				fmt.Fprintf(&b, "a%s %s 0 0 %d %s", radius, radius, sweep, rel(to))
				step(to)
			}
		case vg.CurveComp:
			b.WriteString(map[int]string{1: "q", 2: "c"}[len(c.Control)])
			for _, q := range c.Control {
				b.WriteString(rel(q) + " ")
			}
			b.WriteString(rel(c.Pos))
			step(c.Pos)
		case vg.CloseComp:
			b.WriteString("z")
			from = start
		}
	}
	return b.String()
}

func (w *svgWriter) letters(m *Mark) {
	look := fmt.Sprintf("fill:%s;font:%spx 'Liberation Sans',Arial,Helvetica,sans-serif", css(m.Fill), short(float64(m.Face.Font.Size)))
	x, y := w.at(m.At)
	turn, length := "", ""
	if m.Angle != 0 {
		turn = fmt.Sprintf(" transform=\"rotate(%s %s %s)\"", short(-m.Angle*180/math.Pi), x, y)
	}
	if len([]rune(m.Text)) > 1 && missing(m.Face, m.Text) == "" {
		length = fmt.Sprintf(" textLength=\"%s\" lengthAdjust=\"spacingAndGlyphs\"", short(float64(m.Face.Width(m.Text))))
	}
	fmt.Fprintf(&w.body, "<text class=\"%s\" x=\"%s\" y=\"%s\"%s%s>%s</text>\n", w.class(look), x, y, turn, length, html.EscapeString(m.Text))
}

func (w *svgWriter) picture(m *Mark) error {
	var b bytes.Buffer
	if err := png.Encode(&b, m.Image); err != nil {
		return fmt.Errorf("figure: svg: %w", err)
	}
	size := m.Box.Size()
	x, y := w.at(vg.Point{X: m.Box.Min.X, Y: m.Box.Max.Y})
	fmt.Fprintf(&w.body, "<image x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" xlink:href=\"data:image/png;base64,%s\"/>\n",
		x, y, short(float64(size.X)), short(float64(size.Y)), base64.StdEncoding.EncodeToString(b.Bytes()))
	return nil
}

// at is a point on SVG's page, whose y grows downwards.
func (w *svgWriter) at(p vg.Point) (x, y string) {
	return short(float64(p.X)), short(float64(w.height - p.Y))
}

// short is a number with two digits after the point, as short as it can be.
func short(v float64) string {
	s := strconv.FormatFloat(math.Round(v*100)/100+0, 'f', -1, 64)
	if rest, ok := strings.CutPrefix(s, "0."); ok {
		return "." + rest
	}
	if rest, ok := strings.CutPrefix(s, "-0."); ok {
		return "-." + rest
	}
	return s
}

// tenth is a length in tenths of a point, which is enough for a marker's place.
func tenth(v vg.Length) string { return short(math.Round(float64(v)*10) / 10) }

func css(c color.Color) string {
	if c == nil {
		return "none"
	}
	v := color.NRGBAModel.Convert(c).(color.NRGBA)
	if v.A < 0xff {
		return fmt.Sprintf("rgba(%d,%d,%d,%s)", v.R, v.G, v.B, short(float64(v.A)/0xff))
	}
	return fmt.Sprintf("#%02x%02x%02x", v.R, v.G, v.B)
}

// Name is a, b, ... z, then aa, ab and so on.
func Name(i int) string {
	s := string(rune('a' + i%26))
	if i >= 26 {
		return Name(i/26-1) + s
	}
	return s
}
