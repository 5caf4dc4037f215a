package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"coexplore/kernelext/figure"
	"coexplore/nas"
)

// CheckFormats makes sure that every format is one that figures are saved in.
func CheckFormats(formats []string) error {
	if len(formats) == 0 {
		return Usagef("--format needs at least one of %s", strings.Join(figure.Formats(), ", "))
	}
	for _, f := range formats {
		if !slices.Contains(figure.Formats(), f) {
			return Usagef("unknown figure format %q; the formats are %s", f, strings.Join(figure.Formats(), ", "))
		}
	}
	return nil
}

// DrawFigures draws the figures of a run, the reward of each episode and the
// Pareto front, into the folder dir, and returns the paths of the files.
func DrawFigures(r *nas.Result, dir string, formats []string, stderr io.Writer) ([]string, error) {
	return SavePlots(MainPlots(r), dir, formats, stderr)
}

// MainPlots are the reward of each episode and the Pareto front.
func MainPlots(r *nas.Result) []Plot {
	plots := []Plot{{Name: "reward", Figure: figure.Reward(r.Trials)}}
	if len(r.Front) > 0 {
		plots = append(plots, Plot{Name: "pareto", Figure: figure.Pareto(r)})
	}
	return plots
}

// A Plot is a figure and the name of its files, without the ending.
type Plot struct {
	Name   string
	Figure *figure.Figure
	Size   figure.Size // zero: the default
}

// SavePlots saves figures in each of the formats and returns the paths. It says once
// which letters the font does not have.
func SavePlots(plots []Plot, dir string, formats []string, stderr io.Writer) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot make the folder for figures: %w", err)
	}
	var paths, lacking []string
	for _, p := range plots {
		for _, format := range formats {
			path := filepath.Join(dir, p.Name+"."+format)
			size := p.Size
			if size.Width == 0 {
				size = figure.Default
			}
			if err := figure.SaveSize(p.Figure, size, path); err != nil {
				return paths, err
			}
			paths = append(paths, path)
			letters, err := figure.Lacking(p.Figure, size, format)
			if err != nil {
				return paths, err
			}
			for _, letter := range letters {
				if s := string(letter); !slices.Contains(lacking, s) {
					lacking = append(lacking, s)
				}
			}
		}
	}
	if len(lacking) > 0 {
		fmt.Fprintf(stderr, "warning: the figures' font has no %s: □ stands in their place; SVG keeps them (--format svg)\n", strings.Join(lacking, " "))
	}
	return paths, nil
}

// WritePlots saves figures and says where.
func WritePlots(plots []Plot, dir string, formats []string, stderr io.Writer) error {
	paths, err := SavePlots(plots, dir, formats, stderr)
	for _, p := range paths {
		fmt.Fprintln(stderr, "wrote", p)
	}
	return err
}

// PrintFigures lists the files of figures.
func PrintFigures(w io.Writer, paths []string) {
	for _, path := range paths {
		fmt.Fprintln(w, "Figure:", path)
	}
}

// Drawable keeps the figures that can be drawn: not every run has the values for
// every figure.
func Drawable(plots ...Plot) []Plot {
	return slices.DeleteFunc(plots, func(p Plot) bool { return p.Figure.Err() != nil })
}
