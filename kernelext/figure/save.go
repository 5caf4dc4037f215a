package figure

import (
	"fmt"
	"path/filepath"
	"strings"

	"coexplore/internal/atomicfile"
	"coexplore/kernelext/figure/canvas"
)

// Formats are the formats in which figures can be saved.
func Formats() []string { return canvas.Formats() }

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
// fonts and does not contain them; the other formats contain what they show, with □
// for the letters of Lacking.
func Encode(f *Figure, size Size, format string) ([]byte, error) {
	page, err := f.record(size)
	if err != nil {
		return nil, err
	}
	return page.Encode(format, f.Name(), pngDPI)
}

// Lacking are the letters that the style's font does not have and that Encode therefore
// replaces in a file of the format: none in SVG, which leaves letters to the viewer.
func Lacking(f *Figure, size Size, format string) (string, error) {
	page, err := f.record(size)
	if err != nil {
		return "", err
	}
	return page.Lacking(format), nil
}
