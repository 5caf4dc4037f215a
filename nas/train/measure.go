package train

import (
	"context"

	"coexplore/data"
	"coexplore/nas/train/internal/engine"
)

// A Measurement is how well a network classifies labelled images.
type Measurement struct {
	Accuracy float64 `json:"accuracy"` // top-1, 0 to 1
	Loss     float64 `json:"loss"`     // mean cross entropy, in nats
	Images   int     `json:"images"`
	// Confusion[i][j] counts the images of class i that were taken for j.
	Confusion [][]int `json:"confusion"`
}

// measure runs the images through a network with the running statistics.
func measure(ctx context.Context, net *engine.Net, norm *normalization, m *data.Images) (*Measurement, error) {
	r := &Measurement{Images: m.Len(), Confusion: make([][]int, net.Classes)}
	for k := range r.Confusion {
		r.Confusion[k] = make([]int, net.Classes)
	}
	sum, right := 0.0, 0
	err := batches(ctx, net, norm, m, func(first, n int) {
		loss, correct := net.Loss(m.Labels[first : first+n])
		sum += loss * float64(n)
		right += correct
		for i := range n {
			r.Confusion[m.Labels[first+i]][net.Argmax(i)]++
		}
	})
	if err != nil {
		return nil, err
	}
	r.Loss = sum / float64(m.Len())
	r.Accuracy = float64(right) / float64(m.Len())
	return r, nil
}

// batches runs the images through a network, as many at once as it takes, and
// calls seen for each batch.
func batches(ctx context.Context, net *engine.Net, norm *normalization, m *data.Images, seen func(first, n int)) error {
	for first := 0; first < m.Len(); first += net.Batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		n := min(net.Batch, m.Len()-first)
		net.Parallel(n, func(i int) { norm.put(net, i, m, first+i, view{}) })
		net.Infer(n)
		seen(first, n)
	}
	return nil
}
