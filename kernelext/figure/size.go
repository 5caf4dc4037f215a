package figure

import "gonum.org/v1/plot/vg"

// A Size is how large a figure comes out.
type Size struct {
	Width  vg.Length
	Height vg.Length // 0: what the figure asks for at that width
	// Scale enlarges letters, lines and markers; 0 is 1. At 1 the letters of the
	// light style have 9 to 12 points.
	Scale float64

	grows bool // in height, for what asks for much more
}

// Sizes by purpose. The widths are exact; the letters are 7 points or more in
// print, and 20 or more on slides and posters.
var (
	Default    = Size{Width: 165 * vg.Millimeter, Height: 100 * vg.Millimeter, grows: true} // a page's text; higher where series have a plot each
	Column     = Size{Width: 88.9 * vg.Millimeter, Scale: 0.85}                             // a column of an IEEE paper
	Page       = Size{Width: 182 * vg.Millimeter}                                           // both columns
	Nature     = Size{Width: 89 * vg.Millimeter, Scale: 0.78}                               // a column of Nature: letters of 7 points
	NaturePage = Size{Width: 183 * vg.Millimeter, Scale: 0.78}                              // both columns
	Slide      = Size{Width: 320 * vg.Millimeter, Height: 165 * vg.Millimeter, Scale: 2.2}
	Poster     = Size{Width: 400 * vg.Millimeter, Height: 260 * vg.Millimeter, Scale: 2.8}
)

// Sizes are the sizes by name.
func Sizes() map[string]Size {
	return map[string]Size{"default": Default, "column": Column, "page": Page, "nature": Nature,
		"nature-page": NaturePage, "slide": Slide, "poster": Poster}
}

func (s Size) scale() float64 {
	if s.Scale == 0 {
		return 1
	}
	return s.Scale
}
