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

// A population is thinned out while it trains: after one epoch the better half
// goes on.
func ExamplePopulation() {
	set := data.Shapes(1, 200, 100)
	var nets []hw.Chain
	for _, s := range []string{"1x4", "3x8", "3x8,3x8", "5x8,3x8s2"} {
		net, err := hw.ParseChain(s)
		if err != nil {
			fmt.Println(err)
			return
		}
		nets = append(nets, net)
	}
	opt := train.DefaultOptions()
	opt.Epochs, opt.Head = 2, hw.PoolHead
	outcomes, err := train.Population(context.Background(), nets, set, opt, train.Halving{Rungs: []int{1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	epochs := 0
	for _, o := range outcomes {
		epochs += o.Epochs
	}
	fmt.Println(epochs, "epochs for", len(outcomes), "children")
	// Output: 6 epochs for 4 children
}
