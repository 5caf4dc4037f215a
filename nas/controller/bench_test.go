package controller

import (
	"fmt"
	"testing"
)

// sizes are (hidden units, decisions); every decision has four options.
var sizes = [][2]int{{35, 20}, {64, 40}, {100, 56}}

func fours(T int) []int {
	c := make([]int, T)
	for t := range c {
		c[t] = 4
	}
	return c
}

// BenchmarkEpisode samples an episode, goes back through it and takes a step.
func BenchmarkEpisode(b *testing.B) {
	for _, period := range []int{0, 1} {
		for _, size := range sizes {
			b.Run(fmt.Sprintf("hidden=%d/decisions=%d/period=%d", size[0], size[1], period), func(b *testing.B) {
				episode := newEpisode(b, size[0], size[1], period)
				b.ReportAllocs()
				for b.Loop() {
					episode()
				}
			})
		}
	}
}

func newEpisode(b testing.TB, hidden, decisions, period int) func() {
	s := DefaultSettings()
	s.Hidden, s.Period, s.LearningRate = hidden, period, 0.001
	p := mustNew(b, fours(decisions), s, 1)
	rng := newRand(2)
	actions := [][]int{make([]int, 0, decisions)}
	reward := []float64{0}
	return func() {
		actions[0] = p.Sample(rng, actions[0][:0])
		reward[0] = rng.Float64()
		p.Update(actions, reward)
	}
}

func BenchmarkSample(b *testing.B) {
	for _, size := range sizes {
		b.Run(fmt.Sprintf("hidden=%d/decisions=%d", size[0], size[1]), func(b *testing.B) {
			s := DefaultSettings()
			s.Hidden = size[0]
			p := mustNew(b, fours(size[1]), s, 1)
			rng := newRand(2)
			actions := make([]int, 0, size[1])
			for b.Loop() {
				actions = p.Sample(rng, actions[:0])
			}
		})
	}
}

func BenchmarkExp(b *testing.B) {
	x := 0.0
	for b.Loop() {
		x = sigmoid(x)
	}
	b.ReportMetric(x, "result")
}
