package study

import (
	"errors"

	"github.com/spf13/cobra"

	"coexplore/hw"
	"coexplore/internal/cli"
	"coexplore/internal/cli/compare"
	"coexplore/kernelext/figure"
	"coexplore/nas/method"
	"coexplore/nas/pipelines"
	"coexplore/nas/results"
	"coexplore/nas/space"
	"coexplore/nas/study"
)

// FastOptions are the flags of study fast.
type FastOptions struct {
	space, stride, pool, devices, out string
	fps                               float64
	reach, sizes                      study.ReachSettings
	stages, layers                    []int
	fast                              method.FastSettings
	formats                           []string
	json                              bool
}

func newStudyFastCommand() *cobra.Command {
	f := &FastOptions{fast: method.DefaultFastSettings()}
	cmd := &cobra.Command{
		Use:   "fast",
		Short: "How close fast exploration comes to the optimum, at equal numbers of plans",
		Long: `Run fast exploration on the pipelines of random networks, with an RNN for each stage
and with a single RNN over all layers, beside hill climbing and random networks, until
each has made equally many plans; and compare what they find with the best network on
the same pipeline, which a search with bounds finds exactly.

Then do so on pipelines of 2, 3 and 4 FPGAs with networks of 6 to 14 layers, cut for the
highest throughput and asked for half of it: a single RNN chooses among a product of
spaces, one for each stage among their sum. Nothing is trained. It takes about a
minute on two cores; --sizes=false leaves the second part out.`,
		Example: `  coexplore study fast
  coexplore study fast --stride predicted --out figures
  coexplore study fast --learning-rate 0.01 --entropy 0.01 --batch 1 --sizes=false`,
		Args: cobra.NoArgs,
	}
	fl := cmd.Flags()
	fl.StringVar(&f.space, "space", "cifar10", cli.SpaceUsage)
	fl.StringVar(&f.stride, "stride", "fixed", "strides: fixed at 1, or predicted from 1 and 2")
	fl.StringVar(&f.pool, "fpga", "XC7Z015:3", cli.FPGAUsage+"; the second part has FPGAs of its first type")
	fl.StringVar(&f.devices, "devices", "", "TOML file with devices and boards of your own")
	fl.Float64Var(&f.fps, "fps", 35, "throughput that the first part asks for, frames/s")
	fl.IntVar(&f.reach.Pipelines, "pipelines", 40, "random pipelines")
	fl.IntVar(&f.reach.Plans, "plans", 2000, "plans that each way of exploring makes on a pipeline")
	sizes := fl.Bool("sizes", true, "the second part: numbers of stages and layers")
	fl.IntSliceVar(&f.stages, "stages", []int{2, 3, 4}, "numbers of stages, of an FPGA each")
	fl.IntSliceVar(&f.layers, "layers", []int{6, 8, 10, 12, 14}, "numbers of layers")
	fl.IntVar(&f.sizes.Pipelines, "size-pipelines", 8, "random pipelines of each size")
	fl.IntVar(&f.sizes.Plans, "size-plans", 500, "plans that each way of exploring makes on them")
	fl.IntVar(&f.fast.Batch, "batch", f.fast.Batch, "proposals of an RNN in each step")
	fl.Float64Var(&f.fast.Controller.LearningRate, "learning-rate", f.fast.Controller.LearningRate, "learning rate of the RNNs")
	fl.Float64Var(&f.fast.Controller.Entropy, "entropy", f.fast.Controller.Entropy, "weight of the entropy of the RNNs' decisions")
	fl.Uint64Var(&f.reach.Seed, "seed", 11, "seed that decides everything random")
	cli.FolderVar(fl, &f.out, "out", "folder for figures (default: none are drawn)")
	fl.StringSliceVar(&f.formats, "format", []string{"svg", "png"}, "formats of the figures: svg, pdf, png, eps, tex")
	fl.BoolVar(&f.json, "json", false, "print as JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if !*sizes {
			f.stages, f.layers = nil, nil
		}
		return f.run(cmd)
	}
	return cmd
}

