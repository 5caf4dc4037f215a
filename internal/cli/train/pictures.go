package train

import (
	"context"
	"slices"

	"coexplore/data"
	"coexplore/internal/cli"
	"coexplore/kernelext/figure"
	"coexplore/nas/train"
)

// samplePictures is how many pictures of a set are drawn.
const samplePictures = 24

// picturesPlot is the first test images with what they are and what a model takes them for.
func picturesPlot(ctx context.Context, m *train.Model, images *data.Images) (cli.Plot, error) {
	p := cli.Plot{Name: "pictures"}
	some := images.First(samplePictures)
	logits, err := m.Logits(ctx, some)
	if err != nil {
		return p, err
	}
	list := make([]figure.Picture, some.Len())
	for i := range list {
		best := slices.Index(logits[i], slices.Max(logits[i]))
		list[i] = figure.Picture{Image: some.Picture(i), Truth: m.Classes[some.Labels[i]], Predicted: m.Classes[best]}
	}
	p.Figure = figure.Pictures(list)
	return p, nil
}
