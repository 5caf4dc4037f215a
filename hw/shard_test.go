package hw

import "testing"

// TestShardWords holds what a part's FPGA receives against a count of the pixels
// under its windows.
func TestShardWords(t *testing.T) {
	for _, stride := range []int{1, 2} {
		for _, kernel := range []int{1, 3, 5} {
			net, err := Chain{{1, 6, 1}, {kernel, 4, stride}}.Network(Shape{C: 3, H: 11, W: 9}, 10, FlattenHead)
			if err != nil {
				t.Fatal(err)
			}
			l := &net.Layers[1]
			in, out := l.In, l.Out
			for first := range out.H {
				for last := first; last < out.H; last++ {
					got := net.ShardWords(1, Shard{By: ByRows, First: first, Last: last, Of: out.H}, true)
					rows := min((last-first)*stride+kernel, in.H)
					if want := int64(rows * in.C * in.W); got != want {
						t.Errorf("kernel %d stride %d rows %d-%d: %d words, want %d", kernel, stride, first, last, got, want)
					}
				}
			}
			if got := net.ShardWords(1, Shard{By: ByChannels, First: 0, Last: 1, Of: 4}, false); got != in.Size() {
				t.Errorf("channels: %d words, want the whole input %d", got, in.Size())
			}
		}
	}
	// A residual block: the sum reads two maps, the layers before it let one pass.
	b := NewBuilder("residual", Shape{C: 4, H: 6, W: 6}, 10)
	start := b.Conv("a", Convolution{Kernel: 1, Filters: 4, Stride: 1})
	b.Conv("b", Convolution{Kernel: 3, Filters: 4, Stride: 1})
	b.Conv("c", Convolution{Kernel: 3, Filters: 4, Stride: 1})
	b.Sum("sum", start)
	net, err := b.Network()
	if err != nil {
		t.Fatal(err)
	}
	row := int64(4 * 6)
	for _, v := range []struct {
		layer int
		shard Shard
		first bool
		want  int64
	}{
		{2, Shard{By: ByRows, First: 0, Last: 2, Of: 6}, true, 5*row + 6*row}, // its rows, and the map that passes by
		{2, Shard{By: ByRows, First: 3, Last: 5, Of: 6}, false, 5 * row},
		{3, Shard{By: ByRows, First: 0, Last: 2, Of: 6}, true, 2 * 3 * row}, // rows of both maps
		{3, Shard{By: ByChannels, First: 0, Last: 1, Of: 4}, true, 2 * 2 * 36},
	} {
		if got := net.ShardWords(v.layer, v.shard, v.first); got != v.want {
			t.Errorf("layer %d, %v: %d words, want %d", v.layer, v.shard, got, v.want)
		}
	}
}