// FastReport is what `study fast --json` prints: what MeasureReach and MeasureScaling
// say, and for what.
type FastReport struct {
	Space  string  `json:"space"`
	Stride string  `json:"stride"`
	Pool   string  `json:"fpga"`
	FPS    float64 `json:"fps"`
	Seed   uint64  `json:"seed"`
	*results.Reach
	Sizes   *results.Scaling `json:"sizes,omitempty"`
	Figures []string         `json:"figures,omitempty"`
}

func (f *FastOptions) run(cmd *cobra.Command) error {
	chains, pool, err := f.check()
	if err != nil {
		return err
	}
	bar := cli.NewBar(cmd.ErrOrStderr(), f.reach.Pipelines+len(f.stages)*len(f.layers)*f.sizes.Pipelines, "pipelines")
	f.reach.Done = func() { bar.Add(1) }
	f.reach.Fast = &f.fast
	r := &FastReport{Space: f.space, Stride: f.stride, Pool: f.pool, FPS: f.fps, Seed: f.reach.Seed}
	target := pool.Target(0, hw.DefaultTarget())
	r.Reach, err = study.MeasureReach(cmd.Context(), func() (*pipelines.Hardware, error) {
		return pipelines.New(chains, pool, target)
	}, f.fps, f.reach)
	if err == nil && len(f.stages) > 0 {
		f.sizes.Seed, f.sizes.Done, f.sizes.Fast = f.reach.Seed, f.reach.Done, f.reach.Fast
		r.Sizes, err = study.MeasureScaling(cmd.Context(), study.ScalingSettings{
			ReachSettings: f.sizes, Space: chains, FPGA: pool[0], Target: target, Stages: f.stages, Layers: f.layers,
		})
	}
	if bar.State().CurrentNum > 0 { // else none was shown
		cli.EndBar(cmd.ErrOrStderr(), bar)
	}
	if err != nil {
		return err
	}
	var undrawn error // said after what was found
	if f.out != "" {
		plots := []cli.Plot{{Name: "fast-" + f.stride, Figure: figure.FastReach(r.Reach)}}
		if r.Sizes != nil {
			plots = append(plots, cli.Plot{Name: "fast-sizes-" + f.stride, Figure: figure.FastScaling(r.Sizes)})
		}
		r.Figures, undrawn = cli.SavePlots(plots, f.out, f.formats, cmd.ErrOrStderr())
	}
	if f.json {
		return errors.Join(cli.WriteJSON(cmd, r), undrawn)
	}
	r.print(cmd.OutOrStdout())
	return undrawn
}

// check looks at the flags, and opens the space and the pool.
func (f *FastOptions) check() (chains space.Chain, pool hw.Pool, err error) {
	if err := cli.CheckFormats(f.formats); err != nil {
		return chains, nil, err
	}
	if chains, err = cli.OpenSpace(f.space); err != nil {
		return chains, nil, err
	}
	strides, err := space.Strides(f.stride)
	if err != nil {
		return chains, nil, cli.Usagef("--stride is fixed or predicted, not %q", f.stride)
	}
	chains = chains.WithStrides(strides...)
	if f.reach.Pipelines < 1 || f.reach.Plans < 1 {
		return chains, nil, cli.Usagef("--pipelines and --plans must be at least 1, are %d and %d", f.reach.Pipelines, f.reach.Plans)
	}
	if len(f.stages) > 0 && (f.sizes.Pipelines < 1 || f.sizes.Plans < 1) {
		return chains, nil, cli.Usagef("--size-pipelines and --size-plans must be at least 1, are %d and %d", f.sizes.Pipelines, f.sizes.Plans)
	}
	for _, stages := range f.stages {
		for _, layers := range f.layers {
			if stages < 2 || layers < stages {
				return chains, nil, cli.Usagef("--stages must be at least 2 and --layers no fewer than them, are %v and %v; --sizes=false leaves them out", f.stages, f.layers)
			}
		}
	}
	if f.fps, err = compare.OrDefault("--fps", f.fps, 35); err != nil {
		return chains, nil, err
	}
	pool, err = cli.ParsePool(f.pool, f.devices)
	return chains, pool, err
}
