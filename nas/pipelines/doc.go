// Package pipelines makes pipelines of FPGAs the hardware of a search: it cuts the
// networks of a space of chains into stages, places them on the FPGAs of a pool and
// finds the best accelerator of each.
//
//	chains := space.Tiny()
//	h, err := pipelines.New(chains, pool, hw.DefaultTarget())
//	...
//	problem := nas.Problem{Space: chains, Hardware: h, Spec: 600, Evaluator: e}
//
// [FromTable] plans from measured latencies, [NewCells] the networks of NAS-Bench-201.
// Fixed hardware, on which hardware-aware NAS searches, comes from [Hardware.Fix].
// [Hardware.Optimum] is the exact best that fast exploration can find, its oracle.
package pipelines
