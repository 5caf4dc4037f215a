package command

import (
	"fmt"
	"image/png"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"coexplore/data"
	"coexplore/data/download"
	"coexplore/internal/atomicfile"
)

func newDataCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "data",
		Short: "Download, check and look at sets of images",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usagef("say what to do with data: get, check or sheet; `%s --help` explains them", cmd.CommandPath())
		},
	}
	cmd.AddCommand(newDataGetCommand(), newDataCheckCommand(), newDataSheetCommand())
	return cmd
}

func newDataGetCommand() *cobra.Command {
	var out, mirror string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "get NAME --out DIR",
		Short: "Download a public set and verify it",
		Long: "Download the files of a public set into a folder, check their sizes and SHA-256\n" +
			"sums, and unpack them. Files that are there already are verified and kept, and a\n" +
			"download that was cut short goes on where it stopped. NAME is one of:\n" +
			strings.Join(data.SetNames(), ", ") + ".",
		Example: "  coexplore data get cifar10 --out pictures/cifar10\n" +
			"  coexplore data get mnist --out pictures/mnist --mirror http://10.0.0.5/mnist",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := args[0]
			if !slices.Contains(data.SetNames(), name) {
				return usagef("no data set %q to download; there are %s", name, strings.Join(data.SetNames(), ", "))
			}
			if out == "" {
				return usagef("--out is needed: the folder to download to, as in --out pictures/%s", name)
			}
			bars := &fileBars{w: cmd.ErrOrStderr()}
			got, err := download.Get(cmd.Context(), name, out, download.Options{Mirror: mirror, Progress: bars.progress})
			bars.end()
			if err != nil {
				return err
			}
			set, err := data.Open(out, 0)
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.ErrOrStderr(), set)
			if asJSON {
				return writeJSON(cmd, struct {
					Name        string         `json:"name"`
					Dir         string         `json:"dir"`
					Files       []download.Got `json:"files"`
					Classes     []string       `json:"classes"`
					TrainImages int            `json:"train_images"`
					TestImages  int            `json:"test_images"`
				}{name, out, got, set.Classes, set.Train.Len(), set.Test.Len()})
			}
			tab := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, g := range got {
				fmt.Fprintf(tab, "%s\t%d bytes\t%s, verified\n", g.File, g.Bytes, g.Status)
			}
			return tab.Flush()
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&out, "out", "", "folder to download to; made if need be (needed)")
	fl.StringVar(&mirror, "mirror", "", "URL under which the files lie, instead of their publishers'")
	fl.BoolVar(&asJSON, "json", false, "print the result as JSON")
	return cmd
}

// fileBars shows a bar for one file after the other.
type fileBars struct {
	w    io.Writer
	file string
	bar  *progressbar.ProgressBar
}

func (b *fileBars) progress(file string, done, total int64) {
	if file != b.file {
		b.end()
		b.file = file
		b.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(b.w),
			progressbar.OptionSetDescription(file),
			progressbar.OptionShowBytes(true),
			progressbar.OptionSetWidth(30),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionUseANSICodes(false),
			progressbar.OptionThrottle(refresh(b.w)),
		)
	}
	b.bar.Set64(done)
}

// end leaves the last bar as it stands.
func (b *fileBars) end() {
	if b.bar != nil {
		b.bar.Exit()
		fmt.Fprintln(b.w)
		b.bar = nil
	}
}

func newDataCheckCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check DIR",
		Short: "Say what a folder of images holds and what is wrong with it",
		Long: `Read the set of images in a folder (CIFAR-10's binary version or IDX files) and
report its files, the images of each class, mean and standard deviation of each
channel (0 to 255), and problems: missing or damaged files, classes without
images, images that occur twice. "shapes" stands for the generated set. With
problems the exit status is 1.`,
		Example: "  coexplore data check pictures/cifar10\n  coexplore data check shapes",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			report, err := checkData(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				err = writeJSON(cmd, report)
			} else {
				err = printReport(cmd.OutOrStdout(), report)
			}
			if err != nil {
				return err
			}
			if n := len(report.Problems); n > 0 {
				return fmt.Errorf("data: %s has problems (%d); the first: %s", args[0], n, report.Problems[0])
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	return cmd
}

func checkData(name string) (*data.Report, error) {
	if name != "shapes" {
		return data.Check(name)
	}
	set, err := data.Open(name, dataSeed)
	if err != nil {
		return nil, err
	}
	return data.Describe(set), nil
}

// printReport writes a report for people.
func printReport(w io.Writer, r *data.Report) error {
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%s (%s)\n", r.Name, r.Format)
	for _, f := range r.Files {
		state := "readable"
		switch {
		case f.Problem != "":
			state = "damaged"
		case f.Published != "":
			state = "the publisher's file of " + f.Published
		}
		fmt.Fprintf(w, "  %s: %d bytes, %s\n", f.File, f.Bytes, state)
	}
	fmt.Fprint(tab, "\nclass\t")
	for _, p := range r.Parts {
		fmt.Fprintf(tab, "%s\t", p.Part)
	}
	fmt.Fprintln(tab)
	for k, class := range r.Classes {
		fmt.Fprintf(tab, "%s\t", class)
		for _, p := range r.Parts {
			fmt.Fprintf(tab, "%d\t", p.PerClass[k])
		}
		fmt.Fprintln(tab)
	}
	fmt.Fprint(tab, "all\t")
	for _, p := range r.Parts {
		fmt.Fprintf(tab, "%d\t", p.Images)
	}
	fmt.Fprintln(tab)
	if err := tab.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, p := range r.Parts {
		if p.Images > 0 {
			fmt.Fprintf(w, "%s images: %dx%dx%d, mean %s, standard deviation %s\n",
				p.Part, p.Channels, p.Height, p.Width, channelText(p.Mean), channelText(p.Std))
		}
	}
	if len(r.Problems) == 0 {
		_, err := fmt.Fprintln(w, "no problems")
		return err
	}
	fmt.Fprintln(w, "problems:")
	for _, p := range r.Problems {
		fmt.Fprintln(w, "  "+p)
	}
	return nil
}

// channelText is a figure for each channel.
func channelText(v []float64) string {
	s := make([]string, len(v))
	for i, x := range v {
		s[i] = fmt.Sprintf("%.2f", x)
	}
	return strings.Join(s, " ")
}

func newDataSheetCommand() *cobra.Command {
	var out string
	var columns, scale int
	cmd := &cobra.Command{
		Use:     "sheet shapes|DIR --out FILE.png",
		Short:   "Tile images of each class into one picture",
		Long:    "Write a PNG with a row of images for each class, in the order in which\n`coexplore data check` lists the classes.",
		Example: "  coexplore data sheet shapes --out shapes.png",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case out == "":
				return usagef("--out is needed: the PNG file to write")
			case columns < 1 || columns > 200:
				return usagef("--columns is from 1 to 200, not %d", columns)
			case scale < 1 || scale > 20:
				return usagef("--scale is from 1 to 20, not %d", scale)
			}
			set := data.Shapes(dataSeed, 10*columns, 0)
			if args[0] != "shapes" {
				var err error
				if set, err = data.Load(args[0]); err != nil {
					return err
				}
			}
			sheet := data.ContactSheet(set, columns, scale)
			if err := atomicfile.WriteTo(out, func(w io.Writer) error { return png.Encode(w, sheet) }); err != nil {
				return err
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), out)
			return err
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&out, "out", "", "PNG file to write (needed)")
	fl.IntVar(&columns, "columns", 12, "images of each class")
	fl.IntVar(&scale, "scale", 3, "pixels of the sheet for one of an image, each way")
	return cmd
}
