// Package explore has the subcommands that search: explore, evaluate-request, which the jobs
// of its clusters run, and repair, for its run directories.
package explore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"coexplore/internal/cli"
	"coexplore/nas"
	"coexplore/nas/run"
)

// Options are the flags of explore that are not part of a run's Config.
type Options struct {
	config        run.Config
	parameters    cli.ParameterFlags
	cluster       cli.ClusterFlags
	stride        string
	objectives    []string
	out, resume   string
	json, figures bool
	run.Resources
	retries     int
	maxFailures int
	formats     []string
	devicesFile string
}

// New is the subcommand explore.
func New() *cobra.Command {
	f := &Options{config: run.Default()}
	cmd := &cobra.Command{
		Use:   "explore",
		Short: "Search for networks and FPGA pipelines together",
		Long: `Search for a network together with the FPGA pipeline that runs it, training the
promising ones on real images, and leave a run directory with the log of trials
and figures. Without flags: the tiny space, the generated set shapes and three
XC7Z015, in under three minutes on two cores.

` + cli.MethodList(),
		Example: `  coexplore explore
  coexplore explore --space cifar10 --stride predicted --data DIR --fps 35 --episodes 100
  coexplore explore --cluster slurm --partition gpu --time 30 --in-flight 16
  coexplore explore --resume runs/tiny-coexplore-1`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.explore(cmd) },
	}
	c := &f.config
	fl := cmd.Flags()
	fl.StringVar(&c.Space, "space", "tiny", cli.SpaceUsage)
	fl.StringVar(&f.stride, "stride", "", "strides: fixed at 1, or predicted from 1 and 2 (default: fixed; predicted for imagenet)")
	fl.StringVar(&c.Data, "data", "shapes", cli.DataUsage)
	fl.StringVar(&c.Evaluator, "evaluator", "", "program that finds a network's accuracy in place of training: a JSON line in, a JSON line out (see package nas/evaluate, External)")
	fl.DurationVar(&c.EvaluatorTimeout, "evaluator-timeout", 0, "how long that program may take for a network (0: no limit)")
	fl.StringVar(&c.Table, "table", "", "table of accuracies in place of training: builtin (the tiny space at 16x16) or a CSV file")
	fl.IntVar(&c.Images.Train, "train-images", 0, "training images to use, validation images among them; 0: all of a folder, 2500 of shapes")
	fl.IntVar(&c.Images.Test, "test-images", 0, "test images to use; 0: all of a folder, 1000 of shapes")
	fl.Float64Var(&c.Validation, "validation", 0, fmt.Sprintf("share of the training images that networks are chosen by (default: %g); the front's are measured on the test images in the end", run.ValidationShare))
	fl.StringVar(&c.Pool, "fpga", "XC7Z015:3", cli.FPGAUsage)
	fl.StringVar(&f.devicesFile, "devices", "", "TOML file with devices and boards of your own")
	fl.Float64Var(&c.FPS, "fps", 0, "throughput that is asked for, frames/s (default: 35 for cifar10, 10 for imagenet, for tiny one that about half of its networks reach; needed with a file)")
	fl.IntVar(&c.Target.Bits, "bits", 32, "word size: 8 or 16 (fixed point) or 32 (float)")
	fl.Float64Var(&c.Target.ClockMHz, "clock", 100, "clock of the FPGAs, MHz")
	fl.IntVar(&c.MaxFPGAs, "max-fpgas", 0, "the most FPGAs of a pipeline (0: all)")
	fl.Float64Var(&c.Target.LinkGbps, "link", 0, "bandwidth between FPGAs in Gbit/s (0: never the limit)")
	fl.Float64Var(&c.Target.LinkLatencyUS, "link-latency", 0, "time from the sending of a bit over a link to its arrival, in microseconds")
	fl.Float64Var(&c.AccuracyFloor, "accuracy-floor", 0, "accuracy that OptHW must keep, 0 to 1 (default: 0.05 below the best)")
	fl.StringSliceVar(&f.objectives, "objectives", nil, cli.ObjectivesUsage)
	fl.StringVar(&c.Method, "method", "coexplore", "method: "+strings.Join(cli.Methods.Names(), ", "))
	f.parameters.Add(fl)
	fl.StringVar(&c.LatencyTable, "latency-table", "", cli.LatencyTableUsage)
	fl.BoolVar(&c.LatencyFill, "latency-fill", false, cli.LatencyFillUsage)
	fl.IntVar(&c.Episodes, "episodes", 0, "networks that the controller proposes (default: 60)")
	fl.IntVar(&c.MaxTrained, "max-trained", 0, "stop when so many networks were trained, or with --halving as many epochs (0: no limit)")
	fl.IntVar(&c.Halving, "halving", 0, "train networks for an epoch first, and only the best one in so many on, to so many epochs, its square, ... (0: train all to the end)")
	fl.IntVar(&f.retries, "retries", nas.DefaultRetries, "how often an evaluation that failed is tried again (0: not at all)")
	fl.IntVar(&f.maxFailures, "max-failures", nas.DefaultMaxFailures, "stop when the evaluations of so many networks in a row failed (0: no limit)")
	fl.Uint64Var(&c.Seed, "seed", 1, "seed that decides everything random")
	fl.IntVar(&c.Epochs, "epochs", 0, "epochs that a network is trained (default: 3 for tiny, 1 otherwise)")
	fl.IntVar(&c.TrainBatch, "batch", 64, "images in a training batch")
	fl.Float64Var(&c.LearningRate, "lr", 0, "learning rate of training (default: 0.1 after global pooling, 0.005 after flattening)")
	fl.BoolVar(&c.Augment, "augment", false, "shift training images by up to 4 pixels and mirror half of them")
	fl.Float64Var(&c.MaxFLOPs, "max-flops", 0, "do not train a network that takes more floating-point operations, as in 2e12 (0: no limit)")
	fl.StringVar(&c.Kernels, "kernels", "", "set of kernels that training uses: avx512, avx2, neon or go; their results differ in the last bits (default: the best of this machine)")
	fl.IntVar(&f.Threads, "threads", 0, "threads that train one network (0: share the cores among the workers)")
	fl.IntVar(&c.InFlight, "in-flight", 1, "networks that may wait for their accuracies at once: the next are proposed meanwhile, knowing less (changes the result)")
	fl.IntVar(&f.Workers, "workers", 1, "networks trained at once, of those in flight or of --episode-batch (random search: any number; does not change the result)")
	f.cluster.Add(fl)
	fl.IntVar(&f.MemoryMiB, "max-memory", 0, "MiB of memory to stay within: networks whose training takes more are refused (0: no limit)")
	cli.FolderVar(fl, &f.out, "out", "folder for the run (default: a new one in runs/)")
	fl.StringVar(&f.resume, "resume", "", "run directory to go on with; the run's own settings count: --episodes and --max-trained may be raised, --data, --table and --latency-table name where the same files lie now, --kernels what this machine has")
	fl.StringSliceVar(&f.formats, "format", []string{"svg", "png"}, "formats of the figures: svg, pdf, png, eps, tex")
	fl.BoolVar(&f.figures, "figures", true, "draw figures when done")
	fl.BoolVar(&f.json, "json", false, "print the result as JSON")
	return cmd
}

