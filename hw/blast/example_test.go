package blast_test

import (
	"fmt"

	"coexplore/hw"
	"coexplore/hw/blast"
)

// The newcomer's five lines: a network, a pool of FPGAs, a speed.
func Example() {
	net, err := hw.ParseNetwork("3x36,5x36,1x64,3x48s2,7x24,1x64", hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
	if err != nil {
		panic(err)
	}
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		panic(err)
	}
	planner, err := blast.New(blast.Options{Pool: pool, Target: hw.DefaultTarget(), FPS: 70})
	if err != nil {
		panic(err)
	}
	pipe, err := planner.Plan(net)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%d parameters, %.1f frames/s, efficiency %.1f%%\n", pipe.Params, pipe.ThroughputFPS, 100*pipe.Efficiency)
	for _, s := range pipe.Stages {
		fmt.Printf("layers %d to %d on %s: %v, %d cycles\n", s.First+1, s.Last+1, s.Device, s.Design, s.Cycles)
	}
	// Output:
	// 286518 parameters, 83.5 frames/s, efficiency 68.5%
	// layers 1 to 2 on XC7Z015: tile 8,4,32,32 ports 1,1,1, 1198080 cycles
	// layers 3 to 7 on XC7Z015: tile 8,4,32,32 ports 1,4,2, 758784 cycles
}

// A search that proposes many networks keeps one Pipeline and one Planner.
func ExamplePlanner_PlanChain() {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		panic(err)
	}
	planner, err := blast.New(blast.Options{Pool: pool, Target: hw.DefaultTarget(), FPS: 35})
	if err != nil {
		panic(err)
	}
	in := hw.Shape{C: 3, H: 32, W: 32}
	planner, _ = planner.Precompute(in, 10, hw.FlattenHead, []int{1, 3, 5, 7}, []int{24, 36, 48, 64}, []int{1})
	var pipe hw.Pipeline
	for _, filters := range []int{24, 36, 48, 64} {
		child := hw.Chain{{Kernel: 3, Filters: 24, Stride: 1}, {Kernel: 5, Filters: filters, Stride: 1}, {Kernel: 7, Filters: filters, Stride: 1}}
		if err := planner.PlanChain(&pipe, child, in, 10, hw.FlattenHead); err != nil {
			panic(err)
		}
		fmt.Printf("%v: %v, %.1f frames/s\n", child, pipe.Feasible, pipe.ThroughputFPS)
	}
	// Output:
	// 3x24,5x24,7x24: true, 71.9 frames/s
	// 3x24,5x36,7x36: true, 44.3 frames/s
	// 3x24,5x48,7x48: false, 27.7 frames/s
	// 3x24,5x64,7x64: false, 15.6 frames/s
}
