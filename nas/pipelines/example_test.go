package pipelines_test

import (
	"fmt"

	"coexplore/hw"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
)

// threeFPGAs are pipelines of three small FPGAs for the tiny space.
func threeFPGAs() (*pipelines.Hardware, error) {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		return nil, err
	}
	return pipelines.New(space.Tiny(), pool, hw.DefaultTarget())
}

// Plan a network, and find the best that fast exploration could make of it.
func Example() {
	h, err := threeFPGAs()
	if err != nil {
		fmt.Println(err)
		return
	}
	actions, err := h.Space().Actions("3x16,3x24,3x24")
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := h.Plan(actions, 600)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f frames/s on %d FPGAs, %.1f %% busy\n", plan.Throughput, plan.FPGAs, 100*plan.Efficiency)
	best, err := h.Optimum(actions, 600, plan, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("on the same stages %s is busiest, %.1f %%\n", h.Space().Network(best.Actions), 100*best.Efficiency)
	// Output:
	// 603 frames/s on 3 FPGAs, 60.0 % busy
	// on the same stages 3x8,5x24,3x24 is busiest, 66.8 %
}

// Objectives by name come with the worst values that are possible on the pool.
func ExampleHardware_Objectives() {
	h, err := threeFPGAs()
	if err != nil {
		fmt.Println(err)
		return
	}
	objectives, err := h.Objectives(600, "accuracy", "latency", "dsp")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range objectives {
		fmt.Printf("%s (%s), more is better: %t, worst: %.4g\n", o.Name, o.Unit, o.Maximize, o.Worst)
	}
	// Output:
	// accuracy (), more is better: true, worst: 0
	// latency (ms), more is better: false, worst: 8.333
	// dsp (), more is better: false, worst: 481
}
