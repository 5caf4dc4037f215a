package nas_test

import (
	"context"
	"fmt"

	"coexplore/hw"
	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
)

// ExampleExplore searches the tiny space with a made-up accuracy in place of
// training.
func ExampleExplore() {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		panic(err)
	}
	evaluator := nas.EvaluatorFunc(func(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
		return nas.Evaluation{Accuracy: searchtest.Curve(network)}, nil
	})
	tiny := space.Tiny()
	hardware, err := pipelines.New(tiny, pool, hw.DefaultTarget())
	if err != nil {
		panic(err)
	}
	problem := nas.Problem{Space: tiny, Hardware: hardware, Spec: 600, Evaluator: evaluator}
	result, err := nas.Explore(context.Background(), problem, nas.Settings{Seed: 1, Episodes: 30}, &method.CoExploration{Beta: 0.5})
	if err != nil {
		panic(err)
	}
	fmt.Println(result.Method, "proposed", result.Episodes, "networks")
	fmt.Println("every design of the front meets the specification:", result.Front[0].Throughput >= 600)
	// Output:
	// coexplore proposed 30 networks
	// every design of the front meets the specification: true
}
