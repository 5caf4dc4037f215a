package train_test

import (
	"context"
	"fmt"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas/train"
)

// Train a small network on generated pictures for an epoch.
func ExampleTrain() {
	net, err := hw.ParseChain("3x8,3x16s2")
	if err != nil {
		fmt.Println(err)
		return
	}
	options := train.DefaultOptions()
	options.Epochs, options.Head = 1, hw.PoolHead
	outcome, err := train.Train(context.Background(), net, data.Shapes(1, 200, 100), options)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(outcome.Epochs, "epoch,", outcome.Params, "parameters, accuracy measured:", outcome.Accuracy > 0)
	// Output:
	// 1 epoch, 1658 parameters, accuracy measured: true
}
