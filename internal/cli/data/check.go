package data

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coexplore/data"
	"coexplore/internal/cli"
	"coexplore/nas/run"
)

func newDataCheckCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check DIR|FILE.npz",
		Short: "Say what a folder of images holds and what is wrong with it",
		Long: `Read a set of images and report its files, the images of each class, mean and
standard deviation of each channel (0 to 255), and problems: missing or damaged
files, classes without images, images that occur twice. "shapes" and "shapes-hard"
stand for the generated sets. With problems the exit status is 1.

Read are, also in folders of the folder, up to three deep:
  CIFAR-10 and CIFAR-100, binary version (DIR:coarse takes the 20 coarse labels)
  IDX files of MNIST, Fashion-MNIST or EMNIST, compressed or not (DIR:letters)
  NPZ files with x_train, y_train, x_test and y_test, as numpy.savez writes them
  a table of pixels, or pictures that a table names
  a folder of pictures for each class, in train, val and test, or not divided
  (then every fifth is for testing), scaled to 32x32 (DIR:64x48: to that size)`,
		Example: "  coexplore data check pictures/cifar10\n  coexplore data check pictures/flowers:64\n  coexplore data check shapes",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			report, err := checkData(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				err = cli.WriteJSON(cmd, report)
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
	if !run.Generated(name) {
		return data.Check(name)
	}
	set, err := data.Open(name, run.DataSeed)
	if err != nil {
		return nil, err
	}
	return data.Describe(set), nil
}

// printReport writes a report for people.
func printReport(w io.Writer, r *data.Report) error {
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%s (%s)\n", r.Name, r.Format)
	if r.Note != "" {
		fmt.Fprintf(w, "  %s\n", r.Note)
	}
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
