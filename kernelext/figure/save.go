package figure

import (
	"bytes"
	"fmt"
	"image/color"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgeps"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgtex"

	"coexplore/internal/atomicfile"
)

// Formats are the formats in which figures can be saved.
func Formats() []string { return []string{"svg", "pdf", "png", "eps", "tex"} }

// pngDPI makes a figure of the default size 1950 pixels wide; tests draw smaller ones.
var pngDPI = 300

// Save writes the figure to a file of the default size, in the format that the
// file's name ends in. The file is whole or not there.
func Save(f *Figure, file string) error { return SaveSize(f, Default, file) }

// SaveSize is Save for a figure of another size.
func SaveSize(f *Figure, size Size, file string) error {
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), ".")
	raw, err := Encode(f, size, format)
	if err != nil {
		return fmt.Errorf("%w: %s", err, file)
	}
	return atomicfile.Write(file, raw)
}

// Encode returns the figure as a file of the format would hold it. SVG names its
// fonts and does not contain them; the other formats contain what they show.
// They refuse letters that the font does not have, which SVG leaves to the viewer.
func Encode(f *Figure, size Size, format string) ([]byte, error) {
	r, err := f.record(size)
	if err != nil {
		return nil, err
	}
	if format != "svg" && format != "tex" {
		for _, m := range r.marks {
			if m.text == "" {
				continue
			}
			if none := missing(m.face, m.text); none != "" {
				return nil, fmt.Errorf("figure: the font %s has no %q, which stands in %q: give the style another font, or save as svg", m.face.Name(), none, m.text)
			}
		}
	}
	switch format {
	case "svg":
		return r.svg()
	case "pdf":
		return r.pdf(f.Name())
	}
	var c vg.CanvasWriterTo
	switch format {
	case "png":
		return r.png(pngDPI)
	case "eps":
		c = outlined{vgeps.NewTitle(r.width, r.height, ascii(f.Name())), r.style}
	case "tex":
		c = escaped{vgtex.NewDocument(r.width, r.height)}
	default:
		return nil, fmt.Errorf("figure: unknown format %q; the formats are %s", format, strings.Join(Formats(), ", "))
	}
	r.replay(c)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("figure: %s: %w", format, err)
	}
	if format == "eps" {
		return postScript(b.Bytes()), nil
	}
	return b.Bytes(), nil
}

// png draws the marks with so many dots to the inch.
func (r *recording) png(dpi int) ([]byte, error) {
	c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(r.width, r.height), vgimg.UseDPI(dpi))}
	r.replay(c)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("figure: png: %w", err)
	}
	return b.Bytes(), nil
}

// postScript mends the sign that a PostScript file begins with, which gonum
// doubles, and asks for the font of the same widths that every PostScript
// device has.
func postScript(eps []byte) []byte {
	eps = bytes.Replace(eps, []byte("%%!PS"), []byte("%!PS"), 1)
	return bytes.ReplaceAll(eps, []byte("/LiberationSans-Regular findfont"), []byte("/Helvetica findfont"))
}

// ascii replaces all other letters.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 32 || r > 126 {
			return '?'
		}
		return r
	}, s)
}

// outlined is a PostScript canvas. PostScript's fonts know ASCII: other text is
// drawn as its outline.
type outlined struct {
	*vgeps.Canvas
	style *Style
}

// SetColor implements vg.Canvas. PostScript's colours let nothing through: they
// are mixed with the ground.
func (o outlined) SetColor(c color.Color) {
	red, green, blue := bytes3(c)
	_, _, _, alpha := c.RGBA()
	solid := color.RGBA{uint8(red), uint8(green), uint8(blue), 0xff}
	o.Canvas.SetColor(o.style.color(mixed{solid, paper, float64(alpha) / 0xffff}))
}

// FillString implements vg.Canvas.
func (o outlined) FillString(f font.Face, pt vg.Point, s string) {
	if ascii(s) == s {
		o.Canvas.FillString(f, pt, strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`).Replace(s))
		return
	}
	if p, err := outline(f, s); err == nil {
		o.Push()
		o.Translate(pt)
		o.Fill(p)
		o.Pop()
	}
}

// escaped is a TeX canvas. Some characters have a meaning of their own, and
// Greek is mathematics.
type escaped struct{ *vgtex.Canvas }

var toTeX = strings.NewReplacer(
	`\`, `\textbackslash{}`, `%`, `\%`, `_`, `\_`, `#`, `\#`, `&`, `\&`, `$`, `\$`, `{`, `\{`, `}`, `\}`, `~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`,
	"α", `$\alpha$`, "β", `$\beta$`, "γ", `$\gamma$`, "δ", `$\delta$`, "ε", `$\epsilon$`, "η", `$\eta$`, "λ", `$\lambda$`, "µ", `$\mu$`, "μ", `$\mu$`, "σ", `$\sigma$`, "π", `$\pi$`,
	"×", `$\times$`, "·", `$\cdot$`, "≤", `$\leq$`, "≥", `$\geq$`, "²", `$^2$`, "³", `$^3$`, "–", "--", "—", "---", "−", "$-$")

// FillString implements vg.Canvas.
func (e escaped) FillString(f font.Face, pt vg.Point, s string) {
	e.Canvas.FillString(f, pt, toTeX.Replace(s))
}
