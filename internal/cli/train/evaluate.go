package train

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"coexplore/internal/cli"
	"coexplore/kernelext/figure"
	"coexplore/nas/run"
	"coexplore/nas/train"
)

// EvaluateOptions are the flags of evaluate.
type EvaluateOptions struct {
	data, onnx, figures string
	formats             []string
	images              run.Images
	json, confusion     bool
}

// NewEvaluate is the subcommand evaluate.
func NewEvaluate() *cobra.Command {
	f := &EvaluateOptions{formats: []string{"svg"}}
	cmd := &cobra.Command{
		Use:   "evaluate WEIGHTS",
		Short: "Measure a network that train saved, or export it as ONNX",
		Long: `Measure the network in a weights file, as train --save writes it, on the test
images of a set, and export it as ONNX if a file is named.`,
		Example: `  coexplore evaluate net.weights --data cifar-10-batches-bin --confusion
  coexplore evaluate net.weights --onnx net.onnx --figures figures`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.data, "data", "shapes", cli.DataUsage)
	fl.IntVar(&f.images.Test, "test-images", 0, cli.TestImagesUsage)
	fl.BoolVar(&f.confusion, "confusion", false, "print which classes are taken for which")
	cli.FileVar(fl, &f.onnx, "onnx", "ONNX file to write the network to")
	cli.FolderVar(fl, &f.figures, "figures", "folder for figures: the confusion matrix, pictures with what they are taken for")
	fl.StringSliceVar(&f.formats, "format", f.formats, "formats of the figures: svg, pdf, png, eps, tex")
	fl.BoolVar(&f.json, "json", false, "print the result as JSON")
	return cmd
}

func (f *EvaluateOptions) run(cmd *cobra.Command, weights string) error {
	if err := cli.CheckFormats(f.formats); err != nil {
		return err
	}
	m, err := train.LoadModel(weights)
	if err != nil {
		return err
	}
	stderr := cmd.ErrOrStderr()
	set, err := cli.OpenImages(f.data, f.images, stderr)
	if err != nil {
		return err
	}
	if !slices.Equal(m.Classes, set.Classes) {
		return fmt.Errorf("%s tells apart %s, the images of %s are of %s: give the images that it was trained on with --data",
			weights, strings.Join(m.Classes, ", "), f.data, strings.Join(set.Classes, ", "))
	}
	start := time.Now()
	r, err := m.Evaluate(cmd.Context(), set.Test)
	if err != nil {
		return err
	}
	seconds := time.Since(start).Seconds()
	if err := f.print(cmd, m, r, seconds); err != nil {
		return err
	}
	if err := writeModel(m, "", "", f.onnx, stderr); err != nil || f.figures == "" {
		return err
	}
	pictures, err := picturesPlot(cmd.Context(), m, set.Test)
	if err != nil {
		return err
	}
	plots := []cli.Plot{{Name: "confusion", Figure: figure.Confusion(r.Confusion, m.Classes)}, pictures}
	return cli.WritePlots(plots, f.figures, f.formats, stderr)
}

// print prints what was measured, in so many seconds.
func (f *EvaluateOptions) print(cmd *cobra.Command, m *train.Model, r *train.Measurement, seconds float64) error {
	params := m.Network.Params(m.Input, len(m.Classes), m.Head)
	if f.json {
		return cli.WriteJSON(cmd, struct {
			Network string `json:"network"`
			Params  int64  `json:"params"`
			*train.Measurement
			ImagesPerSecond float64 `json:"images_per_second"`
			Seconds         float64 `json:"seconds"`
		}{m.Network.String(), params, r, float64(r.Images) / seconds, seconds})
	}
	w := cmd.OutOrStdout()
	if f.confusion {
		printConfusion(w, r.Confusion, m.Classes)
	}
	_, err := fmt.Fprintf(w, "%v: accuracy %.2f%%, loss %.4f on %d test images, %d parameters, %.0f images/s\n",
		m.Network, 100*r.Accuracy, r.Loss, r.Images, params, float64(r.Images)/seconds)
	return err
}
