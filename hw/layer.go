package hw

import "fmt"

// Kind is what a layer computes.
type Kind int

// The layers that the hardware model knows. Batch normalisation and ReLU are
// folded into the convolution before them: they cost parameters, no cycles.
const (
	Conv          Kind = iota // convolution, grouped or depthwise with Groups > 1, same padding unless Valid
	MaxPool                   // maximum over windows
	AvgPool                   // mean over windows
	GlobalAvgPool             // mean over each whole channel
	Dense                     // fully connected, over the flattened input
	Add                       // element-wise sum of two feature maps (a residual block's end)
)

var kindNames = [...]string{"conv", "maxpool", "avgpool", "gap", "dense", "add"}

// String gives the kind's short name: conv, maxpool, avgpool, gap, dense, add.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kindNames[k]
}

// MarshalText makes a kind its name in JSON.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Layer is one layer of a network with the shapes of its feature maps.
type Layer struct {
	Name   string `json:"name"`
	Kind   Kind   `json:"kind"`
	In     Shape  `json:"in"`
	Out    Shape  `json:"out"`
	Kernel int    `json:"kernel"`         // window, in pixels (its rows, where it is not square); 1 for Dense and Add
	Wide   int    `json:"wide,omitempty"` // columns of the window more than rows; negative: fewer
	Stride int    `json:"stride"`
	Across int    `json:"across,omitempty"` // stride along columns more than along rows; negative: less
	Pad    int    `json:"pad"`              // pixels of zeros on each side; (Kernel-1)/2 is same padding
	Groups int    `json:"groups"`           // convolution groups; In.C for depthwise
	// Inputs holds the indices of the layers whose outputs this layer reads;
	// -1 is the network's own input. A chain's layer i reads i-1 alone.
	Inputs []int `json:"inputs"`
	MACs   int64 `json:"macs"`   // multiply-accumulates for one frame
	Params int64 `json:"params"` // weights, biases and folded batch normalisation
}

// Loops is a layer as an accelerator sees it: the loop nest of Zhang'15,
// Figure 3, with groups. Two layers with equal Loops cost the same on every
// accelerator. Under a tile of Tr x Tc outputs lie (S*(Tr-1)+K) rows and
// (Step*(Tc-1)+Columns) columns of inputs of every channel, for convolutions and windows of pooling alike.
type Loops struct {
	M, N, R, C int // output channels, input channels, output rows, output columns
	K, S       int // kernel (its rows, where it is not square) and stride
	Wide       int // columns of the kernel more than K; negative: fewer
	Across     int // stride along columns more than S, that along rows; negative: less
	// ExtraPad is the padding of each side beyond (K-1)/2, that of same padding;
	// negative: less. It counts under Target.AuthorsScripts alone.
	ExtraPad int
	Groups   int // channel groups that share no weights
	Reads    int // feature maps that are read: 2 for Add, 1 for all others
	// Weighted is false for layers without weights: pooling and Add.
	Weighted bool
	// Reduced is a sum over the whole map (global average pooling): R x C are
	// the pixels that it reads, with K = S = 1, and each channel's output is one
	// pixel, stored when all are read.
	Reduced bool
}

// Columns is the columns of the kernel, whose rows are K.
func (l *Loops) Columns() int { return l.K + l.Wide }

// Step is the stride along columns; that along rows is S.
func (l *Loops) Step() int { return l.S + l.Across }

// Taps is the pixels of a kernel: its weights for each pair of channels.
func (l *Loops) Taps() int64 { return int64(l.K) * int64(l.Columns()) }

// Pad is the pixels of zeros on each side of the input.
func (l *Loops) Pad() int { return (l.K-1)/2 + l.ExtraPad }

