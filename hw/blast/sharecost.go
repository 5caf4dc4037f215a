package blast

import "math"

// shareWords is the words that one FPGA brings in for its share of layer i: the
// maps that the layer reads, or the rows of them under its windows, and, for
// the first FPGA alone, those that only pass by to later layers.
func (n *hw.Network) shareWords(i int, s hw.Shard, first bool) int64 {
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
		case s.By == hw.ByChannels && l.Groups > 1:
			words += int64(whole.C) * int64(s.size()) / int64(s.Of) * int64(whole.H) * int64(whole.W)
		case s.By == hw.ByChannels || l.Kind == hw.Dense || l.Kind == GlobalAvgPool:
			words += whole.Size()
		default:
			rows := min((s.size()-1)*l.Stride+l.Kernel, whole.H)
			words += int64(whole.C) * int64(rows) * int64(whole.W)
		}
	}
	return words
}

// linkCyclesOfBits is the accelerator cycles in which a batch's bits cross a
// link; bits are those of one frame.
func (t hw.Target) linkCyclesOfBits(bits int64) int64 {
	if t.LinkGbps == 0 {
		return 0
	}
	return min(hw.NeverCycles, int64(math.Ceil(float64(bits)*float64(t.Batch)/(t.LinkGbps*1e3)*t.ClockMHz)))
}
