package train

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/train/internal/engine"
	"coexplore/nas/train/internal/kernel"
)

// chain parses a network that a test knows to be right.
func chain(t testing.TB, s string) hw.Chain {
	t.Helper()
	c, err := hw.ParseChain(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// same reduces an outcome to what must not depend on the machine's load.
func same(o *Outcome) string {
	c := *o
	c.Seconds, c.ImagesPerSecond = 0, 0
	c.History = append([]nas.Epoch(nil), o.History...)
	for i := range c.History {
		c.History[i].Seconds = 0
	}
	b, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	if o.Model != nil {
		b = append(b, fmt.Sprintf("%x", o.Model.Dense)...)
		for _, l := range o.Model.Convs {
			b = append(b, fmt.Sprintf("%x", l)...)
		}
	}
	return string(b)
}

func TestSameBitsOnAnyNumberOfThreads(t *testing.T) {
	set := data.Shapes(1, 250, 100)
	for _, kernels := range Kernels() {
		for _, head := range []hw.Head{hw.FlattenHead, hw.PoolHead} {
			want := ""
			for _, threads := range []int{1, 2, 8} {
				opt := DefaultOptions()
				opt.Epochs, opt.Batch, opt.Augment, opt.Head = 1, 50, true, head
				opt.Threads, opt.Kernels, opt.Keep = threads, kernels, true
				o, err := Train(context.Background(), chain(t, "3x8,5x10s2,1x7"), set, opt)
				if err != nil {
					t.Fatal(err)
				}
				if got := same(o); want == "" {
					want = got
				} else if got != want {
					t.Errorf("%s, %v: %d threads give other bits than 1", kernels, head, threads)
				}
			}
		}
	}
}

func TestBadInput(t *testing.T) {
	good := data.Shapes(1, 40, 20)
	label := data.Shapes(1, 40, 20)
	label.Train.Labels[7] = 10
	short := data.Shapes(1, 40, 20)
	short.Test.Pixels = short.Test.Pixels[1:]
	for _, c := range []struct {
		name, network, want string
		set                 *data.Set
		change              func(*Options)
	}{
		{"batch", "3x8", "train: batch of 41 images, but set shapes has only 40 training images", good, func(o *Options) { o.Batch = 41 }},
		{"batch 0", "3x8", "train: batch of 0 images: want at least 1", good, func(o *Options) { o.Batch = 0 }},
		{"epochs", "3x8", "train: 0 epochs: want at least 1", good, func(o *Options) { o.Epochs = 0 }},
		{"rate", "3x8", "train: learning rate is NaN, must be at least 0", good, func(o *Options) { o.LearningRate = math.NaN() }},
		{"momentum", "3x8", "train: momentum is 1, must be at least 0 and below 1", good, func(o *Options) { o.Momentum = 1 }},
		{"label", "3x8", "train: set shapes: label 10 of training image 7 is out of range: there are 10 classes", label, nil},
		{"pixels", "3x8", "train: set shapes: 61439 bytes of pixels for 20 test images of 3x32x32", short, nil},
		{"kernel", "4x8", "train: layer 1 (4x8): kernels must be odd", good, nil},
		{"set", "3x8", "train: no data set", nil, nil},
		{"kernels", "3x8", "kernel set \"mmx\": this machine runs", good, func(o *Options) { o.Kernels = "mmx" }},
		{"memory", "3x500000", "GiB: use a smaller batch or network", good, nil},
	} {
		opt := DefaultOptions()
		opt.Batch = 20
		if c.change != nil {
			c.change(&opt)
		}
		_, err := Train(context.Background(), chain(t, c.network), c.set, opt)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

func TestDivergenceEndsTheChildAlone(t *testing.T) {
	set := data.Shapes(1, 200, 100)
	opt := DefaultOptions()
	opt.LearningRate, opt.WarmUp, opt.Batch = 1e30, 0, 20
	for _, kernels := range Kernels() {
		opt.Kernels = kernels
		o, err := Train(context.Background(), chain(t, "3x8,3x8s2"), set, opt)
		if err != nil {
			t.Fatal(err)
		}
		if o.Accuracy != 0 || !strings.Contains(o.Reason, "not a number") {
			t.Errorf("%s: accuracy %g, reason %q", kernels, o.Accuracy, o.Reason)
		}
		if _, err := json.Marshal(o); err != nil {
			t.Errorf("%s: %v", kernels, err)
		}
	}
	e, err := NewEvaluator(set, opt).Evaluate(context.Background(), "3x8", 1)
	if err != nil || e.Accuracy != 0 || e.Reason == "" {
		t.Errorf("evaluator: %+v, %v; want accuracy 0 with a reason and no error", e, err)
	}
}

func TestBudgets(t *testing.T) {
	set := data.Shapes(1, 200, 100)
	ctx := context.Background()
	opt := DefaultOptions()
	opt.Batch, opt.MaxFLOPs = 20, 1e6
	o, err := Train(ctx, chain(t, "3x8,3x8s2"), set, opt)
	if err != nil || !o.Refused || o.Epochs != 0 || !strings.Contains(o.Reason, "FLOPs, the limit is 1e+06") {
		t.Errorf("FLOP limit: %+v, %v", o, err)
	}
	e, err := NewEvaluator(set, opt).Evaluate(ctx, "3x8,3x8s2", 1)
	if err != nil || !e.Refused || e.Reason != o.Reason {
		t.Errorf("FLOP limit of an evaluator: %+v, %v", e, err)
	}
	opt.MaxFLOPs, opt.RefuseAfter = 0, 1
	o, err = Train(ctx, chain(t, "3x8,3x8s2"), set, opt)
	if err != nil || !o.Refused || o.Epochs != 0 || !strings.Contains(o.Reason, "it would take about") {
		t.Errorf("time limit beforehand: %+v, %v", o, err)
	}
	opt.RefuseAfter, opt.MaxTime, opt.Epochs = 0, 1, 3
	o, err = Train(ctx, chain(t, "3x8,3x8s2"), set, opt)
	if err != nil || o.Refused || !strings.Contains(o.Reason, "is used up") || o.Confusion == nil {
		t.Errorf("time limit: %+v, %v", o, err)
	}
	// Cancelled at the third update, by the progress that it reports.
	opt.MaxTime = 0
	ctx, cancel := context.WithCancel(ctx)
	steps := 0
	opt.Progress = func(p Progress) {
		if steps = p.Step; steps == 3 {
			cancel()
		}
	}
	if _, err = Train(ctx, chain(t, "3x8,3x8s2"), set, opt); !errors.Is(err, context.Canceled) || steps != 3 {
		t.Errorf("cancelled at update 3: error %v after update %d", err, steps)
	}
}

// TestSchedule compares the rate with values worked out by hand.
func TestSchedule(t *testing.T) {
	o := Options{LearningRate: 0.4, WarmUp: 0.5}
	for step, want := range map[int]float64{0: 0.1, 1: 0.2, 3: 0.4, 4: 0.4, 10: 0.2, 13: 0.2 * (1 - math.Sqrt2/2)} {
		if got := o.rate(step, 16, 8); math.Abs(got-want) > 1e-12 {
			t.Errorf("rate of update %d is %g, want %g", step, got, want)
		}
	}
}

// TestAugmentation shows one image in all views and compares with moving it by
// hand.
func TestAugmentation(t *testing.T) {
	m := &data.Images{Width: 3, Height: 2, Channels: 1, Pixels: []uint8{1, 2, 3, 4, 5, 6}, Labels: []uint8{0}}
	n := &normalization{mean: []float32{0}, std: []float32{1}}
	n.fillTable()
	set, err := kernel.ByName("go")
	if err != nil {
		t.Fatal(err)
	}
	net := engine.New(engine.Config{C: 1, H: 2, W: 3, Layers: []engine.Layer{{Window: 1, Filters: 1, Stride: 1}}, Classes: 2, Batch: 2, Set: set}, new(engine.Arena))
	for _, c := range []struct {
		v    view
		want [6]float32
	}{
		{view{}, [6]float32{1, 2, 3, 4, 5, 6}},
		{view{flip: true}, [6]float32{3, 2, 1, 6, 5, 4}},
		{view{dx: 1}, [6]float32{2, 3, 0, 5, 6, 0}},
		{view{dx: -2, dy: 1}, [6]float32{0, 0, 4, 0, 0, 0}},
		{view{dx: 1, flip: true}, [6]float32{2, 1, 0, 5, 4, 0}},
		{view{dy: -4}, [6]float32{}},
	} {
		n.put(net, 1, m, 0, c.v)
		x, base, step := net.Input(1)
		var got [6]float32
		for i := range got {
			got[i] = x[base+i*step]
		}
		if got != c.want {
			t.Errorf("%+v: %v, want %v", c.v, got, c.want)
		}
	}
}

// TestStop stops a training after some updates: the outcome is that of a training
// whose time was up there.
func TestStop(t *testing.T) {
	set := data.Shapes(3, 320, 50)
	opt := DefaultOptions()
	opt.Epochs, opt.Keep, opt.Head = 3, true, hw.PoolHead
	net := hw.Chain{{Kernel: 3, Filters: 8, Stride: 1}}
	stop := make(chan struct{})
	opt.Stop = stop
	opt.Progress = func(p Progress) {
		if p.Step == 7 {
			close(stop)
		}
	}
	o, err := Train(context.Background(), net, set, opt)
	if err != nil {
		t.Fatal(err)
	}
	if !o.Stopped || o.Reason != "stopped after 7 of 15 updates" || o.Epochs != 1 || o.Confusion == nil {
		t.Errorf("%+v", o)
	}
	m, err := o.Model.Evaluate(context.Background(), set.Test)
	if err != nil || m.Accuracy != o.Accuracy {
		t.Errorf("the weights have accuracy %v, the outcome %g (%v)", m, o.Accuracy, err)
	}
	opt.Progress = nil
	if o, err := Train(context.Background(), net, set, opt); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped before the first update: %+v, %v", o, err)
	}
}
