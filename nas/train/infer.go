package train

import (
	"context"
	"fmt"
	"runtime"

	"coexplore/data"
	"coexplore/nas/train/internal/engine"
	"coexplore/nas/train/internal/kernel"
)

// inferBatch is how many images a model is run on at once.
const inferBatch = 64

// open prepares the model's network for the images, in the memory of an arena.
func (m *Model) open(arena *engine.Arena, images *data.Images) (*engine.Net, *normalization, error) {
	if images.Channels != m.Input.C || images.Height != m.Input.H || images.Width != m.Input.W {
		return nil, nil, fmt.Errorf("train: the model takes images of %v, these are %dx%dx%d", m.Input, images.Channels, images.Height, images.Width)
	}
	cfg := engineConfig(m.Network, m.Input, len(m.Classes), m.Head)
	cfg.Set, cfg.Threads, cfg.Frozen = kernel.Best(), runtime.GOMAXPROCS(0), true
	cfg.Batch = max(1, min(inferBatch, images.Len()))
	net := engine.New(cfg, arena)
	for i, l := range net.Convs {
		w, b := &m.Convs[i], net.Norms[i]
		reorder(l.K*l.K, l.F, l.C, func(engine, model int) { l.Weights[engine] = w.Weights[model] })
		copy(b.Gamma, w.Gamma)
		copy(b.Beta, w.Beta)
		copy(b.Mean, w.Mean)
		copy(b.Var, w.Var)
	}
	m.denseOrder(func(engine, model int) { net.Dense.Weights[engine] = m.Dense[model] })
	copy(net.Bias, m.Bias)
	norm := &normalization{mean: m.PixelMean, std: m.PixelStd}
	norm.fillTable()
	return net, norm, nil
}

// Logits runs the model on the images and returns its outputs, a row an image.
func (m *Model) Logits(ctx context.Context, images *data.Images) ([][]float32, error) {
	arena := takeArena()
	defer giveArena(arena)
	net, norm, err := m.open(arena, images)
	if err != nil {
		return nil, err
	}
	out := make([][]float32, images.Len())
	err = batches(ctx, net, norm, images, func(first, n int) {
		for i := range n {
			row := make([]float32, len(m.Classes))
			for k := range row {
				row[k] = net.Logit(i, k)
			}
			out[first+i] = row
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Evaluate measures the model on labelled images, which must be of its input's
// size and have labels of its classes.
func (m *Model) Evaluate(ctx context.Context, images *data.Images) (*Measurement, error) {
	if images.Len() == 0 {
		return nil, fmt.Errorf("train: no images to evaluate the model on")
	}
	for i, l := range images.Labels {
		if int(l) >= len(m.Classes) {
			return nil, fmt.Errorf("train: label %d of image %d is out of range: the model has %d classes", l, i, len(m.Classes))
		}
	}
	arena := takeArena()
	defer giveArena(arena)
	net, norm, err := m.open(arena, images)
	if err != nil {
		return nil, err
	}
	return measure(ctx, net, norm, images)
}
