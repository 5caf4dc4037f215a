package train

import (
	"fmt"
	"math"
	"runtime"
	"time"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas/train/internal/kernel"
)

// Options is how a child is trained. The zero value is of no use; start from
// DefaultOptions.
type Options struct {
	Epochs int // passes over the training images, at least 1
	Batch  int // images of an update, from 1 to the size of the training set

	LearningRate float64 // at its highest, after the warm-up; 0 stands for DefaultRate(Head)
	FinalRate    float64 // share of LearningRate that the cosine schedule ends with, 0 to 1
	WarmUp       float64 // epochs in which the rate rises from 0; may be a fraction
	Momentum     float64 // 0 to below 1
	Plain        bool    // classical momentum instead of Nesterov's
	WeightDecay  float64 // L2 penalty on the weights of convolutions and the dense layer
	Smoothing    float64 // label smoothing, 0 to below 1

	// Augment shows each image shifted by up to four pixels in each direction,
	// with black beyond its border, and mirrored left to right half of the time.
	Augment bool

	Head hw.Head // flatten, or global average pooling, before the dense layer
	Seed uint64  // decides weights, order and augmentation

	// Threads is how many goroutines train one child: 0 stands for one for each
	// core. It does not change results.
	Threads int
	// Kernels names the set of kernels: avx512, avx2, neon or go; "" stands for
	// the best that the machine has. Different sets round differently.
	Kernels string

	Limits

	// Stop, once closed, ends training at the next update: what was reached is
	// measured, as with MaxTime. Before the first update it is an error.
	Stop <-chan struct{}

	Validate bool // measure accuracy after every epoch, not just the last
	Keep     bool // keep the trained weights in Outcome.Model
	// KeepBytes is the memory for trained networks of an evaluator that may be asked to
	// test them later; zero stands for 512 MiB.
	KeepBytes int
	Progress  func(Progress) // called after every update, in the goroutine of Train
}

// Limits are what training a child may take. Zero means no limit.
type Limits struct {
	// A child whose training would take more than MaxFLOPs floating-point operations,
	// more than MaxBytes of memory, as TrainingBytes counts, or by Estimate more time
	// than RefuseAfter is not trained at all.
	MaxFLOPs    float64
	MaxBytes    int64
	RefuseAfter time.Duration
	// One that has trained for MaxTime stops where it is and is measured.
	MaxTime time.Duration
}

// DefaultOptions returns the recipe that the searches use: 5 epochs in batches of
// 64, DefaultRate with half an epoch of warm-up and a cosine schedule, Nesterov
// momentum 0.9, weight decay 5e-4, flatten head.
func DefaultOptions() Options {
	return Options{
		Epochs: 5, Batch: 64,
		WarmUp: 0.5, Momentum: 0.9, WeightDecay: 5e-4,
		Seed: 1,
	}
}

// DefaultRate is the learning rate that suits a head: 0.1 after global average
// pooling, 0.005 after flattening, where the dense layer sums over thousands of
// pixels and larger steps throw it about.
func DefaultRate(head hw.Head) float64 {
	if head == hw.FlattenHead {
		return 0.005
	}
	return 0.1
}

// Progress tells how far training has come.
type Progress struct {
	Epoch, Epochs   int     // the epoch that is under way, from 1
	Step, Steps     int     // updates done, of all epochs
	Loss            float64 // mean of the epoch so far
	Accuracy        float64 // on the training images of the epoch so far
	HeldOut         float64 // accuracy on the held-out images in the last epoch that was measured; 0 before
	ImagesPerSecond float64
	Remaining       time.Duration
}

// Kernels lists the sets of kernels that this machine can run, best first.
func Kernels() []string {
	var names []string
	for _, s := range kernel.Available() {
		names = append(names, s.Name)
	}
	return names
}

