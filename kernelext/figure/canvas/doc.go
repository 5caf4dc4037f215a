// Package canvas is a page that plots are drawn on and that is written as SVG, PDF, PNG,
// EPS or TeX:
//
//	page := canvas.New(300, 200, 1, color.White, func(c color.Color) color.Color { return c })
//	p.Draw(draw.New(page))
//	raw, err := page.Encode("pdf", "A plot", 300)
//
// The same marks are the same bytes, in every format.
package canvas
