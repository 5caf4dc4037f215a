package train

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas"
)

// parted is a small set with validation images.
func parted(t *testing.T) *data.Set {
	t.Helper()
	set, err := data.Shapes(1, 200, 80).Split(0.25, 1)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// poisoned is the set with every test label moved on by one class.
func poisoned(set *data.Set) *data.Set {
	bad, test := *set, *set.Test
	test.Labels = nil
	for _, label := range set.Test.Labels {
		test.Labels = append(test.Labels, (label+1)%uint8(len(set.Classes)))
	}
	bad.Test = &test
	return &bad
}

func tinyOptions() Options {
	opt := DefaultOptions()
	opt.Epochs, opt.Batch, opt.Head, opt.LearningRate = 2, 20, hw.PoolHead, 0.05
	return opt
}

// TestValidationDecides trains on sets whose test images have right and wrong labels:
// nothing may change but what is measured on the test images in the end. All figures
// are those of a set with the validation images in the place of test images.
func TestValidationDecides(t *testing.T) {
	ctx := context.Background()
	set := parted(t)
	stand := *set
	stand.Test, stand.Validation = set.Validation, nil
	opt := tinyOptions()
	opt.Validate, opt.Keep = true, true
	nets := []hw.Chain{chain(t, "3x8"), chain(t, "1x4,3x8s2"), chain(t, "5x8s2")}
	got, bad, want := trainAll(t, nets, set, opt), trainAll(t, nets, poisoned(set), opt), trainAll(t, nets, &stand, opt)
	for i, o := range got {
		if same(o) != same(bad[i]) {
			t.Errorf("child %d depends on the test labels", i+1)
		}
		w := want[i]
		if o.Accuracy != w.Accuracy || o.ValidationLoss != w.TestLoss || o.TestLoss != 0 || o.TestAccuracy != nil || o.Epochs != w.Epochs || o.Reason != w.Reason {
			t.Errorf("child %d: %+v, want %+v", i+1, o, w)
		}
		for k, e := range o.History {
			if v := w.History[k]; e.ValidationAccuracy != v.TestAccuracy || e.ValidationLoss != v.TestLoss || e.TestAccuracy != 0 || e.TestLoss != 0 {
				t.Errorf("child %d: %+v, want %+v", i+1, e, v)
			}
		}
		m, err := o.Model.Evaluate(ctx, set.Test)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Test(ctx, set); err != nil || *o.TestAccuracy != m.Accuracy || o.TestLoss != m.Loss {
			t.Errorf("child %d: tested, %+v, %v; want %+v", i+1, o, err, m)
		}
	}
	if err := (&Outcome{}).Test(ctx, set); err == nil {
		t.Error("no network to test: no error")
	}
}

// TestTester checks that evaluations do not depend on the test labels, that Test does,
// and that a network which is no longer kept is trained again to the same weights, on
// any number of threads.
func TestTester(t *testing.T) {
	ctx := context.Background()
	set := parted(t)
	networks := []string{"3x8", "1x4,3x8s2", "5x8s2"}
	measure := func(set *data.Set, threads, limit int) (evaluations []nas.Evaluation, tests []float64) {
		opt := tinyOptions()
		opt.Threads = threads
		e := NewEvaluator(set, opt).(*tester)
		e.kept.limit = limit
		for i, network := range networks {
			ev, err := e.Evaluate(ctx, network, uint64(i))
			if err != nil {
				t.Fatal(err)
			}
			ev.Seconds = 0
			evaluations = append(evaluations, ev)
		}
		for i, network := range networks {
			accuracy, err := e.Test(ctx, network, uint64(i))
			if err != nil {
				t.Fatal(err)
			}
			tests = append(tests, accuracy)
		}
		return evaluations, tests
	}
	evaluations, tests := measure(set, 1, 1<<20)
	for _, c := range []struct{ threads, limit int }{{2, 0}, {3, 6000}} {
		e, a := measure(set, c.threads, c.limit)
		if !reflect.DeepEqual(e, evaluations) || !reflect.DeepEqual(a, tests) {
			t.Errorf("%d threads, %d bytes kept: %v and %v, want %v and %v", c.threads, c.limit, e, a, evaluations, tests)
		}
	}
	e, a := measure(poisoned(set), 1, 1<<20)
	if !reflect.DeepEqual(e, evaluations) {
		t.Errorf("with other test labels: %+v, want %+v", e, evaluations)
	}
	if reflect.DeepEqual(a, tests) {
		t.Errorf("accuracies %v on test images do not depend on their labels", tests)
	}
	for i := range a {
		if a[i]+tests[i] > 1 { // no image can have both labels
			t.Errorf("%s: accuracy %g on test images, %g with other labels", networks[i], tests[i], a[i])
		}
	}
	if _, ok := NewEvaluator(data.Shapes(1, 40, 20), tinyOptions()).(nas.Tester); ok {
		t.Error("a set without validation images has an evaluator that holds test images back")
	}
}

// TestKeptModels checks which models are kept where room is short.
func TestKeptModels(t *testing.T) {
	m := &Model{Network: chain(t, "1x2"), Head: hw.PoolHead, Input: hw.Shape{C: 3, H: 8, W: 8}, Classes: []string{"a", "b"}}
	size := m.bytes()
	if want := 4 * (2*3 + 2*3 + 4*2 + 2*2 + 2); size != want {
		t.Errorf("%d bytes, want %d", size, want)
	}
	k := keptModels{limit: 3*size + 1}
	key := func(i int) trainedKey { return trainedKey{fmt.Sprint(i), 1} }
	for i := range 5 {
		k.add(key(i), m)
		k.add(key(i), m) // again: nothing happens
	}
	k.add(key(9), nil)
	for i := range 10 {
		if kept := k.get(key(i)) != nil; kept != (i >= 2 && i < 5) {
			t.Errorf("model %d is kept: %t", i, kept)
		}
	}
	if k.bytes != 3*size || len(k.order) != 3 {
		t.Errorf("%d bytes in %d models", k.bytes, len(k.order))
	}
}
