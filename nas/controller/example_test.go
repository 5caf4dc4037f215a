package controller_test

import (
	"fmt"
	"math/rand/v2"

	"coexplore/nas/controller"
)

// A policy learns to propose what is rewarded: here, networks of three layers,
// each with a kernel of 1, 3, 5 or 7 and 24, 36, 48 or 64 filters, whose
// kernels are 3 and which have 48 filters.
func Example() {
	kernels, filters := []int{1, 3, 5, 7}, []int{24, 36, 48, 64}
	reward := func(actions []int) float64 {
		right := 0
		for t := 0; t < len(actions); t += 2 {
			if kernels[actions[t]] == 3 {
				right++
			}
			if filters[actions[t+1]] == 48 {
				right++
			}
		}
		return float64(right) / float64(len(actions))
	}
	rng := rand.New(rand.NewPCG(1, 2))
	policy, err := controller.New([]int{4, 4, 4, 4, 4, 4}, controller.DefaultSettings(), rng)
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 150 {
		var episodes [][]int
		var rewards []float64
		for range 4 {
			actions := policy.Sample(rng, nil)
			episodes = append(episodes, actions)
			rewards = append(rewards, reward(actions))
		}
		policy.Update(episodes, rewards)
	}
	best := policy.Greedy(nil)
	for t := 0; t < len(best); t += 2 {
		fmt.Printf("%dx%d ", kernels[best[t]], filters[best[t+1]])
	}
	fmt.Printf("reward %.2f\n", reward(best))
	// Output: 3x48 3x48 3x48 reward 1.00
}

// The second pipeline stage holds layers 2 and 3, decisions 4 to 7: its RNN
// starts with the controller's weights and then learns by itself.
func ExamplePolicy_Segment() {
	rng := rand.New(rand.NewPCG(1, 2))
	policy, err := controller.New([]int{4, 4, 4, 4, 4, 4, 4, 4}, controller.DefaultSettings(), rng)
	if err != nil {
		fmt.Println(err)
		return
	}
	stage := policy.Segment(4, 8)
	stage.Update([][]int{{0, 1, 2, 3}}, []float64{1})
	fmt.Println(stage.Len(), stage.Updates(), policy.Updates())
	// Output: 4 1 0
}
