package command

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

// checkFormats makes sure that every format is one that figures are saved in.
func checkFormats(formats []string) error {
	if len(formats) == 0 {
		return usagef("--format needs at least one of %s", strings.Join(figure.Formats(), ", "))
	}
	for _, f := range formats {
		if !slices.Contains(figure.Formats(), f) {
			return usagef("unknown figure format %q; the formats are %s", f, strings.Join(figure.Formats(), ", "))
		}
	}
	return nil
}

// drawFigures draws the figures of a run, the reward of each episode and the
// Pareto front, into the folder dir, and returns the paths of the files.
func drawFigures(r *nas.Result, dir string, formats []string) ([]string, error) {
	return savePlots(mainPlots(r), dir, formats)
}

// mainPlots are the reward of each episode and the Pareto front.
func mainPlots(r *nas.Result) []namedPlot {
	plots := []namedPlot{{name: "reward", plot: figure.Reward(r.Trials)}}
	if len(r.Front) > 0 {
		plots = append(plots, namedPlot{name: "pareto", plot: figure.Pareto(r)})
	}
	return plots
}

// A namedPlot is a figure and the name of its files, without the ending.
type namedPlot struct {
	name string
	plot *figure.Figure
	size figure.Size // zero: the default
}

// savePlots saves figures in each of the formats and returns the paths.
func savePlots(plots []namedPlot, dir string, formats []string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("cannot make the folder for figures: %w", err)
	}
	var paths []string
	for _, p := range plots {
		for _, format := range formats {
			path := filepath.Join(dir, p.name+"."+format)
			size := p.size
			if size.Width == 0 {
				size = figure.Default
			}
			if err := figure.SaveSize(p.plot, size, path); err != nil {
				return paths, err
			}
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// writePlots saves figures and says where.
func writePlots(plots []namedPlot, dir string, formats []string, stderr io.Writer) error {
	paths, err := savePlots(plots, dir, formats)
	for _, p := range paths {
		fmt.Fprintln(stderr, "wrote", p)
	}
	return err
}

// printFigures lists the files of figures.
func printFigures(w io.Writer, paths []string) {
	for _, path := range paths {
		fmt.Fprintln(w, "Figure:", path)
	}
}
