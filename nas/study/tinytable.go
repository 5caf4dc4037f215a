package study

import (
	"fmt"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas/evaluate"
	"coexplore/nas/space"
	"coexplore/nas/train"
)

// How the networks of the shipped table were trained, and with how many seeds. With
// these values the table takes about an hour and a half on two cores.
const (
	tableSet    = 1 // of the generated set
	tableTrain  = 6000
	tableTest   = 4000
	tableEpochs = 3
	tableBatch  = 32
	tableRate   = 0.05
	tableSeeds  = 2
)

// TinyTable is the build of evaluate.TinyTable: every network of the tiny space,
// trained with tableSeeds seeds on the generated set shapes-hard at half size (16x16),
// on one core each. Info is what the table then says about itself.
func TinyTable() (build *TableBuild, info []evaluate.TableInfo, err error) {
	set, err := data.HardShapes(tableSet, tableTrain, tableTest).Halve()
	if err != nil {
		return nil, nil, err
	}
	tiny := space.Tiny().WithData(hw.Shape{C: set.Train.Channels, H: set.Train.Height, W: set.Train.Width}, len(set.Classes))
	o := train.DefaultOptions()
	o.Epochs, o.Batch, o.LearningRate = tableEpochs, tableBatch, tableRate
	o.Head, o.Threads = tiny.Head, 1
	info = []evaluate.TableInfo{
		{Key: "space", Value: "tiny: 3 convolutions, kernels 1 3 5, filters 8 16 24 36, stride 1, batch norm, ReLU; global average pooling, dense 10"},
		{Key: "data", Value: fmt.Sprintf("shapes-hard, seed %d, %d training and %d test images, halved to 16x16x3", tableSet, tableTrain, tableTest)},
		{Key: "training", Value: fmt.Sprintf("%d epochs, batches of %d, SGD with Nesterov momentum %g, learning rate %g after a warm-up of %g epochs, cosine schedule, weight decay %g",
			o.Epochs, o.Batch, o.Momentum, o.LearningRate, o.WarmUp, o.WeightDecay)},
		{Key: "columns", Value: fmt.Sprintf("test accuracies of %d trainings, with seeds 1 to %d", tableSeeds, tableSeeds)},
	}
	return &TableBuild{Space: tiny, Evaluator: train.NewEvaluator(set, o), Seeds: tableSeeds}, info, nil
}
