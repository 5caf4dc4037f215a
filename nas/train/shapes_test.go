package train

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/internal/heavy"
)

// flattenRate is a learning rate at which networks with tens of thousands of
// inputs to the dense layer learn steadily.
const flattenRate = 0.01

// accuracyOn trains a network for some epochs and returns its test accuracy in
// percent.
func accuracyOn(t *testing.T, set *data.Set, network string, head hw.Head, epochs int) float64 {
	t.Helper()
	opt := DefaultOptions()
	opt.Epochs, opt.Head = epochs, head
	if head == hw.FlattenHead {
		opt.LearningRate = flattenRate
	}
	o, err := Train(context.Background(), chain(t, network), set, opt)
	if err != nil {
		t.Fatal(err)
	}
	if o.Reason != "" {
		t.Fatalf("%s: training ended early: %s", network, o.Reason)
	}
	t.Logf("%s, %v, %d images, %d epochs: %.1f%% (%.0f images/s)",
		network, head, set.Train.Len(), epochs, 100*o.Accuracy, o.ImagesPerSecond)
	return 100 * o.Accuracy
}

// TestShapesNeedsLocalStructure trains two small networks of equal width: one
// that sees single pixels and one that sees neighbourhoods.
func TestShapesNeedsLocalStructure(t *testing.T) {
	set := data.Shapes(1, 2000, 500)
	pixels := accuracyOn(t, set, "1x8,1x8,1x8", hw.PoolHead, 3)
	wide := accuracyOn(t, set, "5x8,5x8,5x8", hw.PoolHead, 3)
	if pixels >= 35 || wide <= 55 {
		t.Errorf("1x1 kernels reach %.1f%%, 5x5 kernels %.1f%%; want under 35%% and over 55%%", pixels, wide)
	}
}

// TestShapesTellsNetworksApart measures what the comment of data.Shapes states.
func TestShapesTellsNetworksApart(t *testing.T) {
	heavy.Only(t, "training the published network on the whole set shapes")
	set := data.Shapes(1, 5000, 2000)

	linear := softmaxAccuracy(set, 5)
	t.Logf("linear classifier, 5000 images, 5 epochs: %.1f%%", linear)
	if linear >= 50 {
		t.Errorf("a linear classifier reaches %.1f%%, want under 50%%", linear)
	}
	for _, head := range []hw.Head{hw.FlattenHead, hw.PoolHead} {
		if a := accuracyOn(t, set, "1x24,1x24", head, 5); a >= 60 {
			t.Errorf("two layers of 1x1 kernels, %v, reach %.1f%%, want under 60%%", head, a)
		}
	}
	if a := accuracyOn(t, set, "3x36,5x36,1x64,3x48s2,7x24,1x64", hw.FlattenHead, 5); a <= 85 {
		t.Errorf("the published network reaches %.1f%%, want over 85%%", a)
	}

	low, high := 100.0, 0.0
	for _, network := range []string{
		"1x8,1x8,1x8", "1x36,1x36,1x36", "1x24,3x16,1x8", "3x8,3x8,3x8", "3x16,3x16,3x16",
		"3x36,3x36,3x36", "5x8,5x8,5x8", "3x8,5x16,3x24", "5x24,5x24,5x24",
	} {
		a := accuracyOn(t, set.Subset(2000, 1000), network, hw.PoolHead, 3)
		low, high = min(low, a), max(high, a)
	}
	if high-low < 30 || high >= 99 {
		t.Errorf("small networks reach from %.1f%% to %.1f%%: want 30 points between them, and the best under 99%%", low, high)
	}
}

// softmaxAccuracy trains a softmax of the pixels with plain stochastic gradient
// descent and returns its best test accuracy after any epoch and at any of three
// learning rates, in percent: what a linear classifier gets at most.
func softmaxAccuracy(set *data.Set, epochs int) float64 {
	size, classes := set.Train.ImageBytes(), len(set.Classes)
	x, y := make([]float64, size), make([]float64, classes)
	load := func(m *data.Images, i int) {
		for j, p := range m.At(i) {
			x[j] = float64(p)/64 - 2
		}
	}
	best := 0.0
	for _, rate := range []float64{1e-5, 1e-4, 1e-3} {
		w, bias := make([]float64, classes*size), make([]float64, classes)
		scores := func() {
			for k := range y {
				s := bias[k]
				for j, v := range w[k*size : (k+1)*size] {
					s += v * x[j]
				}
				y[k] = s
			}
		}
		rng := rand.New(rand.NewPCG(1, 1))
		for range epochs {
			for _, i := range rng.Perm(set.Train.Len()) {
				load(set.Train, i)
				scores()
				top, sum := y[argmax(y)], 0.0
				for k := range y {
					y[k] = math.Exp(y[k] - top)
					sum += y[k]
				}
				for k := range y {
					g := y[k] / sum
					if k == int(set.Train.Labels[i]) {
						g--
					}
					g *= rate
					bias[k] -= g
					for j, row := 0, w[k*size:(k+1)*size]; j < size; j++ {
						row[j] -= g * x[j]
					}
				}
			}
			right := 0
			for i, label := range set.Test.Labels {
				load(set.Test, i)
				if scores(); argmax(y) == int(label) {
					right++
				}
			}
			best = max(best, 100*float64(right)/float64(set.Test.Len()))
		}
	}
	return best
}

func argmax(v []float64) int {
	best := 0
	for k := range v {
		if v[k] > v[best] {
			best = k
		}
	}
	return best
}
