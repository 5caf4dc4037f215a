package pipelines

import (
	"math"

	"coexplore/hw"
)

// The parts of the skeleton of NAS-Bench-201 by their layers, cells apart: the stem,
// two residual blocks and the head, with 5 cells between each.
var skeletonLayers = [...]int{1, 5, 5, 2}

const cellsBetween = 5

// skeletonTotal is the layers outside of cells, cellsTotal the number of cells.
const (
	skeletonTotal = 1 + 5 + 5 + 2
	cellsTotal    = 3 * cellsBetween
)

// cellDepth is the layers of each cell of a network of so many layers.
func cellDepth(layers int) int { return (layers - skeletonTotal) / cellsTotal }

// carry places the stages of a pipeline on a network of the same skeleton with so
// many layers. A cut stays where it is in the skeleton: see Cells.Replan.
func carry(stages []hw.Stage, layers int, dense hw.DensePlace) []hw.Placement {
	was, is := cellDepth(stages[len(stages)-1].Last+1), cellDepth(layers)
	onFPGA := layers
	if dense == hw.DenseOnHost {
		onFPGA--
	}
	n := min(len(stages), onFPGA)
	placements := make([]hw.Placement, n)
	from := 0
	for i := range placements {
		to := layers
		if left := n - 1 - i; left > 0 { // stages that follow
			to = min(max(carryCut(stages[i+1].First, was, is), from+1), onFPGA-left)
		}
		placements[i] = hw.Placement{Device: stages[i].Device, Layers: to - from}
		from = to
	}
	return placements
}

// carryCut takes a cut before a layer of a network whose cells have was layers to one
// whose cells have is.
func carryCut(layer, was, is int) int {
	before := 0 // the first layer of the part, in the other network
	for i, n := range skeletonLayers {
		if layer < n || i == len(skeletonLayers)-1 {
			return before + layer
		}
		layer, before = layer-n, before+n
		if layer < cellsBetween*was {
			cell, share := layer/was, float64(layer%was)/float64(was)
			return before + cell*is + int(math.Round(share*float64(is)))
		}
		layer, before = layer-cellsBetween*was, before+cellsBetween*is
	}
	return before
}