// Loops returns the layer's loop nest. A fully connected layer is a
// convolution with R = C = K = 1 over the flattened input; pooling and Add
// work channel by channel, like a depthwise convolution without weights.
func (l *Layer) Loops() Loops {
	switch l.Kind {
	case Dense:
		return Loops{M: l.Out.C, N: int(l.In.Size()), R: 1, C: 1, K: 1, S: 1, Groups: 1, Reads: 1, Weighted: true}
	case MaxPool, AvgPool:
		return Loops{M: l.Out.C, N: l.In.C, R: l.Out.H, C: l.Out.W, K: l.Kernel, Wide: l.Wide, S: l.Stride, Across: l.Across,
			ExtraPad: l.Pad - (l.Kernel-1)/2, Groups: l.In.C, Reads: 1}
	case GlobalAvgPool:
		return Loops{M: l.Out.C, N: l.In.C, R: l.In.H, C: l.In.W, K: 1, S: 1, Groups: l.In.C, Reads: 1, Reduced: true}
	case Add:
		return Loops{M: l.Out.C, N: l.In.C, R: l.Out.H, C: l.Out.W, K: 1, S: 1, Groups: l.In.C, Reads: 2}
	}
	return Loops{M: l.Out.C, N: l.In.C, R: l.Out.H, C: l.Out.W, K: l.Kernel, Wide: l.Wide, S: l.Stride, Across: l.Across,
		ExtraPad: l.Pad - (l.Kernel-1)/2, Groups: l.Groups, Reads: 1, Weighted: true}
}

// MACs is the multiply-accumulates of the loop nest for one frame; 0 where
// there are no weights.
func (l Loops) MACs() int64 {
	if !l.Weighted {
		return 0
	}
	return int64(l.M) * int64(l.N/l.Groups) * int64(l.R) * int64(l.C) * l.Taps()
}

// Check refuses loop nests that are no layer.
func (l Loops) Check() error {
	if err := l.check(); err != nil {
		return fmt.Errorf("hw: %w", err)
	}
	return nil
}

// check is Check for a message that says more before it.
func (l Loops) check() error {
	for _, f := range [...]struct {
		name string
		v    int
	}{{"M", l.M}, {"R", l.R}, {"C", l.C}, {"K", l.K}, {"Columns", l.Columns()}, {"S", l.S}, {"Step", l.Step()}, {"Groups", l.Groups}} {
		if f.v < 1 || f.v > MaxExtent {
			return fmt.Errorf("layer %v: %s = %d, want 1 to %d", l, f.name, f.v, MaxExtent)
		}
	}
	if l.N < 1 || int64(l.N) > 1<<32 {
		return fmt.Errorf("layer %v: N = %d, want 1 to 2^32", l, l.N)
	}
	if l.M%l.Groups != 0 || l.N%l.Groups != 0 {
		return fmt.Errorf("layer %v: %d groups do not divide %d output and %d input channels", l, l.Groups, l.M, l.N)
	}
	if l.Reads < 1 || l.Reads > 1<<4 {
		return fmt.Errorf("layer %v: Reads = %d, want 1 to %d", l, l.Reads, 1<<4)
	}
	if p := l.Pad(); p < 0 || p > MaxExtent {
		return fmt.Errorf("layer %v: padding %d, want 0 to %d", l, p, MaxExtent)
	}
	if l.Reduced && (l.Weighted || l.K != 1 || l.Wide != 0 || l.S != 1 || l.Across != 0 || l.M != l.Groups || l.N != l.Groups) {
		return fmt.Errorf("layer %v: a reduction is channel by channel, without weights, K = 1 and S = 1", l)
	}
	// Of at most 2^40 operations, and 2^42 pixels read, no tiling makes a count
	// of a frame's words or cycles that leaves int64.
	rows, cols := float64(max(l.K, l.S)), float64(max(l.Columns(), l.Step()))
	if work := float64(l.M) * float64(l.N/l.Groups) * float64(l.R) * float64(l.C) * rows * cols; work > 1<<40 {
		return fmt.Errorf("layer %v: %.3g operations on %dx%d pixels: want at most 2^40", l, work, l.R, l.C)
	}
	return nil
}

// String names the layer as MxNxK, as errors show it, or MxNxKxColumns.
func (l Loops) String() string {
	kernel := fmt.Sprint(l.K)
	if l.Wide != 0 {
		kernel += fmt.Sprintf("x%d", l.Columns())
	}
	s := fmt.Sprintf("conv %dx%dx%s", l.M, l.N, kernel)
	if l.Reduced {
		s = fmt.Sprintf("mean of %d maps", l.M)
	} else if !l.Weighted {
		s = fmt.Sprintf("window %dx%s", l.M, kernel)
	} else if l.Groups > 1 {
		s += fmt.Sprintf(" groups %d", l.Groups)
	}
	return s
}
