package canvas

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg/vgimg"
)

// Formats are the formats in which a page can be written.
func Formats() []string { return []string{"svg", "pdf", "png", "eps", "tex"} }

// Encode returns the page as a file of the format would hold it, with the title where
// the format has room for one; PNG has dpi dots to the inch. SVG names its fonts and
// does not contain them; the other formats contain what they show, and show □ for the
// letters of Lacking.
func (r *Canvas) Encode(format, title string, dpi int) ([]byte, error) {
	if r.Lacking(format) != "" {
		shown := *r
		shown.Marks = slices.Clone(r.Marks)
		for i, m := range shown.Marks {
			for _, letter := range m.lacking(format) {
				shown.Marks[i].Text = strings.ReplaceAll(shown.Marks[i].Text, string(letter), "□")
			}
		}
		r = &shown
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

// Lacking are the letters of the page that a file of the format cannot show, each once,
// in the order in which they are drawn: those that the fonts do not have. SVG leaves
// them to the viewer.
func (r *Canvas) Lacking(format string) string {
	var all strings.Builder
	for _, m := range r.Marks {
		for _, letter := range m.lacking(format) {
			if !strings.ContainsRune(all.String(), letter) {
				all.WriteRune(letter)
			}
		}
	}
	return all.String()
}

// lacking are the letters of a mark.
func (m *Mark) lacking(format string) string {
	if m.Text == "" || format == "svg" || format == "tex" && writable(m.Text) {
		return ""
	}
	return missing(m.Face, m.Text)
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
