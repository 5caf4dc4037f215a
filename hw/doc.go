// Package hw holds what a user of the hardware model names: shapes, layers and
// networks; FPGAs, pools of them, and the target, which is what their accelerators
// have in common; accelerator designs and pipelines.
//
//	net, err := hw.ParseNetwork("3x36,5x36,1x64,3x48s2,7x24,1x64", hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
//	pool, err := hw.ParsePool("XC7Z015:2,ZU3EG:1@200")
//	planner, err := blast.New(blast.Options{Pool: pool, Target: hw.DefaultTarget(), FPS: 35})
//	answer, err := planner.Plan(net)
//	fmt.Println(answer.ThroughputFPS, answer.Efficiency)
//
// What is computed from them lives in the rooms beside it. Package accel has one
// layer, or several, on one FPGA: the tile cost model of Zhang et al., "Optimizing
// FPGA-based Accelerator Design for Deep Convolutional Neural Networks" (FPGA
// 2015), resources, and the best design, exactly. Package blast cuts a network into
// a pipeline over a pool (Jiang et al., "Heterogeneous FPGA-based cost-optimal
// design for timing-constrained CNNs", IEEE TCAD 37(11), 2018). Package sim moves
// frames through a pipeline, event by event. Package netfile reads networks from
// files.
//
// # The way of a network
//
// What becomes of the text 3x36,5x36,1x64,3x48s2 on the command line:
//
//	ParseNetwork          text.go           layers with their shapes: a Network
//	blast.Planner.Plan    blast/planner.go  checks the options,
//	  loadNetwork         blast/network.go  makes the layers that take FPGA time a row of units,
//	  fill, pick, walk    blast/programme.go  and cuts it, by dynamic programming over
//	  cost                blast/costs.go    what a stage costs on an FPGA, which is what
//	  accel.Memo.Best     accel/best.go     the best design for its layers takes
//	  tileOf, cycles      accel/cost.go     by the formula of a layer's tiles
//	  describe, Reason    blast/answer.go   a Pipeline, or what limits it
//	pipelineFlags.print   internal/command  the table on the screen
//
// All times are whole clock cycles in int64; a word is Target.Bits wide.
package hw
