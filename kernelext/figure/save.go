package figure

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg/vgimg"

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
	if format != "svg" {
		for _, m := range r.marks {
			if m.text == "" || format == "tex" && writable(m.text) {
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
	case "png":
		return r.png(pngDPI)
	case "eps":
		return r.eps(f.Name())
	case "tex":
		return r.tex()
	}
	return nil, fmt.Errorf("figure: unknown format %q; the formats are %s", format, strings.Join(Formats(), ", "))
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

// ascii replaces all other letters.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 32 || r > 126 {
			return '?'
		}
		return r
	}, s)
}
