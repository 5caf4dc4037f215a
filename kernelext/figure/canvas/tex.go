package canvas

import (
	"bytes"
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
)

// tex writes the marks as a LaTeX document of one page, of the figure's size, that
// needs the package pgf alone. Letters are TeX's own, as wide as they were measured,
// so that they keep apart in whatever font; what TeX has no letters for is drawn as
// its outline.
func (r *Canvas) tex() ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, `%% A figure as LaTeX: pdflatex, lualatex or xelatex makes its page. In a document of your
%% own, with \usepackage{pgf}, put what is from \begin{pgfpicture} to \end{pgfpicture}.
\documentclass{article}
\usepackage[papersize={%[1]sbp,%[2]sbp},margin=0pt]{geometry}
\usepackage{pgf}
\IfFileExists{lmodern.sty}{\usepackage[T1]{fontenc}\usepackage{lmodern}}{}
\pagestyle{empty}\parindent=0pt\topskip=0pt\parskip=0pt
\begin{document}\offinterlineskip
\begin{pgfpicture}
\pgfpathrectangle{\pgfpointorigin}{\pgfqpoint{%[1]sbp}{%[2]sbp}}\pgfusepath{use as bounding box}
`, thousandth(r.Width), thousandth(r.Height))
	w := texWriter{&b}
	for _, m := range r.Marks {
		b.WriteString("\\begin{pgfscope}\n")
		switch {
		case m.Image != nil:
			w.picture(&m, r)
		case m.Text != "" && !writable(m.Text):
			p, err := outline(m.Face, m.Text)
			if err != nil {
				return nil, fmt.Errorf("figure: tex: %q: %w", m.Text, err)
			}
			w.shape(&Mark{Path: turned(p, m.At, m.Angle), Fill: m.Fill})
		case m.Text != "":
			w.letters(&m)
		default:
			w.shape(&m)
		}
		b.WriteString("\\end{pgfscope}\n")
	}
	b.WriteString("\\end{pgfpicture}\n\\end{document}\n")
	return b.Bytes(), nil
}

// toTeX are the characters that have a meaning of their own, and those that are
// mathematics.
var toTeX = strings.NewReplacer(
	`\`, `\textbackslash{}`, `%`, `\%`, `_`, `\_`, `#`, `\#`, `&`, `\&`, `$`, `\$`, `{`, `\{`, `}`, `\}`, `~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`,
	"α", `$\alpha$`, "β", `$\beta$`, "γ", `$\gamma$`, "δ", `$\delta$`, "ε", `$\epsilon$`, "η", `$\eta$`, "λ", `$\lambda$`, "µ", `$\mu$`, "μ", `$\mu$`, "σ", `$\sigma$`, "π", `$\pi$`,
	"×", `$\times$`, "·", `$\cdot$`, "≤", `$\leq$`, "≥", `$\geq$`, "²", `$^2$`, "³", `$^3$`, "–", "--", "—", "---", "−", "$-$", "<", "$<$", ">", "$>$", "|", "$|$")

// writable tells whether every LaTeX has the letters of a text: those of ASCII, of
// toTeX and the accented ones of western Europe.
func writable(s string) bool {
	return strings.IndexFunc(toTeX.Replace(s), func(r rune) bool { return r > 126 && (r < 'À' || r > 'ÿ' || r == '÷') }) < 0
}

type texWriter struct{ *bytes.Buffer }

// ink sets the colour of filling or stroking.
func (w texWriter) ink(what string, c color.Color) {
	red, green, blue := bytes3(c)
	_, _, _, alpha := c.RGBA()
	fmt.Fprintf(w, `\definecolor{ink}{RGB}{%d,%d,%d}\pgfset%scolor{ink}`, red, green, blue, what)
	if alpha < 0xffff {
		fmt.Fprintf(w, `\pgfset%sopacity{%.3f}`, what, float64(alpha)/0xffff)
	}
	w.WriteByte('\n')
}

func (w texWriter) point(p vg.Point) string {
	return fmt.Sprintf(`{\pgfqpoint{%sbp}{%sbp}}`, thousandth(p.X), thousandth(p.Y))
}

func (w texWriter) shape(m *Mark) {
	var use []string
	if m.Fill != nil {
		w.ink("fill", m.Fill)
		use = append(use, "fill")
	}
	if m.Stroke != nil {
		w.ink("stroke", m.Stroke)
		fmt.Fprintf(w, `\pgfsetlinewidth{%sbp}\pgfsetdash{`, thousandth(m.Width))
		for _, d := range m.Dashes {
			fmt.Fprintf(w, "{%sbp}", thousandth(d))
		}
		w.WriteString("}{0bp}\n")
		use = append(use, "stroke")
	}
	for _, c := range cubic(m.Path) {
		switch c.Type {
		case vg.MoveComp:
			w.WriteString(`\pgfpathmoveto` + w.point(c.Pos))
		case vg.LineComp:
			w.WriteString(`\pgfpathlineto` + w.point(c.Pos))
		case vg.CurveComp:
			w.WriteString(`\pgfpathcurveto` + w.point(c.Control[0]) + w.point(c.Control[1]) + w.point(c.Pos))
		case vg.CloseComp:
			w.WriteString(`\pgfpathclose`)
		}
		w.WriteByte('\n')
	}
	fmt.Fprintf(w, "\\pgfusepath{%s}\n", strings.Join(use, ","))
}

func (w texWriter) letters(m *Mark) {
	red, green, blue := bytes3(m.Fill)
	size := thousandth(m.Face.Font.Size)
	fmt.Fprintf(w, `\pgftext[base,left,at=%s,rotate=%s]{\definecolor{ink}{RGB}{%d,%d,%d}\color{ink}\resizebox{%sbp}{\height}{\sffamily\fontsize{%sbp}{%[7]sbp}\selectfont %[8]s}}`+"\n",
		w.point(m.At), thousandth(vg.Length(m.Angle*180/math.Pi)), red, green, blue, thousandth(m.Face.Width(m.Text)), size, toTeX.Replace(m.Text))
}

// picture draws equal pixels of a row as one rectangle each, which reach a little
// into what is drawn next, so that no seams show.
func (w texWriter) picture(m *Mark, page *Canvas) {
	image := original(m.Image)
	b := image.Bounds()
	wide, high := m.Box.Size().X/vg.Length(b.Dx()), m.Box.Size().Y/vg.Length(b.Dy())
	for y := range b.Dy() {
		for x := 0; x < b.Dx(); {
			c, end := image.At(b.Min.X+x, b.Min.Y+y), x+1
			for end < b.Dx() && image.At(b.Min.X+end, b.Min.Y+y) == c {
				end++
			}
			w.ink("fill", page.opaque(c))
			right, low := min(m.Box.Max.X, m.Box.Min.X+wide*vg.Length(end)+0.1), max(m.Box.Min.Y, m.Box.Max.Y-high*vg.Length(y+1)-0.1)
			from := vg.Point{X: m.Box.Min.X + wide*vg.Length(x), Y: low}
			fmt.Fprintf(w, "\\pgfpathrectangle%s%s\\pgfusepath{fill}\n", w.point(from), w.point(vg.Point{X: right - from.X, Y: m.Box.Max.Y - high*vg.Length(y) - low}))
			x = end
		}
	}
}
