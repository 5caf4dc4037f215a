package train

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"coexplore/data"
	"coexplore/internal/cli"
	"coexplore/kernelext/figure"
	"coexplore/nas/train"
)

// write saves the trained network and the figures where the flags ask for them.
func (f *Options) write(ctx context.Context, o *train.Outcome, set *data.Set, stderr io.Writer) error {
	if err := writeModel(o.Model, o.Reason, f.save, f.onnx, stderr); err != nil {
		return err
	}
	if f.figures == "" {
		return nil
	}
	if len(o.History) == 0 || o.Confusion == nil {
		return fmt.Errorf("no figures in %s: %s", f.figures, o.Reason)
	}
	plots := []cli.Plot{
		{Name: "learning", Figure: figure.Learning(o.History)}, {Name: "loss", Figure: figure.Loss(o.History)},
		{Name: "confusion", Figure: figure.Confusion(o.Confusion, set.Classes)},
	}
	if o.Model != nil {
		pictures, err := picturesPlot(ctx, o.Model, set.Test)
		if err != nil {
			return err
		}
		plots = append(plots, pictures)
	}
	return cli.WritePlots(plots, f.figures, f.formats, stderr)
}

// writeModel saves weights and an ONNX file under the paths that are not empty.
// Without a model, reason says why there is none.
func writeModel(m *train.Model, reason, weights, onnx string, stderr io.Writer) error {
	for _, w := range []struct {
		path string
		save func(string) error
	}{{weights, m.Save}, {onnx, m.ExportONNX}} {
		if w.path == "" {
			continue
		}
		if m == nil {
			return fmt.Errorf("%s is not written: %s", w.path, reason)
		}
		if err := w.save(w.path); err != nil {
			return err
		}
		fmt.Fprintln(stderr, "wrote", w.path)
	}
	return nil
}

// report prints the outcome for people.
func (f *Options) report(w io.Writer, o *train.Outcome, classes []string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	on := "test"
	if o.TestAccuracy != nil {
		on = "validation"
	}
	fmt.Fprintf(t, "epoch\tloss\ttrain accuracy\t%s accuracy\tseconds\t\n", on)
	for _, e := range o.History {
		heldOut := e.TestAccuracy + e.ValidationAccuracy // one of them
		fmt.Fprintf(t, "%d\t%.4f\t%.2f%%\t%.2f%%\t%.1f\t\n", e.Epoch, e.Loss, 100*e.TrainAccuracy, 100*heldOut, e.Seconds)
	}
	t.Flush()
	if f.confusion {
		fmt.Fprintln(w)
		printConfusion(w, o.Confusion, classes)
	}
	if o.Reason != "" {
		fmt.Fprintln(w, o.Reason)
	}
	accuracy := fmt.Sprintf("accuracy %.2f%%", 100*o.Accuracy)
	if o.TestAccuracy != nil {
		accuracy = fmt.Sprintf("accuracy %.2f%% on test images, %.2f%% on validation images", 100**o.TestAccuracy, 100*o.Accuracy)
	}
	_, err := fmt.Fprintf(w, "%s, %d parameters, %.0f images/s (%s), %.1f s\n",
		accuracy, o.Params, o.ImagesPerSecond, o.Kernels, o.Seconds)
	return err
}

// printConfusion prints which classes are taken for which.
func printConfusion(w io.Writer, confusion [][]int, classes []string) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for i, row := range confusion {
		fmt.Fprintf(t, "%s\t", classes[i])
		for _, n := range row {
			fmt.Fprintf(t, "%d\t", n)
		}
		fmt.Fprintln(t)
	}
	t.Flush()
	fmt.Fprintln(w, "a row is what images are, a column what they are taken for, in the same order")
}
