// Package kernelext is what a notebook cell calls to show what it has found:
//
//	kernelext.Show(figure.Pareto(result))        // a figure, inline
//	settings.Recorder = kernelext.Live()         // a curve that grows while a search runs
//	settings.Recorder = kernelext.Progress()     // or a bar
//	kernelext.Table([]string{"FPGA", "DSP"}, []any{"XC7Z015", 160})
//	kernelext.Keep("result", result, seed)       // for the cells below, each a program of its own
//	result, err := kernelext.Recall[*nas.Result]("result", seed)
//
// It displays by way of the GoNB kernel, live and headless alike, and computes
// nothing itself. Every verb waits until the kernel has what it was given, so
// that nothing is lost when the cell's program ends, and outputs stand in the
// order in which they were made.
//
// Outside a notebook, where there is nobody to show anything to: Show, Keep and
// Recall return ErrNoNotebook; Table prints text; Live and Progress do nothing,
// so that the same code runs in a test.
package kernelext
