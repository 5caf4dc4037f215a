package hw

import "fmt"

// SplitBy is the dimension along which a layer is divided over FPGAs.
type SplitBy int

// The ways to divide a layer.
const (
	// ByChannels gives each FPGA some of the output channels, and the weights
	// of those alone; each needs the whole input. Grouped layers divide whole
	// groups, and then each FPGA needs its groups' inputs alone.
	ByChannels SplitBy = iota
	// ByRows gives each FPGA some of the output rows; each needs all weights
	// and the input rows under its windows.
	ByRows
)

// String gives the dimension's name: channels or rows.
func (s SplitBy) String() string {
	if s == ByRows {
		return "rows"
	}
	return "channels"
}

// MarshalText makes the dimension its name in JSON.
func (s SplitBy) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads channels or rows.
func (s *SplitBy) UnmarshalText(b []byte) error {
	switch string(b) {
	case "channels":
		*s = ByChannels
	case "rows":
		*s = ByRows
	default:
		return fmt.Errorf("hw: split %q: want channels or rows", b)
	}
	return nil
}

// Shard is one FPGA's part of a layer: output channels or rows First to Last,
// inclusive, of Of.
type Shard struct {
	By    SplitBy `json:"by"`
	First int     `json:"first"`
	Last  int     `json:"last"`
	Of    int     `json:"of"`
}

// String writes the shard as channels 1-24 of 64, counted from 1.
func (s Shard) String() string {
	return fmt.Sprintf("%v %d-%d of %d", s.By, s.First+1, s.Last+1, s.Of)
}

// Size is the shard's channels or rows.
func (s Shard) Size() int { return s.Last - s.First + 1 }

// Pieces is how many pieces the layer can be divided into: groups of channels
// stay whole, and so do the rows of a reduction, whose parts would be sums still
// to be added.
func (l *Loops) Pieces(by SplitBy) int {
	if by == ByRows && l.Reduced {
		return 1
	}
	if by == ByRows {
		return l.R
	}
	if l.Groups > 1 {
		return l.Groups
	}
	return l.M
}

// Part is the layer with n of its pieces alone.
func (l Loops) Part(by SplitBy, n int) Loops {
	switch {
	case by == ByRows && l.Reduced: // whole
	case by == ByRows:
		l.R = n
	case l.Groups > 1:
		l.M, l.N, l.Groups = l.M/l.Groups*n, l.N/l.Groups*n, n
	default:
		l.M = n
	}
	return l
}

// Shard is the n pieces from the given one on.
func (l *Loops) Shard(by SplitBy, from, n int) Shard {
	unit, of := 1, l.Pieces(ByRows)
	if by == ByChannels {
		of = l.M
		unit = l.M / l.Pieces(by)
	}
	return Shard{By: by, First: from * unit, Last: (from+n)*unit - 1, Of: of}
}

// Loops is the layer as the shard's FPGA sees it.
func (s *Shard) Loops(l Loops) Loops {
	n := s.Size()
	if s.By == ByChannels && l.Groups > 1 {
		n /= l.M / l.Groups
	}
	return l.Part(s.By, n)
}

// ShardWords is the words that one FPGA brings in for its shard of layer i: the
// maps that the layer reads, or the rows of them under its windows, and, for
// the first FPGA alone, those that only pass by to later layers.
func (n *Network) ShardWords(i int, s Shard, first bool) int64 {
	l := &n.Layers[i]
	words := int64(0)
	for _, from := range n.Cut(i).From {
		whole := n.output(from)
		read := false
		for _, f := range l.Inputs {
			read = read || f == from
		}
		switch {
		case !read:
			if first {
				words += whole.Size()
			}
		case s.By == ByChannels && l.Groups > 1:
			words += int64(whole.C) * int64(s.Size()) / int64(s.Of) * int64(whole.H) * int64(whole.W)
		case s.By == ByChannels || l.Kind == Dense || l.Kind == GlobalAvgPool:
			words += whole.Size()
		default:
			rows := min((s.Size()-1)*l.Stride+l.Kernel, whole.H)
			words += int64(whole.C) * int64(rows) * int64(whole.W)
		}
	}
	return words
}
