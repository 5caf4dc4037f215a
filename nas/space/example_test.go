package space_test

import (
	"fmt"

	"coexplore/nas/space"
)

// Networks are written layer by layer, and decided decision by decision.
func Example() {
	chains := space.CIFAR10().WithStrides(1, 2)
	fmt.Println(chains.Size(), "networks of", len(chains.Decisions()), "decisions at most")
	actions, err := chains.Actions("3x36,5x36,1x64,3x48s2,7x24,1x64")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(actions[:4], "begin", chains.Network(actions))
	// Output:
	// 1218675221385680257024 networks of 43 decisions at most
	// [0 1 1 0] begin 3x36,5x36,1x64,3x48s2,7x24,1x64
}
