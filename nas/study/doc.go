// Package study compares searches and repeats the paper's experiments (arXiv
// 1907.04650, section V). What comes out are values, most of them of types of
// package results, which package figure draws.
//
//	contenders := []study.Contender{
//		{New: func() nas.Method { return &method.CoExploration{Beta: 0.5} }},
//		{New: func() nas.Method { return &method.Random{} }},
//	}
//	c, err := study.Compare(ctx, problem, contenders, study.CompareSettings{Seeds: 20, Trained: 60, Front: front})
//
// [MeasureShares] asks which networks of a space meet a specification, [Fronts]
// which fronts are found for 2 and 3 FPGAs, [Cost] what it takes to reach an
// accuracy, and [MeasureReach] how close fast exploration comes to the optimum, which
// [MeasureScaling] asks by stages and layers.
//
// # A benchmark with real accuracies
//
// The 15,625 cells of NAS-Bench-201 have accuracies after 200 epochs, and
// pipelines.Cells plans them exactly, so that their true front is known. Its designs on
// CIFAR-10, in 32-bit float at 100 MHz, at a loose specification, which about 88 % of
// the cells meet, and a tight one, which 30 % do:
//
//	pool       frames/s  cells that meet it  designs  accuracy, %    efficiency, %  hypervolume
//	XC7Z015:1        30              13,831        3  93.49-94.31    89.49-99.16    0.9348
//	XC7Z015:1        80               4,762        3  90.97-91.31    83.67-99.64    0.9096
//	XC7Z015:2        60              13,831        4  93.36-94.31    89.49-99.51    0.9380
//	XC7Z015:2       160               4,642        2  91.17-91.31    83.67-97.32    0.8885
//	XC7Z015:3        90              13,743        4  93.38-94.31    89.49-99.16    0.9348
//	XC7Z015:3       240               4,639        3  84.25-91.31    83.67-99.29    0.9051
//	XC7Z045:1       120              13,813        3  94.07-94.31    78.30-99.81    0.9410
//	XC7Z045:1       300               4,580        3  92.15-92.50    86.92-98.04    0.9066
//
// The fronts are short: the more a cell computes the more accurate it is, and the
// fuller its FPGAs, until it misses the specification, so that the two objectives
// hardly conflict; what is hard is the specification. Of the cells, 741 do not pass
// their input on.
package study
