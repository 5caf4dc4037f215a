package study

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coexplore/hw"
	"coexplore/internal/cli"
	"coexplore/kernelext/figure"
	"coexplore/nas/space"
	"coexplore/nas/study"
)

// ShareOptions are the flags of study share.
type ShareOptions struct {
	pools   poolsFlags
	target  hw.Target
	space   string
	strides []string
	samples int
	seed    uint64
	fps     []float64
	out     string
	formats []string
	json    bool
}

func newStudyShareCommand() *cobra.Command {
	f := &ShareOptions{target: hw.DefaultTarget()}
	cmd := &cobra.Command{
		Use:   "share",
		Short: "The share of a space's networks that meet a specification",
		Long: `Sample networks of a space, every decision uniform over its values, plan each for
the highest throughput that the FPGAs reach, and say which share of them meets a
specification: for fixed and predicted strides and for 1, 2 and 3 FPGAs. Equal
strides mean the same sample. Nothing is trained: it takes a second or two, and
about a minute for imagenet.`,
		Example: `  coexplore study share --space cifar10
  coexplore study share --space tiny --counts 1,3 --fps 300,600,1200 --out figures`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.space, "space", "cifar10", cli.SpaceUsage)
	fl.StringSliceVar(&f.strides, "strides", []string{"fixed", "predicted"}, "strides: fixed at 1, predicted from 1 and 2, or both")
	fl.IntVar(&f.samples, "samples", 10000, "networks that are sampled for each curve")
	fl.Uint64Var(&f.seed, "seed", 1, "seed that decides the sample")
	fl.Float64SliceVar(&f.fps, "fps", nil, "specifications of the table, frames/s; the figure reaches up to the last (default: by space; for cifar10 10,20,35,50,75,100)")
	fl.IntVar(&f.target.Bits, "bits", f.target.Bits, "word size: 8 or 16 (fixed point) or 32 (float)")
	fl.Float64Var(&f.target.ClockMHz, "clock", f.target.ClockMHz, "clock of the FPGAs, MHz")
	cli.FolderVar(fl, &f.out, "out", "folder for the figure (default: none is drawn)")
	fl.StringSliceVar(&f.formats, "format", []string{"svg", "png"}, "formats of the figure: svg, pdf, png, eps, tex")
	fl.BoolVar(&f.json, "json", false, "print as JSON")
	f.pools.add(fl, 1, 2, 3)
	return cmd
}

// ShareReport is what `study share --json` prints.
type ShareReport struct {
	*study.Shares
	Figures []string `json:"figures,omitempty"`
}

// shareSpecs are the specifications of the table where none are given.
var shareSpecs = map[string][]float64{
	"tiny":     {100, 200, 400, 600, 1000, 1500},
	"cifar10":  {10, 20, 35, 50, 75, 100},
	"imagenet": {1, 2, 5, 10, 15, 20},
}

func (f *ShareOptions) run(cmd *cobra.Command) error {
	settings, err := f.check()
	if err != nil {
		return err
	}
	shares, err := study.MeasureShares(cmd.Context(), settings)
	if err != nil {
		return err
	}
	report := &ShareReport{Shares: shares}
	var undrawn error // said after what was found
	if f.out != "" {
		report.Figures, undrawn = report.draw(f.out, f.formats, cmd.ErrOrStderr())
	}
	if f.json {
		return errors.Join(cli.WriteJSON(cmd, report), undrawn)
	}
	report.print(cmd.OutOrStdout())
	return undrawn
}

// check looks at the flags and says what is to be measured.
func (f *ShareOptions) check() (study.ShareSettings, error) {
	s := study.ShareSettings{Strides: f.strides, Target: f.target, Samples: f.samples, Seed: f.seed}
	if err := cli.CheckFormats(f.formats); err != nil {
		return s, err
	}
	if err := f.pools.check(); err != nil {
		return s, err
	}
	if err := f.target.Check(); err != nil {
		return s, cli.Usage(err)
	}
	if f.samples < 1 {
		return s, cli.Usagef("--samples must be at least 1, is %d", f.samples)
	}
	var err error
	if s.Space, err = cli.OpenSpace(f.space); err != nil {
		return s, err
	}
	s.FPS = f.fps
	if s.FPS == nil {
		if s.FPS = shareSpecs[f.space]; s.FPS == nil {
			return s, cli.Usagef("--fps is needed with a space from a file")
		}
	}
	for _, fps := range s.FPS {
		if !(fps > 0) || math.IsInf(fps, 0) {
			return s, cli.Usagef("--fps must be positive numbers of frames a second, are %v", s.FPS)
		}
	}
	if len(f.strides) == 0 {
		return s, cli.Usagef("--strides is fixed, predicted or both")
	}
	for i, stride := range f.strides {
		if _, err := space.Strides(stride); err != nil || slices.Contains(f.strides[:i], stride) {
			return s, cli.Usagef("--strides is fixed, predicted or both, not %q", strings.Join(f.strides, ","))
		}
	}
	s.Pools, err = f.pools.parse()
	return s, err
}

// shareSteps is the number of specifications that the figure has.
const shareSteps = 20

// draw saves the figure and returns the paths of its files.
func (r *ShareReport) draw(dir string, formats []string, stderr io.Writer) ([]string, error) {
	specs := make([]float64, shareSteps)
	for i := range specs {
		specs[i] = r.FPS[len(r.FPS)-1] * float64(i+1) / shareSteps
	}
	var curves []figure.ShareCurve
	for _, c := range r.Curves {
		curve := figure.ShareCurve{Name: fmt.Sprintf("%s stride, %s", c.Stride, fpgas(c.FPGAs))}
		for _, fps := range specs {
			share, _ := c.Best.Share(fps)
			curve.Share = append(curve.Share, share)
		}
		curves = append(curves, curve)
	}
	p := figure.ValidShare(specs, curves)
	p.Title = fmt.Sprintf("Networks of space %s that meet the specification", r.Space)
	return cli.SavePlots([]cli.Plot{{Name: "share-" + r.Space, Figure: p}}, dir, formats, stderr)
}

func (r *ShareReport) print(w io.Writer) {
	fmt.Fprintf(w, "Share of the networks of space %s that meet a specification, in %%; %d networks sampled, seed %d.\n\n",
		r.Space, r.Samples, r.Seed)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(tw, "\tat least (frames/s):")
	for _, fps := range r.FPS {
		fmt.Fprintf(tw, "\t%g", fps)
	}
	fmt.Fprint(tw, "\tmedian network reaches\n")
	most := 0.0
	for _, c := range r.Curves {
		fmt.Fprintf(tw, "%s stride\t%s", c.Stride, c.Pool)
		for i, share := range c.Share {
			fmt.Fprintf(tw, "\t%.2f", 100*share)
			most = max(most, c.StandardError[i])
		}
		fmt.Fprintf(tw, "\t%.1f frames/s\n", c.Median)
	}
	tw.Flush()
	fmt.Fprintf(w, "\nStandard error of a share p of n networks: sqrt(p(1-p)/n), here at most %.2f points.\n", 100*most)
	cli.PrintFigures(w, r.Figures)
}
