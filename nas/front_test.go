package nas_test

import (
	"context"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/space"
)

// TestTrueFront compares the true front with what a search finds that is given
// every network of a small space.
func TestTrueFront(t *testing.T) {
	s := space.Tiny()
	s.Filters = []int{8, 24}
	p := searchtest.Problem(t, nas.EvaluatorFunc(func(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
		return nas.Evaluation{Accuracy: searchtest.Curve(network)}, nil
	}))
	p.Space, p.Hardware = s, searchtest.Pipelines(t, s, "XC7Z015:3")
	front, err := nas.TrueFront(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	r, err := nas.Explore(context.Background(), p, nas.Settings{Episodes: 20000}, &method.Random{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Trained+r.Reused+r.Pruned != 20000 || len(front) != len(r.Front) {
		t.Fatalf("true front %v\nfound %v", front, r.Front)
	}
	for i := range front {
		if front[i].Accuracy != r.Front[i].Accuracy || front[i].Efficiency != r.Front[i].Efficiency {
			t.Errorf("design %d of the front is %+v, found %+v", i, front[i], r.Front[i])
		}
	}
}
