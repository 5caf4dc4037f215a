package train

import (
	"context"
	"flag"
	"fmt"
	"testing"

	"coexplore/data"
	"coexplore/hw"
)

var heavy = flag.Bool("heavy", false, "also train networks on the whole set shapes (minutes)")

// accuracyOn trains a network and returns its test accuracy in percent.
func accuracyOn(t *testing.T, set *data.Set, network string, head hw.Head, epochs int) float64 {
	t.Helper()
	opt := DefaultOptions()
	opt.Epochs, opt.Head = epochs, head; opt.LearningRate=rate
	o, err := Train(context.Background(), chain(t, network), set, opt)
	if err != nil {
		t.Fatal(err)
	}
	if o.Reason != "" {
		t.Fatalf("%s: training ended early: %s", network, o.Reason)
	}
	t.Logf("%-32s %-8s %d images, %d epochs: %.1f%% (%.0f images/s)", network, fmt.Sprint(head), set.Train.Len(), epochs, 100*o.Accuracy, o.ImagesPerSecond)
	return 100 * o.Accuracy
}

func TestX(t *testing.T) {
	s := data.Shapes(1, 5000, 2000)
	for _, lr := range []float64{0.003, 0.01, 0.02} {
		t.Log(lr)
		rate = lr
		accuracyOn(t, s.Subset(2000, 1000), "3x16,3x16,3x16", hw.FlattenHead, 3)
		accuracyOn(t, s.Subset(2000, 1000), "5x24,5x24,5x24", hw.FlattenHead, 3)
	}
	rate = 0.01
	accuracyOn(t, s, "1x24,1x24", hw.FlattenHead, 5)
	accuracyOn(t, s, "3x36,5x36,1x64,3x48s2,7x24,1x64", hw.FlattenHead, 5)
}
var rate float64
