package data

import (
	"fmt"
	"image/png"
	"io"

	"github.com/spf13/cobra"

	"coexplore/data"
	"coexplore/internal/atomicfile"
	"coexplore/internal/cli"
	"coexplore/nas/run"
)

func newDataSheetCommand() *cobra.Command {
	var out string
	var columns, scale int
	cmd := &cobra.Command{
		Use:     "sheet shapes|shapes-hard|DIR --out FILE.png",
		Short:   "Tile images of each class into one picture",
		Long:    "Write a PNG with a row of images for each class, in the order in which\n`coexplore data check` lists the classes.",
		Example: "  coexplore data sheet shapes --out shapes.png",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case out == "":
				return cli.Usagef("--out is needed: the PNG file to write")
			case columns < 1 || columns > 200:
				return cli.Usagef("--columns is from 1 to 200, not %d", columns)
			case scale < 1 || scale > 20:
				return cli.Usagef("--scale is from 1 to 20, not %d", scale)
			}
			set, ok := data.Generated(args[0], run.DataSeed, 10*columns, 0)
			if !ok {
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
	cli.FileVar(fl, &out, "out", "PNG file to write (needed)")
	fl.IntVar(&columns, "columns", 12, "images of each class")
	fl.IntVar(&scale, "scale", 3, "pixels of the sheet for one of an image, each way")
	return cmd
}
