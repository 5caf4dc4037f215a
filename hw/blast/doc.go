// Package blast plans pipelines: it cuts a network into groups of layers, the
// stages, and gives each an FPGA of a pool, with the best accelerator for it.
//
//	planner, err := blast.New(blast.Options{Pool: pool, Target: hw.DefaultTarget(), FPS: 35})
//	answer, err := planner.Plan(net)
//	for _, s := range answer.Stages {
//		fmt.Println(s.Device, s.First, s.Last, s.Utilization)
//	}
//
// The algorithm is BLAST (Jiang et al., "Heterogeneous FPGA-based cost-optimal
// design for timing-constrained CNNs", IEEE TCAD 37(11), 2018), which decides where
// the buffers between FPGAs lie and which FPGA runs what. It is exact, by one
// dynamic programme over (layers placed, FPGAs of each type used): Instance is the
// problem in numbers, and Instance.Solve states the recurrence and works it through
// in an example; MILP writes it for a solver.
//
// What may be used, and what is asked for, are Options: an objective, limits, given
// designs or partitions, layers divided over several FPGAs. Where a specification is
// out of reach, the Answer says what limits it and which smallest changes would do
// (Remedy); a Trace tells how it was decided. Measured latencies (package measured) can
// stand in place of the cost model.
//
// Searches plan chains of convolutions with Planner.PlanChain, which works from
// tables that Planner.Precompute makes of a whole space; for networks that are made of
// a few layers over and over, Planner.PrecomputeLayers makes tables for Plan.
package blast
