// Package train has the subcommands train and evaluate.
package train

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"coexplore/hw"
	"coexplore/internal/cli"
	"coexplore/nas/run"
	"coexplore/nas/train"
)

// Options are the flags of train.
type Options struct {
	network, data, head string
	images              run.Images
	validation          float64
	save, onnx, figures string
	formats             []string
	json, confusion     bool
	estimate            bool
	opt                 train.Options
}

// New is the subcommand train.
func New() *cobra.Command {
	f := &Options{opt: train.DefaultOptions(), formats: []string{"svg"}}
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Train one network on images and measure its accuracy",
		Long: `Train one network and measure it on the test images. With --validation a share of
the training images is set apart to measure epochs on, and the test images are only
looked at in the end. A network is its layers
KxF with an optional sS, comma separated: kernel, filters, stride. The same seed
gives the same weights, to the last bit, on any number of threads. Ctrl-C stops the
training: what was reached is measured, printed and saved, and the exit status is 1;
a second Ctrl-C ends that, too.`,
		Example: `  coexplore train --network 3x36,5x36,1x64,3x48s2,7x24,1x64
  coexplore train --network 3x36,3x48s2 --data cifar-10-batches-bin --epochs 10 --augment --onnx net.onnx
  coexplore train --network 3x36,3x48s2 --save net.weights --figures figures --format pdf`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl, o := cmd.Flags(), &f.opt
	fl.StringVar(&f.network, "network", "", "the network: layers KxF or KxFsS, comma separated (needed)")
	fl.StringVar(&f.data, "data", "shapes", cli.DataUsage)
	fl.IntVar(&f.images.Train, "train-images", 0, "training images to use; 0: all of a folder, 5000 of shapes")
	fl.IntVar(&f.images.Test, "test-images", 0, cli.TestImagesUsage)
	fl.Float64Var(&f.validation, "validation", 0, "share of the training images that is set apart to measure epochs on, below 1 (0: none)")
	fl.StringVar(&f.head, "head", "flatten", "what the dense layer reads: flatten or gap (global average pooling)")
	fl.IntVar(&o.Epochs, "epochs", o.Epochs, "passes over the training images")
	fl.IntVar(&o.Batch, "batch", o.Batch, "images of an update")
	fl.Float64Var(&o.LearningRate, "lr", o.LearningRate, "highest learning rate (0: 0.005 after flattening, 0.1 after global pooling)")
	fl.Float64Var(&o.WarmUp, "warmup", o.WarmUp, "epochs in which the rate rises from 0; then it falls along a cosine")
	fl.Float64Var(&o.Momentum, "momentum", o.Momentum, "Nesterov momentum")
	fl.Float64Var(&o.WeightDecay, "weight-decay", o.WeightDecay, "L2 penalty on weights")
	fl.Float64Var(&o.Smoothing, "smoothing", o.Smoothing, "label smoothing, 0 to below 1")
	fl.BoolVar(&o.Augment, "augment", false, "shift images by up to 4 pixels and mirror half of them")
	fl.Uint64Var(&o.Seed, "seed", o.Seed, "seed that decides weights, order and augmentation")
	fl.IntVar(&o.Threads, "threads", 0, "threads (0: one a core)")
	fl.StringVar(&o.Kernels, "kernels", "", "set of kernels: avx512, avx2, neon or go (default: the best of this machine)")
	fl.Float64Var(&o.MaxFLOPs, "max-flops", 0, "do not train if it takes more floating-point operations (0: no limit)")
	fl.DurationVar(&o.RefuseAfter, "refuse-after", 0, "do not train if it would take longer, as in 90s (0: no limit)")
	fl.DurationVar(&o.MaxTime, "max-time", 0, "stop training after so long, as in 2m, and measure what there is (0: no limit)")
	fl.BoolVar(&f.estimate, "estimate", false, "only say what training would take")
	fl.BoolVar(&f.confusion, "confusion", false, "print which classes are taken for which")
	cli.FileVar(fl, &f.save, "save", "file to write the trained weights to")
	cli.FileVar(fl, &f.onnx, "onnx", "ONNX file to write the trained network to")
	cli.FolderVar(fl, &f.figures, "figures", "folder for figures: accuracy and loss by epoch, confusion matrix, pictures with what they are taken for")
	fl.StringSliceVar(&f.formats, "format", f.formats, "formats of the figures: svg, pdf, png, eps, tex")
	fl.BoolVar(&f.json, "json", false, "print the result as JSON")
	return cmd
}

func (f *Options) run(cmd *cobra.Command) error {
	if f.network == "" {
		return cli.Usagef("--network is needed, as in --network 3x36,3x48s2")
	}
	net, err := hw.ParseChain(f.network)
	if err != nil {
		return cli.Usage(err)
	}
	if f.opt.Head, err = hw.ParseHead(f.head); err != nil {
		return cli.Usage(err)
	}
	if err := cli.CheckFormats(f.formats); err != nil {
		return err
	}
	stderr := cmd.ErrOrStderr()
	set, err := cli.OpenImages(f.data, f.images, stderr)
	if err != nil {
		return err
	}
	if f.validation != 0 {
		if set, err = set.Split(f.validation, run.DataSeed); err != nil {
			return cli.Usage(err)
		}
		fmt.Fprintln(stderr, set)
	}
	f.opt.Validate, f.opt.Keep = true, true
	if f.estimate {
		e, err := train.EstimateTraining(cmd.Context(), net, set, f.opt)
		if err != nil {
			return err
		}
		if f.json {
			return cli.WriteJSON(cmd, map[string]any{"seconds": e.Duration.Seconds(), "flops": e.FLOPs, "bytes": e.Bytes, "params": e.Params})
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "about %v, %.3g FLOPs, %d MiB, %d parameters\n", e.Duration.Round(time.Second/10), e.FLOPs, e.Bytes>>20, e.Params)
		return err
	}
	bar := newTrainBar(stderr)
	f.opt.Progress = bar.show
	// A signal ends the training and not what follows: what was reached is measured,
	// printed and saved.
	f.opt.Stop = cmd.Context().Done()
	ctx := context.WithoutCancel(cmd.Context())
	o, err := train.Train(ctx, net, set, f.opt)
	bar.end()
	if err != nil {
		return err
	}
	if set.Validation.Len() > 0 && o.Model != nil {
		if err := o.Test(ctx, set); err != nil {
			return err
		}
	}
	if f.json {
		err = cli.WriteJSON(cmd, o)
	} else {
		err = f.report(cmd.OutOrStdout(), o, set.Classes)
	}
	if err != nil {
		return err
	}
	if err := f.write(ctx, o, set, stderr); err != nil {
		return err
	}
	if o.Stopped {
		return fmt.Errorf("%s; accuracy and weights are those reached so far", o.Reason)
	}
	return nil
}
