package pareto_test

import (
	"fmt"

	"coexplore/nas/pareto"
)

// Accuracy and pipeline efficiency of five designs, both to be maximised.
func Example() {
	designs := [][]float64{{0.80, 0.99}, {0.85, 0.92}, {0.79, 0.95}, {0.85, 0.90}, {0.78, 0.97}}
	front, err := pareto.Front(designs)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range front {
		fmt.Println(n, designs[n])
	}
	reference := []float64{0.5, 0.5}
	volume, err := pareto.Hypervolume(designs, reference)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("hypervolume %.4f down to %v\n", volume, reference)
	// Output:
	// 0 [0.8 0.99]
	// 1 [0.85 0.92]
	// hypervolume 0.1680 down to [0.5 0.5]
}

// Accuracy is to be maximised, latency to be minimised.
func ExampleFront() {
	designs := [][]float64{{0.90, 6.1}, {0.88, 2.4}, {0.87, 3.0}}
	front, err := pareto.Front(designs, pareto.Maximize, pareto.Minimize)
	fmt.Println(front, err)
	// Output: [0 1] <nil>
}

// NSGA-II keeps better fronts first, and on one front the lonelier points.
func ExampleSort() {
	designs := [][]float64{{1, 5}, {4, 4}, {5, 1}, {2, 2}, {4.5, 3.5}, {1, 1}}
	fronts, err := pareto.Sort(designs)
	if err != nil {
		fmt.Println(err)
		return
	}
	for rank, front := range fronts {
		var points [][]float64
		for _, n := range front {
			points = append(points, designs[n])
		}
		distances, err := pareto.Crowding(points)
		if err != nil {
			fmt.Println(err)
			return
		}
		for k, n := range front {
			fmt.Printf("%d: %v, crowding distance %.2f\n", rank, designs[n], distances[k])
		}
	}
	// Output:
	// 0: [1 5], crowding distance +Inf
	// 0: [4 4], crowding distance 1.25
	// 0: [5 1], crowding distance +Inf
	// 0: [4.5 3.5], crowding distance 1.00
	// 1: [2 2], crowding distance 0.00
	// 2: [1 1], crowding distance 0.00
}
