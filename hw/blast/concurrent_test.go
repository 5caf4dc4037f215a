package blast

import (
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"

	"coexplore/hw"
)

// TestConcurrentPlans asks one planner different questions about different networks
// from several goroutines at once: the answers are those of one after the other.
func TestConcurrentPlans(t *testing.T) {
	rng := rand.New(rand.NewPCG(27, 1))
	in := hw.Shape{C: 3, H: 16, W: 16}
	p := mustNew(Options{Pool: parsePool(t, "XC7Z010:2,XC7Z015:1"), Target: hw.DefaultTarget()})
	p, ok := p.Precompute(in, 10, hw.FlattenHead, []int{1, 3, 5}, []int{12, 24, 36}, []int{1, 2})
	if !ok {
		t.Fatal("no tables")
	}
	type question struct {
		o     Options
		chain hw.Chain
		net   *hw.Network
	}
	type found struct {
		answer *Answer
		pipe   hw.Pipeline
	}
	var all []question
	for i := range 24 {
		chain := randomChain(rng, 6)
		net, err := chain.Network(in, 10, hw.FlattenHead)
		if err != nil {
			t.Fatal(err)
		}
		o := Options{FPS: 50 * float64(1+rng.IntN(20)), Objective: objectives[i%3], Reasons: true, Parallel: i%4 == 0, Explain: i%3 == 0, Suggest: i%5 == 0}
		all = append(all, question{o, chain, net})
	}
	work := func(out []found, order []int) {
		for _, i := range order {
			q := p.With(all[i].o)
			var err error
			if out[i].answer, err = q.Plan(all[i].net); err != nil {
				t.Error(err)
			}
			if err = q.PlanChain(&out[i].pipe, all[i].chain, in, 10, hw.FlattenHead); err != nil {
				t.Error(err)
			}
		}
	}
	want := make([]found, len(all))
	work(want, rng.Perm(len(all)))
	var wg sync.WaitGroup
	got := make([][]found, 4)
	for w := range got {
		got[w] = make([]found, len(all))
		order := rng.Perm(len(all))
		wg.Go(func() { work(got[w], order) })
	}
	wg.Wait()
	for w := range got {
		for i := range all {
			if !reflect.DeepEqual(got[w][i], want[i]) {
				t.Fatalf("question %d: %+v at once, %+v by itself", i, got[w][i], want[i])
			}
		}
	}
}
