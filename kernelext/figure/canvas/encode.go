package canvas

import (
	"bytes"
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg/vgimg"
)

// Formats are the formats in which a page can be written.
func Formats() []string { return []string{"svg", "pdf", "png", "eps", "tex"} }

// Encode returns the page as a file of the format would hold it, with the title where
// the format has room for one; PNG has dpi dots to the inch. SVG names its fonts and
// does not contain them; the other formats contain what they show, and refuse letters
// that the font does not have, which SVG leaves to the viewer.
func (r *Canvas) Encode(format, title string, dpi int) ([]byte, error) {
	if format != "svg" {
		for _, m := range r.Marks {
			if m.Text == "" || format == "tex" && writable(m.Text) {
				continue
			}
			if none := missing(m.Face, m.Text); none != "" {
				return nil, fmt.Errorf("figure: the font %s has no %q, which stands in %q: give the style another font, or save as svg", m.Face.Name(), none, m.Text)
			}
		}
	}
	switch format {
	case "svg":
		return r.svg()
	case "pdf":
		return r.pdf(title)
	case "png":
		return r.png(dpi)
	case "eps":
		return r.eps(title)
	case "tex":
		return r.tex()
	}
	return nil, fmt.Errorf("figure: unknown format %q; the formats are %s", format, strings.Join(Formats(), ", "))
}

// png draws the marks with so many dots to the inch.
func (r *Canvas) png(dpi int) ([]byte, error) {
	c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(r.Width, r.Height), vgimg.UseDPI(dpi))}
	r.replay(c)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("figure: png: %w", err)
	}
	return b.Bytes(), nil
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
