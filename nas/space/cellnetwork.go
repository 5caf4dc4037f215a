package space

import (
	"fmt"

	"coexplore/hw"
)

// The skeleton of NAS-Bench-201: stacks of cells, each with twice the channels and
// half the rows and columns of the one before.
const (
	stacks       = 3
	cellsOfStack = 5
	stemFilters  = 16
)

// A CellNetwork is a cell in the skeleton of NAS-Bench-201.
type CellNetwork struct {
	*hw.Network
	// Parts holds the first layer of each part of the skeleton, in order: the stem, 5
	// cells, a residual block, 5 cells, a residual block, 5 cells, and the head. A part
	// ends where the next begins; a cell may have no layers.
	Parts []int
}

// Build is the network of a cell, for images of a shape and so many classes, with the
// skeleton of NAS-Bench-201 (Dong and Yang, ICLR 2020, section 2.1): a 3x3
// convolution of 16 filters; three stacks of 5 cells with 16, 32 and 64 channels,
// between them residual blocks of stride 2 (two 3x3 convolutions beside 2x2 average
// pooling and a 1x1 convolution); the mean of each channel and a dense layer.
// ReLU-Conv-BN counts as one convolution, with 2 parameters a channel of batch
// normalisation; the last normalisation's are those of the mean.
//
// Layers are what has to be computed for a frame. A skip is no layer, and a node
// with k inputs is k-1 additions. Left out are
//   - edges that are none;
//   - layers from which the cell's output cannot be reached;
//   - layers that the cell's input does not reach: theirs is the same map for every
//     frame, zero but for the shift of batch normalisation, so that they are nothing
//     to compute and nothing to add.
//
// So parameters and multiply-accumulates are at most those that NAS-Bench-201
// publishes, which counts all edges, and the same for cells without dead ones. In a
// cell whose output does not depend on its input nothing is left; the skeleton
// stays, with the cell's input in place of its output: such a network is the
// smallest of the space, that of a cell which is one skip.
//
// Layers stand in the order of the cell's nodes, and of the edges into each.
func (s NASBench201) Build(actions []int, input hw.Shape, classes int) (*CellNetwork, error) {
	layers := cellLayers(actions)
	net := &CellNetwork{}
	b := hw.NewBuilder(s.Network(actions), input, classes)
	part := func(next int) { net.Parts = append(net.Parts, next) }
	part(0)
	channels := stemFilters
	at := b.Conv("stem", hw.Convolution{Kernel: 3, Filters: channels, Norm: 2})
	for stack := range stacks {
		if stack > 0 {
			part(at + 1)
			channels *= 2
			at = reduce(b, fmt.Sprintf("reduce%d", stack), at, channels)
		}
		for cell := range cellsOfStack {
			part(at + 1)
			at = stamp(b, fmt.Sprintf("s%dc%d", stack+1, cell+1), layers, at, channels)
		}
	}
	part(at + 1)
	b.AddParams(b.GlobalPool("gap"), 2*int64(channels))
	b.Dense("fc", classes, true)
	var err error
	if net.Network, err = b.Network(); err != nil {
		return nil, fmt.Errorf("space: %s: %w", s.Network(actions), err)
	}
	return net, nil
}

// reduce appends a residual block of stride 2 after layer at and returns its last
// layer.
func reduce(b *hw.Builder, name string, at, channels int) int {
	b.From(at)
	b.Conv(name+".a", hw.Convolution{Kernel: 3, Filters: channels, Stride: 2, Norm: 2})
	body := b.Conv(name+".b", hw.Convolution{Kernel: 3, Filters: channels, Norm: 2})
	b.From(at)
	b.Pool(name+".pool", hw.AvgPool, hw.Window{Kernel: 2, Stride: 2})
	b.Conv(name+".proj", hw.Convolution{Kernel: 1, Filters: channels})
	return b.Sum(name+".sum", body)
}

// stamp appends a cell's layers after layer at and returns the last.
func stamp(b *hw.Builder, name string, layers []cellLayer, at, channels int) int {
	maps := make([]int, 1, len(layers)+1) // the cell's input, then its layers
	maps[0] = at
	for i, l := range layers {
		b.From(maps[l.from])
		name := fmt.Sprintf("%s.%d", name, i+1)
		switch l.kind {
		case hw.Conv:
			at = b.Conv(name, hw.Convolution{Kernel: l.kernel, Filters: channels, Norm: 2})
		case hw.AvgPool:
			at = b.Pool(name, hw.AvgPool, hw.Window{Kernel: l.kernel, Stride: 1})
		default:
			at = b.Sum(name, maps[l.other])
		}
		maps = append(maps, at)
	}
	return at
}

// cellLayer is a layer of a cell. It reads the map number from, and other too if it
// is an addition: 0 is the cell's input, k the output of the cell's k-th layer.
type cellLayer struct {
	kind        hw.Kind // Conv, AvgPool or Add
	kernel      int
	from, other int
}

// operationLayers are the layers of Operations; kernel 0 is no layer.
var operationLayers = []cellLayer{2: {kind: hw.Conv, kernel: 1}, 3: {kind: hw.Conv, kernel: 3}, 4: {kind: hw.AvgPool, kernel: 3}}

// Cell is what has to be computed of the cell of actions, layer by layer: two cells
// with the same text have the same network, but for its name.
func (NASBench201) Cell(actions []int) string { return fmt.Sprint(cellLayers(actions)) }

// cellLayers is what has to be computed of a cell, in order; the last layer is the
// cell's output. There is none where the output is the input, or does not depend on
// it.
func cellLayers(actions []int) []cellLayer {
	const none = 0 // the index of "none" in Operations
	const output = 3
	edge := func(from, to int) int { return actions[to*(to-1)/2+from] }
	var alive, needed [output + 1]bool // reached from the input; reaching the output
	alive[0], needed[output] = true, true
	for to := 1; to <= output; to++ {
		for from := range to {
			alive[to] = alive[to] || alive[from] && edge(from, to) != none
		}
	}
	for from := output - 1; from >= 0; from-- {
		for to := from + 1; to <= output; to++ {
			needed[from] = needed[from] || needed[to] && edge(from, to) != none
		}
	}
	var layers []cellLayer
	var maps [output + 1]int // of each node
	add := func(l cellLayer) int {
		layers = append(layers, l)
		return len(layers)
	}
	for to := 1; to <= output; to++ {
		maps[to] = -1
		for from := range to {
			op := edge(from, to)
			if op == none || !alive[from] || !needed[to] {
				continue
			}
			at := maps[from]
			if l := operationLayers[op]; l.kernel > 0 {
				l.from = at
				at = add(l)
			}
			if maps[to] >= 0 {
				at = add(cellLayer{kind: hw.Add, from: at, other: maps[to]})
			}
			maps[to] = at
		}
	}
	return layers
}
