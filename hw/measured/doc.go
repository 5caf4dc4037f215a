// Package measured holds tables of what layers take on devices, in place of the cost
// model: measured on a board, by a simulator or a vendor's tool, or exported from the
// model ([Model]).
//
//	table, err := measured.Open("board.csv")
//	...
//	planner, err := blast.New(blast.Options{Pool: pool, Target: target, FPS: 35, Latencies: table})
//
// A stage of a pipeline then takes the sum of its layers' latencies, one after the
// other. That its layers share one accelerator is not modelled, unless all rows of a
// device name the same design: stages whose layers that design cannot hold together
// are then left out, and a table that the model exported for one design plans as the
// model does with that design.
//
// # Files
//
// A table is a CSV file with a line of column names, in any order, or, with the name
// ending in .json, an array of objects with the same names:
//
//	device     part name, as in the pool
//	kind       conv, dense, pool, gap (mean of each channel) or add
//	m, n       output and input channels; for dense, n is the inputs in all
//	r, c       rows and columns of the output; for gap, of the input (dense: left out, or 1)
//	k, s       kernel and stride (a number, or rows x columns as in 3x1); left out or empty: 1
//	pad        zeros on each side; left out or empty: (k-1)/2
//	groups     of a convolution; left out or empty: 1, or n for the other kinds
//	cycles     of one frame, a whole number, or
//	latency_ms of one frame, in milliseconds; a table has one of the two
//	clock_mhz  the clock of the cycles; left out or empty: the FPGA's in the plan
//	bits       word size that the figures are for; left out or empty: any
//	energy_mj  beyond static power, of one frame; left out or empty: not known
//	tm, tn, tr, tc, wp, ip, op  the accelerator design; left out or empty: not known
//
// Fields of a CSV file are separated by commas, or by semicolons or tabs, and then
// numbers may have a decimal comma. Files may be in UTF-8 or UTF-16, with a byte order
// mark or not, and compressed by gzip. What is wrong is refused by line: numbers that are negative, infinite or none, unknown
// columns, and a layer that a device has twice.
package measured
