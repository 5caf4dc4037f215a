package canvas_test

import (
	"fmt"
	"image/color"
	"log"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"coexplore/kernelext/figure/canvas"
)

// A line on a page of 40 by 20 points, drawn twice as large as it is meant.
func Example() {
	page := canvas.New(40, 20, 2, color.White, func(c color.Color) color.Color { return c })
	c := draw.NewCanvas(page, 20, 10)
	c.StrokeLine2(draw.LineStyle{Color: color.Black, Width: vg.Points(1)}, 1, 5, 19, 5)
	for _, m := range page.Marks {
		fmt.Printf("%g points wide, from %g to %g\n", m.Width, m.Path[0].Pos.X, m.Path[1].Pos.X)
	}
	for _, format := range canvas.Formats() {
		if _, err := page.Encode(format, "A line", 72); err != nil {
			log.Fatal(err)
		}
	}
	// Output: 2 points wide, from 2 to 38
}
