package study_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"coexplore/hw"
	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
	"coexplore/nas/study"
)

// TestValidShare checks the shares against planning each network of the sample at
// the specification itself, with the objective that searches use.
func TestValidShare(t *testing.T) {
	const samples, seed = 200, 7
	for _, s := range []space.Chain{space.CIFAR10(), space.CIFAR10().WithStrides(1, 2), space.Tiny()} {
		for n := 1; n <= 3; n++ {
			pipelines := searchtest.Pipelines(t, s, fmt.Sprintf("XC7Z015:%d", n))
			best, err := study.ValidShare(context.Background(), pipelines, samples, seed)
			if err != nil {
				t.Fatal(err)
			}
			if len(best) != samples || !slices.IsSorted(best) {
				t.Fatalf("%d throughputs, sorted: %t", len(best), slices.IsSorted(best))
			}
			for _, fps := range []float64{best[samples/5], best[samples/2], 1.01 * best[samples-20]} {
				rng := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
				meet := 0
				for range samples {
					// A hair below, for throughputs are rounded.
					p, err := pipelines.Plan(nas.Random(s, nas.Choices(s), rng), fps*(1-1e-10))
					if err != nil {
						t.Fatal(err)
					}
					if p.Feasible {
						meet++
					}
				}
				want := float64(meet) / samples
				share, se := best.Share(fps)
				if share != want {
					t.Errorf("%s, strides %v, %d FPGAs: share %g at %g frames/s, planning says %g", s.Title, s.Strides, n, share, fps, want)
				}
				if e := math.Sqrt(want * (1 - want) / samples); se != e {
					t.Errorf("standard error %g, want %g", se, e)
				}
			}
		}
	}
}

// TestValidShareOfAll checks a sample against the whole space: the shares agree
// within a few standard errors.
func TestValidShareOfAll(t *testing.T) {
	pipelines := searchtest.Pipelines(t, space.Tiny(), "XC7Z015:3")
	best, err := study.ValidShare(context.Background(), pipelines, 3000, 1)
	if err != nil {
		t.Fatal(err)
	}
	all, meet := 0, 0
	nas.All(pipelines.Space(), func(actions []int) bool {
		plan, err := pipelines.Plan(actions, searchtest.Spec)
		if err != nil {
			t.Fatal(err)
		}
		all++
		if plan.Feasible {
			meet++
		}
		return true
	})
	want := float64(meet) / float64(all)
	share, se := best.Share(searchtest.Spec)
	t.Logf("at %d frames/s: %.4f of all %d networks, %.4f +- %.4f of the sample", searchtest.Spec, want, all, share, se)
	if math.Abs(share-want) > 4*se {
		t.Errorf("share %g +- %g, that of the whole space is %g", share, se, want)
	}
}

func TestValidShareRefuses(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	h := searchtest.Pipelines(t, space.Tiny(), "XC7Z015")
	if _, err := study.ValidShare(ctx, h, 0, 1); err == nil {
		t.Error("no samples: no error")
	}
	cancel()
	if _, err := study.ValidShare(ctx, h, 1, 1); err != context.Canceled {
		t.Errorf("cancelled: error %v", err)
	}
	if share, se := (study.BestThroughputs{}).Share(35); share != 0 || se != 0 {
		t.Errorf("an empty sample: %g, %g", share, se)
	}
}

func ExampleValidShare() {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		fmt.Println(err)
		return
	}
	h, err := pipelines.New(space.CIFAR10(), pool, hw.DefaultTarget())
	if err != nil {
		fmt.Println(err)
		return
	}
	best, err := study.ValidShare(context.Background(), h, 400, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	slow, _ := best.Share(5)
	fast, _ := best.Share(35)
	fmt.Println(len(best), "networks; fewer are fast than slow:", fast < slow)
	// Output: 400 networks; fewer are fast than slow: true
}
