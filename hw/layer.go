package hw

import "fmt"

// Kind is what a layer computes.
type Kind int

// The layers that the hardware model knows. Batch normalisation and ReLU are
// folded into the convolution before them: they cost parameters, no cycles.
const (
	Conv          Kind = iota // convolution, grouped or depthwise with Groups > 1, same padding unless Valid
	MaxPool                   // maximum over Kernel x Kernel windows
	AvgPool                   // mean over Kernel x Kernel windows
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
	Kernel int    `json:"kernel"` // window, in pixels; 1 for Dense and Add
	Stride int    `json:"stride"`
	Groups int    `json:"groups"` // convolution groups; In.C for depthwise
	// Inputs holds the indices of the layers whose outputs this layer reads;
	// -1 is the network's own input. A chain's layer i reads i-1 alone.
	Inputs []int `json:"inputs"`
	MACs   int64 `json:"macs"`   // multiply-accumulates for one frame
	Params int64 `json:"params"` // weights, biases and folded batch normalisation
}

// Loops is a layer as an accelerator sees it: the loop nest of Zhang'15,
// Figure 3, with groups. Two layers with equal Loops cost the same on every
// accelerator.
type Loops struct {
	M, N, R, C int // output channels, input channels, output rows, output columns
	K, S       int // kernel and stride
	Groups     int // channel groups that share no weights
	// Reads is the input words that one output pixel and input channel
	// brings in: 1 for convolutions (tI = Tn*Tr*Tc/Ip counts no halo); the
	// window of pooling that does not overlap; 2 for Add.
	Reads int
	// Weighted is false for layers without weights: pooling and Add.
	Weighted bool
}

// Loops returns the layer's loop nest. A fully connected layer is a
// convolution with R = C = K = 1 over the flattened input; pooling and Add
// work channel by channel, like a depthwise convolution without weights.
func (l *Layer) Loops() Loops {
	switch l.Kind {
	case Dense:
		return Loops{M: l.Out.C, N: int(l.In.Size()), R: 1, C: 1, K: 1, S: 1, Groups: 1, Reads: 1, Weighted: true}
	case MaxPool, AvgPool:
		return Loops{M: l.Out.C, N: l.In.C, R: l.Out.H, C: l.Out.W, K: l.Kernel, S: l.Stride,
			Groups: l.In.C, Reads: min(l.Stride, l.Kernel) * min(l.Stride, l.Kernel)}
	case GlobalAvgPool:
		// One output pixel from a whole channel; windows are square in Loops,
		// so a K of the longer side stands for the channel's size.
		k := max(l.In.H, l.In.W)
		return Loops{M: l.Out.C, N: l.In.C, R: 1, C: 1, K: k, S: 1, Groups: l.In.C, Reads: k * k}
	case Add:
		return Loops{M: l.Out.C, N: l.In.C, R: l.Out.H, C: l.Out.W, K: 1, S: 1, Groups: l.In.C, Reads: 2}
	}
	return Loops{M: l.Out.C, N: l.In.C, R: l.Out.H, C: l.Out.W, K: l.Kernel, S: l.Stride,
		Groups: l.Groups, Reads: 1, Weighted: true}
}

// MACs is the multiply-accumulates of the loop nest for one frame; 0 where
// there are no weights.
func (l Loops) MACs() int64 {
	if !l.Weighted {
		return 0
	}
	return int64(l.M) * int64(l.N/l.Groups) * int64(l.R) * int64(l.C) * int64(l.K) * int64(l.K)
}

// Check refuses loop nests that are no layer.
func (l Loops) Check() error {
	for _, f := range [...]struct {
		name string
		v    int
	}{{"M", l.M}, {"R", l.R}, {"C", l.C}, {"K", l.K}, {"S", l.S}, {"Groups", l.Groups}} {
		if f.v < 1 || f.v > MaxExtent {
			return fmt.Errorf("hw: layer %v: %s = %d, want 1 to %d", l, f.name, f.v, MaxExtent)
		}
	}
	if l.N < 1 || l.N > 1<<32 {
		return fmt.Errorf("hw: layer %v: N = %d, want 1 to 2^32", l, l.N)
	}
	if l.M%l.Groups != 0 || l.N%l.Groups != 0 {
		return fmt.Errorf("hw: layer %v: %d groups do not divide %d output and %d input channels", l, l.Groups, l.M, l.N)
	}
	if l.Reads < 1 {
		return fmt.Errorf("hw: layer %v: Reads = %d, want at least 1", l, l.Reads)
	}
	// With at most 2^10 frames and 2^10 cycles of depth, no sum leaves int64.
	work := float64(l.M) * float64(l.N/l.Groups) * float64(l.R) * float64(l.C) * float64(l.K) * float64(l.K)
	if work > 1<<40 || float64(l.Reads) > float64(l.K)*float64(l.K)*4 {
		return fmt.Errorf("hw: layer %v: %.3g operations on %dx%d pixels: want at most 2^40", l, work, l.R, l.C)
	}
	return nil
}

// String names the layer as MxNxK and its output size, as errors show it.
func (l Loops) String() string {
	s := fmt.Sprintf("conv %dx%dx%d", l.M, l.N, l.K)
	if !l.Weighted {
		s = fmt.Sprintf("window %dx%d", l.M, l.K)
	} else if l.Groups > 1 {
		s += fmt.Sprintf(" groups %d", l.Groups)
	}
	return s
}
