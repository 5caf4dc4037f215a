package kernel_test

import (
	"fmt"

	"coexplore/nas/train/internal/kernel"
)

// Thirty channels in blocks of the sizes that there are kernels for.
func ExampleSplit() {
	sum := 0
	for _, m := range kernel.Split(30, []int{12, 8, 4, 2, 1}) {
		sum += m
	}
	fmt.Println(sum)
	// Output:
	// 30
}