func (f *Options) explore(cmd *cobra.Command) error {
	if err := cli.CheckFormats(f.formats); err != nil {
		return err
	}
	session, err := f.open(cmd)
	if err != nil {
		return err
	}
	c, stderr := &session.Config, cmd.ErrOrStderr()
	dir := cmp.Or(f.resume, f.out)
	if d := session.Directory; d != nil {
		defer d.End(nil) // whatever happens, the directory is given back
		if notice := d.Notice(); notice != "" {
			fmt.Fprintln(stderr, notice)
		}
	} else if dir == "" {
		dir = newRunPath(c)
	}
	fmt.Fprintln(stderr, session)
	if session.Memory != "" {
		fmt.Fprintln(stderr, session.Memory)
	}
	if together := session.Together(); f.Workers > together && c.Method != "random" {
		fmt.Fprintf(stderr, "--workers %d: no more than %d of them will be busy, for so many networks are in flight at once; --in-flight %[1]d has more, and another result\n", f.Workers, together)
	}
	if f.cluster.DryRun {
		return cli.DryRun(cmd, run.JobOptions(c.Slurm, dir, "evaluate-request"), max(1, c.InFlight))
	}
	if session.Directory == nil {
		if f.objectives != nil {
			if err := session.JudgeBy(f.objectives...); err != nil {
				return err
			}
		}
		if err := session.Create(dir); err != nil {
			return err
		}
	}
	watch := nas.Recorders(newProgress(stderr), &collapseNotice{w: stderr, parameters: c.Parameters})
	result, err := session.Explore(cmd.Context(), watch, cli.SlurmNotice(stderr))
	if result == nil { // the search did not begin
		return err
	}
	stopped := err
	if errors.Is(err, context.Canceled) {
		stopped = fmt.Errorf("stopped after %d of %d episodes", result.Episodes, c.Episodes)
	}
	if stopped != nil && result.Episodes < c.Episodes {
		stopped = fmt.Errorf("%w; go on with: coexplore explore --resume %s", stopped, dir)
	}
	var paths []string
	if f.figures && len(result.Trials) > 0 {
		paths, err = cli.DrawFigures(result, session.Directory.Figures(), f.formats, cmd.ErrOrStderr())
		stopped = errors.Join(stopped, err) // said after what was found
	}
	if f.json {
		if err := cli.WriteJSON(cmd, result); err != nil {
			return errors.Join(stopped, err)
		}
		return stopped
	}
	report(cmd.OutOrStdout(), result, dir, paths)
	return stopped
}
