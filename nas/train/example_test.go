package train_test

import (
	"context"
	"fmt"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas/train"
)

// Train a small network on a few generated images, twice: the seed decides
// everything.
func Example() {
	set := data.Shapes(1, 200, 100)
	net, err := hw.ParseChain("3x8,3x16s2")
	if err != nil {
		fmt.Println(err)
		return
	}
	opt := train.DefaultOptions()
	opt.Epochs, opt.Head = 2, hw.PoolHead
	first, err := train.Train(context.Background(), net, set, opt)
	if err != nil {
		fmt.Println(err)
		return
	}
	opt.Threads = 1
	second, err := train.Train(context.Background(), net, set, opt)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(first.Params, "parameters,", first.Epochs, "epochs")
	fmt.Println("same loss:", first.Loss == second.Loss)
	// Output:
	// 1658 parameters, 2 epochs
	// same loss: true
}
