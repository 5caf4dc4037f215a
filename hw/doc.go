// Package hw holds what a user of the hardware model names: shapes, layers and
// networks; FPGAs, pools of them, and the target, which is what their accelerators
// have in common; accelerator designs and pipelines. All times are whole clock
// cycles in int64; a word is Target.Bits wide.
//
//	net, err := hw.ParseNetwork("3x36,5x36,1x64,3x48s2,7x24,1x64", hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
//	pool, err := hw.ParsePool("XC7Z015:2,ZU3EG:1@200")
//	planner, err := blast.New(blast.Options{Pool: pool, Target: hw.DefaultTarget(), FPS: 35})
//	answer, err := planner.Plan(net)
//	fmt.Println(answer.ThroughputFPS, answer.Efficiency)
//
// What is computed from them lives in the rooms beside it: package accel has layers
// on one FPGA: costs and the best design; blast cuts a network into a pipeline over
// a pool; sim moves frames through it; netfile reads networks from files; measured,
// latencies in place of the cost model.
//
// # The way of a network
//
// What becomes of the text 3x36,5x36,1x64,3x48s2 on the command line, file by file:
//
//	text.go, network.go    ParseNetwork        layers with their shapes: a Network
//	blast/planner.go       Planner.Plan        checks what is asked for,
//	blast/network.go       units.load          takes the layers that cost FPGA time as a row of units,
//	blast/programme.go     fill, pick, walk    and cuts it by dynamic programming, over
//	blast/costs.go         cost                what a stage costs on an FPGA: that of
//	accel/memo.go, search.go  Memo.Best        the best design for its layers, where
//	accel/cost.go          tileOf, cycles      a layer costs what its tiles do
//	blast/answer.go        describe, reason    makes the stages a Pipeline, and says what limits it
//	internal/cli/pipeline  Options.print        the table on the screen
package hw
