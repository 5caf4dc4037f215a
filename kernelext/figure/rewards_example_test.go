package figure_test

import (
	"fmt"

	"coexplore/kernelext/figure"
	"coexplore/nas"
)

func ExampleRewards() {
	var searches []*nas.Result
	for seed := range uint64(12) {
		searches = append(searches, sampleResult("coexplore", seed+1, 60))
	}
	f := figure.Rewards(searches...)
	fmt.Println(f.Name(), figure.Save(f, "testdata/rewards.png"))
	// Output: Reward, mean of the last ten episodes <nil>
}
