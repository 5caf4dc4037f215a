// Package study compares searches and repeats the paper's experiments (arXiv
// 1907.04650, section V). What comes out are values; package figure draws them.
//
//	contenders := []study.Contender{
//		{New: func() nas.Method { return &method.CoExploration{Beta: 0.5} }},
//		{New: func() nas.Method { return &method.Random{} }},
//	}
//	c, err := study.Compare(ctx, problem, contenders, study.CompareSettings{Seeds: 20, Trained: 60, Front: front})
//
// [MeasureShares] asks which networks of a space meet a specification, [Fronts]
// which fronts are found for 2 and 3 FPGAs, [Cost] what it takes to reach an
// accuracy, and [MeasureReach] how close fast exploration comes to the optimum.
package study
