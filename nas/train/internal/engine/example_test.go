package engine_test

import (
	"fmt"
	"math/rand/v2"

	"coexplore/nas/train/internal/engine"
	"coexplore/nas/train/internal/kernel"
)

// One step of training on one picture lowers its loss.
func Example() {
	net := engine.New(engine.Config{
		C: 1, H: 4, W: 4, Layers: []engine.Layer{{Window: 3, Filters: 4, Stride: 1}}, Classes: 2,
		Pool: true, Set: kernel.Best(), Batch: 2, Threads: 1,
	}, new(engine.Arena))
	net.Init(rand.New(rand.NewPCG(1, 1)))
	pictures := func() {
		for i := range 2 {
			net.SetImage(i, func(_, y, x int) float32 { return float32(i*x - y) })
		}
	}
	labels := []uint8{0, 1}
	pictures()
	before, _ := net.Gradients(labels, 0)
	net.Update(engine.Step{Rate: 0.1})
	pictures()
	after, _ := net.Gradients(labels, 0)
	fmt.Println(after < before)
	// Output: true
}
