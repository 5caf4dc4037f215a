package figure

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgeps"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"
	"gonum.org/v1/plot/vg/vgtex"

	"coexplore/internal/atomicfile"
)

// Formats are the formats in which figures can be saved.
func Formats() []string { return []string{"svg", "pdf", "png", "eps", "tex"} }

// pngDPI makes a figure 1950 pixels wide.
const pngDPI = 300

// Save writes the plot to a file of the usual size, in the format that the
// file's name ends in. The file is whole or not there.
func Save(p *plot.Plot, file string) error { return SaveSize(p, Width, Height, file) }

// SaveSize is Save for a figure of another size.
func SaveSize(p *plot.Plot, width, height vg.Length, file string) error {
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), ".")
	raw, err := Encode(p, width, height, format)
	if err != nil {
		return fmt.Errorf("%w: %s", err, file)
	}
	return atomicfile.Write(file, raw)
}

// Encode returns the plot as a file of the format would hold it. SVG names its
// fonts and does not contain them; the other formats that can do contain them.
func Encode(p *plot.Plot, width, height vg.Length, format string) ([]byte, error) {
	var c vg.CanvasWriterTo
	switch format {
	case "svg":
		c = vgsvg.New(width, height)
	case "pdf":
		c = vgpdf.New(width, height)
	case "png":
		c = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(pngDPI))}
	case "eps":
		c = escaped{vgeps.NewTitle(width, height, p.Title.Text), strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`)}
	case "tex":
		c = escaped{vgtex.NewDocument(width, height), strings.NewReplacer(
			`\`, `\textbackslash{}`, `%`, `\%`, `_`, `\_`, `#`, `\#`, `&`, `\&`, `$`, `\$`, `{`, `\{`, `}`, `\}`, `~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`)}
	default:
		return nil, fmt.Errorf("figure: unknown format %q; the formats are %s", format, strings.Join(Formats(), ", "))
	}
	drawOn(p, c)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("figure: %s: %w", format, err)
	}
	switch format {
	case "svg":
		return svgFonts(b.Bytes()), nil
	case "eps":
		return postScript(b.Bytes()), nil
	}
	return b.Bytes(), nil
}

// drawOn draws the plot with a margin.
func drawOn(p *plot.Plot, c vg.CanvasSizer) {
	p.Draw(draw.Crop(draw.New(c), 4, -10, 4, -4))
}

// postScript mends the sign that a PostScript file begins with, which gonum
// doubles, and asks for the font of the same widths that every PostScript
// device has.
func postScript(eps []byte) []byte {
	eps = bytes.Replace(eps, []byte("%%!PS"), []byte("%!PS"), 1)
	return bytes.ReplaceAll(eps, []byte("/LiberationSans-Regular findfont"), []byte("/Helvetica findfont"))
}

// svgFonts names fonts of the same widths that other systems have.
func svgFonts(svg []byte) []byte {
	return bytes.ReplaceAll(svg, []byte("font-family:Liberation Sans;"), []byte("font-family:'Liberation Sans',Arial,Helvetica,sans-serif;"))
}

// escaped is a canvas whose format gives some characters a meaning.
type escaped struct {
	vg.CanvasWriterTo
	replacer *strings.Replacer
}

// FillString implements vg.Canvas.
func (e escaped) FillString(f font.Face, pt vg.Point, s string) {
	e.CanvasWriterTo.FillString(f, pt, e.replacer.Replace(s))
}
