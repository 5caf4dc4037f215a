package study

import (
	"fmt"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas/evaluate"
	"coexplore/nas/space"
	"coexplore/nas/train"
)

// How the networks of the shipped table were trained, and how many of them three
// times. With these values the table takes about half an hour on two cores.
const (
	tableSeed    = 1 // of the generated set
	tableTrain   = 3000
	tableTest    = 1000
	tableEpochs  = 4
	tableBatch   = 64
	tableRate    = 0.1
	tableRepeats = 200
)

// TinyTable is the build of evaluate.TinyTable: every network of the tiny space,
// trained on the generated set shapes at half size (16x16), on one core each, and 200
// of them with three seeds. Info is what the table then says about itself.
func TinyTable() (build *TableBuild, info []evaluate.TableInfo, err error) {
	set, err := data.Shapes(tableSeed, tableTrain, tableTest).Halve()
	if err != nil {
		return nil, nil, err
	}
	tiny := space.Tiny().WithData(hw.Shape{C: set.Train.Channels, H: set.Train.Height, W: set.Train.Width}, len(set.Classes))
	o := train.DefaultOptions()
	o.Epochs, o.Batch, o.LearningRate = tableEpochs, tableBatch, tableRate
	o.Head, o.Threads = tiny.Head, 1
	info = []evaluate.TableInfo{
		{Key: "space", Value: "tiny: 3 convolutions, kernels 1 3 5, filters 8 16 24 36, stride 1, batch norm, ReLU; global average pooling, dense 10"},
		{Key: "data", Value: fmt.Sprintf("shapes, seed %d, %d training and %d test images, halved to 16x16x3", tableSeed, tableTrain, tableTest)},
		{Key: "training", Value: fmt.Sprintf("%d epochs, batches of %d, SGD with Nesterov momentum %g, learning rate %g after a warm-up of %g epochs, cosine schedule, weight decay %g",
			o.Epochs, o.Batch, o.Momentum, o.LearningRate, o.WarmUp, o.WeightDecay)},
		{Key: "columns", Value: fmt.Sprintf("test accuracy with seed 1; for %d networks also with seeds 2 and 3", tableRepeats)},
	}
	return &TableBuild{Space: tiny, Evaluator: train.NewEvaluator(set, o), Repeats: tableRepeats}, info, nil
}
