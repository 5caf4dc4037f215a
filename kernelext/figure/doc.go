// Package figure turns results into figures for papers, slides and notebooks.
//
// A function takes a result and returns a Figure, which is laid out when it is
// saved or shown, for the size and in the style that it then has:
//
//	f := figure.Pareto(result)
//	f.Title = "Three XC7Z015, 35 frames/s"
//	f.Style = figure.Dark()
//	err := figure.SaveSize(f, figure.Column, "pareto.pdf") // or .svg, .png, .eps, .tex
//
// A figure that cannot be made holds the reason, which Save returns. Panels puts
// several figures side by side as (a), (b), (c), with one key. README.md shows
// every figure with the code that drew it.
//
// All share one style: the colours of Okabe and Ito, which the colour-blind can
// tell apart (jfly.uni-koeln.de/color), markers and dashes that differ as well,
// units on every axis, and a key beside the data, never on it. Titles, keys and
// names break where a figure is narrow; none is cut.
package figure
