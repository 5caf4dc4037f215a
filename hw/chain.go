package hw

import (
	"fmt"
	"strings"
)

// ConvSpec is one convolution of a chain: a Kernel x Kernel window, Filters
// output channels and a stride.
type ConvSpec struct {
	Kernel, Filters, Stride int
}

// Chain is a network of convolutions in a row, each with same padding, batch
// normalisation and ReLU: what the searches propose.
type Chain []ConvSpec

// Head is what follows a chain's last convolution.
type Head int

const (
	FlattenHead Head = iota // flatten, then a fully connected layer
	PoolHead                // global average pooling, then a fully connected layer
)

// String gives the head's name: flatten or gap.
func (h Head) String() string {
	switch h {
	case FlattenHead:
		return "flatten"
	case PoolHead:
		return "gap"
	}
	return fmt.Sprintf("Head(%d)", int(h))
}

// MarshalText makes a head its name in JSON.
func (h Head) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads a head's name.
func (h *Head) UnmarshalText(b []byte) error {
	v, err := ParseHead(string(b))
	if err == nil {
		*h = v
	}
	return err
}

// ParseHead reads flatten or gap.
func ParseHead(s string) (Head, error) {
	switch s {
	case "flatten":
		return FlattenHead, nil
	case "gap":
		return PoolHead, nil
	}
	return 0, fmt.Errorf("hw: head %q: want flatten or gap", s)
}

// ParseChain reads layers written KxF with an optional sS, comma separated:
// 3x36,5x36,1x64,3x48s2 is kernel 3 with 36 filters and stride 1, and so on.
// The error gives the layer's number and the byte where it starts, from 1.
func ParseChain(s string) (Chain, error) {
	if s == "" {
		return nil, fmt.Errorf("hw: network is empty: want layers KxF or KxFsS, as in 3x36,3x48s2")
	}
	var c Chain
	at := 0
	for i, item := range strings.Split(s, ",") {
		l, off, err := parseConv(item)
		if err != nil {
			return nil, fmt.Errorf("hw: network %q: layer %d, character %d: %w (a layer is KxF or KxFsS, as in 3x48s2)",
				s, i+1, at+off+1, err)
		}
		c = append(c, l)
		at += len(item) + 1
	}
	return c, nil
}

// parseConv reads one layer; the offset is where it stopped making sense.
func parseConv(s string) (ConvSpec, int, error) {
	l := ConvSpec{Stride: 1}
	at := 0
	for i, f := range []struct {
		name string
		v    *int
		lead string
	}{{"kernel", &l.Kernel, ""}, {"filters", &l.Filters, "x"}, {"stride", &l.Stride, "s"}} {
		if i == 2 && at == len(s) {
			break
		}
		if !strings.HasPrefix(s[at:], f.lead) {
			return l, at, fmt.Errorf("want %q here", f.lead)
		}
		at += len(f.lead)
		n, length, err := leadingNumber(s[at:], f.name, 1)
		if err != nil {
			return l, at, err
		}
		*f.v = n
		at += length
	}
	if at != len(s) {
		return l, at, fmt.Errorf("%q is left over", s[at:])
	}
	return l, 0, nil
}

// leadingNumber reads the digits that s begins with, a number from least to
// MaxExtent, and gives their length.
func leadingNumber(s, name string, least int) (n, length int, err error) {
	for length < len(s) && '0' <= s[length] && s[length] <= '9' {
		n = min(n*10+int(s[length]-'0'), MaxExtent+1)
		length++
	}
	if length == 0 {
		return 0, 0, fmt.Errorf("want a number, the %s", name)
	}
	if n < least || n > MaxExtent {
		return 0, 0, fmt.Errorf("%s %s is not from %d to %d", name, s[:length], least, MaxExtent)
	}
	return n, length, nil
}

// String writes the chain as ParseChain reads it.
func (c Chain) String() string {
	var b strings.Builder
	for i, l := range c {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%dx%d", l.Kernel, l.Filters)
		if l.Stride != 1 {
			fmt.Fprintf(&b, "s%d", l.Stride)
		}
	}
	return b.String()
}

