// Package results holds what studies of searches find, as values that figures draw
// and reports print: a [Comparison] of methods, the [Reach] of fast exploration and its
// [Scaling], and searches with more and more [InFlights]. Package study fills them;
// what they say is worked out here, so that a program that only draws or sums up results
// links no search.
//
// A comparison's rows are measured with the hypervolume above a useful [Corner], IGD+ and
// attainment, and held against each other with Wilcoxon's signed-rank test, corrected
// after Holm: see [Comparison.Summaries] and [Comparison.Pairs].
package results