// check says what is wrong with the options for the set, or nil.
func (o *Options) check(set *data.Set) error {
	for _, v := range []struct {
		name      string
		v, lo, hi float64
		open      bool // hi itself is too much
	}{
		{"learning rate", o.LearningRate, 0, math.MaxFloat64, false},
		{"final rate", o.FinalRate, 0, 1, false},
		{"warm-up", o.WarmUp, 0, math.MaxFloat64, false},
		{"momentum", o.Momentum, 0, 1, true},
		{"weight decay", o.WeightDecay, 0, math.MaxFloat64, false},
		{"label smoothing", o.Smoothing, 0, 1, true},
		{"FLOP limit", o.MaxFLOPs, 0, math.MaxFloat64, false},
	} {
		if !(v.v >= v.lo && v.v <= v.hi) || v.open && v.v == v.hi {
			limit := ""
			if v.hi < math.MaxFloat64 {
				limit = fmt.Sprintf(" and at most %g", v.hi)
				if v.open {
					limit = fmt.Sprintf(" and below %g", v.hi)
				}
			}
			return fmt.Errorf("train: %s is %g, must be at least %g%s", v.name, v.v, v.lo, limit)
		}
	}
	switch {
	case o.Epochs < 1:
		return fmt.Errorf("train: %d epochs: want at least 1", o.Epochs)
	case o.Batch < 1:
		return fmt.Errorf("train: batch of %d images: want at least 1", o.Batch)
	case o.Threads < 0:
		return fmt.Errorf("train: %d threads: want at least 1, or 0 for one a core", o.Threads)
	case o.MaxBytes < 0 || o.KeepBytes < 0:
		return fmt.Errorf("train: a memory limit is negative")
	case o.MaxTime < 0 || o.RefuseAfter < 0:
		return fmt.Errorf("train: a time limit is negative")
	case o.Head != hw.FlattenHead && o.Head != hw.PoolHead:
		return fmt.Errorf("train: unknown head %v", o.Head)
	}
	if err := checkSet(set); err != nil {
		return err
	}
	if n := set.Train.Len(); o.Batch > n {
		return fmt.Errorf("train: batch of %d images, but set %s has only %d training images", o.Batch, set.Name, n)
	}
	return nil
}

// threads is the number of goroutines that Threads stands for.
func (o *Options) threads() int {
	if o.Threads > 0 {
		return o.Threads
	}
	return runtime.GOMAXPROCS(0)
}

// checkSet says what is wrong with the set, or nil.
func checkSet(set *data.Set) error {
	if set == nil {
		return fmt.Errorf("train: no data set")
	}
	if set.Train.Len() == 0 {
		return fmt.Errorf("train: set %s has no training images", set.Name)
	}
	if set.Test.Len() == 0 {
		return fmt.Errorf("train: set %s has no test images", set.Name)
	}
	if len(set.Classes) < 2 {
		return fmt.Errorf("train: set %s has %d classes: want at least 2", set.Name, len(set.Classes))
	}
	for _, part := range []struct {
		name string
		m    *data.Images
	}{{"training", set.Train}, {"validation", set.Validation}, {"test", set.Test}} {
		m := part.m
		if m == nil {
			continue // there need be no validation images
		}
		if m.Width != set.Train.Width || m.Height != set.Train.Height || m.Channels != set.Train.Channels {
			return fmt.Errorf("train: set %s: %s images are %dx%dx%d, training images %dx%dx%d", set.Name, part.name,
				m.Channels, m.Height, m.Width, set.Train.Channels, set.Train.Height, set.Train.Width)
		}
		if m.Width < 1 || m.Height < 1 || m.Channels < 1 || len(m.Pixels) != m.Len()*m.Channels*m.Height*m.Width {
			return fmt.Errorf("train: set %s: %d bytes of pixels for %d %s images of %dx%dx%d", set.Name,
				len(m.Pixels), m.Len(), part.name, m.Channels, m.Height, m.Width)
		}
		for i, l := range m.Labels {
			if int(l) >= len(set.Classes) {
				return fmt.Errorf("train: set %s: label %d of %s image %d is out of range: there are %d classes", set.Name, l, part.name, i, len(set.Classes))
			}
		}
	}
	return nil
}