// MarshalText makes a chain its string in JSON.
func (c Chain) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (c *Chain) UnmarshalText(b []byte) error {
	v, err := ParseChain(string(b))
	if err == nil {
		*c = v
	}
	return err
}

// MaxLayers bounds the layers of a network.
const MaxLayers = 1000

// Check refuses a chain that cannot run on the input.
func (c Chain) Check(in Shape, classes int) error {
	if err := in.Check(); err != nil {
		return err
	}
	if classes < 1 || classes > MaxExtent {
		return fmt.Errorf("hw: %d classes: want 1 to %d", classes, MaxExtent)
	}
	if len(c) == 0 {
		return fmt.Errorf("hw: network has no layers")
	}
	if len(c) > MaxLayers {
		return fmt.Errorf("hw: network has %d layers: want at most %d", len(c), MaxLayers)
	}
	for i, l := range c {
		if l.Kernel < 1 || l.Filters < 1 || l.Stride < 1 || l.Kernel > MaxExtent || l.Filters > MaxExtent || l.Stride > MaxExtent {
			return fmt.Errorf("hw: layer %d (%dx%ds%d): kernel, filters and stride must be from 1 to %d",
				i+1, l.Kernel, l.Filters, l.Stride, MaxExtent)
		}
	}
	return nil
}

// Network gives the chain's layers their shapes for an input and a number of
// classes: same padding, so a stride s makes ceil(H/s) rows of H.
func (c Chain) Network(in Shape, classes int, head Head) (*Network, error) {
	if err := c.Check(in, classes); err != nil {
		return nil, err
	}
	b := NewBuilder(c.String(), in, classes)
	for i, l := range c {
		b.Conv(fmt.Sprintf("conv%d", i+1), Convolution{Kernel: l.Kernel, Filters: l.Filters, Stride: l.Stride, Bias: true, Norm: 4})
	}
	if head == PoolHead {
		b.GlobalPool("gap")
	}
	b.Dense("dense", classes, true)
	return b.Network()
}

// Params is the parameters of the network that the chain makes: weights and
// biases, four a channel for batch normalisation (scale, shift, running mean
// and variance, as the published models' counts include them), and the fully
// connected layer. It is 0 for a chain that has no network.
func (c Chain) Params(in Shape, classes int, head Head) int64 {
	if c.Check(in, classes) != nil {
		return 0
	}
	n := int64(0)
	for _, l := range c {
		loops, out := l.Loops(in)
		if loops.Check() != nil {
			return 0
		}
		n += l.Params(in)
		in = out
	}
	dense := Layer{Kind: Dense, In: in, Out: Shape{classes, 1, 1}}
	if head == PoolHead {
		dense.In = Shape{in.C, 1, 1}
	}
	if dense.Loops().Check() != nil {
		return 0
	}
	return n + head.Params(in, classes)
}

// Loops is the layer's loop nest on an input, and its output: with same padding, so
// that a stride s makes ceil(H/s) rows of H.
func (l ConvSpec) Loops(in Shape) (Loops, Shape) {
	out := Shape{l.Filters, (in.H + l.Stride - 1) / l.Stride, (in.W + l.Stride - 1) / l.Stride}
	return Loops{M: l.Filters, N: in.C, R: out.H, C: out.W, K: l.Kernel, S: l.Stride, Groups: 1, Reads: 1, Weighted: true}, out
}

// Params is the layer's weights and biases, with four more a channel for batch
// normalisation.
func (l ConvSpec) Params(in Shape) int64 {
	f := int64(l.Filters)
	return int64(in.C)*int64(l.Kernel)*int64(l.Kernel)*f + f + 4*f
}

// Params is the parameters of the fully connected layer on the output of the last
// convolution.
func (h Head) Params(in Shape, classes int) int64 {
	features := in.Size()
	if h == PoolHead {
		features = int64(in.C)
	}
	return features*int64(classes) + int64(classes)
}
