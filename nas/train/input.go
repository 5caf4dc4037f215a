package train

import (
	"math"
	"math/rand/v2"

	"coexplore/data"
	"coexplore/nas/train/internal/engine"
)

// cropPadding is how far augmentation moves an image at most, in pixels.
const cropPadding = 4

// A normalization turns pixel values into network inputs of mean 0 and standard
// deviation 1 over the training images, channel by channel.
type normalization struct {
	mean, std []float32 // of pixel values, 0 to 255
	table     [][256]float32
}

// normalize measures the images.
func normalize(m *data.Images) *normalization {
	n := &normalization{}
	plane := m.Height * m.Width
	for c := range m.Channels {
		var count [256]int64
		for i := range m.Len() {
			o := (i*m.Channels + c) * plane
			for _, v := range m.Pixels[o : o+plane] {
				count[v]++
			}
		}
		var s, q, all float64
		for v, k := range count {
			s += float64(v) * float64(k)
			q += float64(v*v) * float64(k)
			all += float64(k)
		}
		mean := s / all
		n.mean = append(n.mean, float32(mean))
		// An image without contrast has no scale: half a grey level stands in.
		n.std = append(n.std, float32(max(0.5, math.Sqrt(max(0, q/all-mean*mean)))))
	}
	n.fillTable()
	return n
}

func (n *normalization) fillTable() {
	n.table = make([][256]float32, len(n.mean))
	for c := range n.table {
		for v := range n.table[c] {
			n.table[c][v] = (float32(v) - n.mean[c]) / n.std[c]
		}
	}
}

// A view is how augmentation shows an image.
type view struct {
	dx, dy int
	flip   bool
}

// draw picks a view.
func draw(rng *rand.Rand) view {
	return view{
		dx:   rng.IntN(2*cropPadding+1) - cropPadding,
		dy:   rng.IntN(2*cropPadding+1) - cropPadding,
		flip: rng.IntN(2) == 1,
	}
}

// put writes the view of image i of m into place lane of the network's input.
// Pixels from beyond the border are black.
func (n *normalization) put(net *engine.Net, lane int, m *data.Images, i int, v view) {
	dst, base, stride := net.Input(lane)
	pixels := m.Pixels[i*m.Channels*m.Height*m.Width:]
	for c := range m.Channels {
		table := &n.table[c]
		plane := pixels[c*m.Height*m.Width : (c+1)*m.Height*m.Width]
		o := base + c*stride
		step := m.Channels * stride
		for y := range m.Height {
			sy := y + v.dy
			if sy < 0 || sy >= m.Height {
				for range m.Width {
					dst[o] = table[0]
					o += step
				}
				continue
			}
			row := plane[sy*m.Width : (sy+1)*m.Width]
			for x := range m.Width {
				sx := x + v.dx
				if v.flip {
					sx = m.Width - 1 - sx
				}
				p := uint8(0)
				if uint(sx) < uint(len(row)) {
					p = row[sx]
				}
				dst[o] = table[p]
				o += step
			}
		}
	}
}
