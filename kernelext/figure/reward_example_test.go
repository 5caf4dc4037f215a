package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
)

func ExampleReward() {
	f := figure.Reward(sampleResult("coexplore", 1, 60).Trials)
	fmt.Println(f.Name(), figure.Save(f, "testdata/reward.png"))
	// Output: Reward per episode <nil>
}
