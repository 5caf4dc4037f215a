// Package hw models convolutional networks on FPGAs: what a layer costs on an
// accelerator, which accelerator is the best for a group of layers, and how a
// network is cut into a pipeline over several FPGAs.
//
// The accelerator is the tiled one of Zhang et al., "Optimizing FPGA-based
// Accelerator Design for Deep Convolutional Neural Networks" (FPGA 2015): Tm x
// Tn multiply-accumulate units fed from on-chip double buffers, working on
// tiles of Tr x Tc output pixels, with Wp, Ip and Op words a cycle of memory
// port for weights, inputs and outputs. LayerCost is its cost model and
// BestDesign its exact optimum. A Planner cuts a network into contiguous
// groups of layers and gives each group an FPGA of a Pool (BLAST, from Jiang
// et al., "Heterogeneous FPGA-based cost-optimal design for timing-constrained
// CNNs", IEEE TCAD 37(11), 2018).
//
//	net, _ := hw.ParseNetwork("3x36,5x36,1x64,3x48s2,7x24,1x64", hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
//	pool, _ := hw.ParsePool("XC7Z015:3")
//	planner, _ := hw.NewPlanner(pool, hw.DefaultTarget())
//	pipe, _ := planner.Plan(net, 35, hw.MaxUtilization)
//	fmt.Println(pipe.ThroughputFPS, pipe.Efficiency)
//
// The type BLAST does the same with everything that the algorithm can take into
// account: limits, word sizes, layers divided over several FPGAs, what to change
// where a specification is out of reach, and a Trace of how it decided.
// Instance is the problem in numbers, and Instance.Solve works its recurrence
// through in an example; MILP writes it for a solver. A Simulation moves frames
// through a pipeline event by event, SimulateTiles steps through one layer's
// tiles: both show what the formulas leave out.
//
// All times are whole clock cycles in int64; a word is Target.Bits wide.
package hw
