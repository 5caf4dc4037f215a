package controller

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func mustNew(t testing.TB, choices []int, s Settings, seed uint64) *Policy {
	t.Helper()
	p, err := New(choices, s, newRand(seed))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// weightsAndGradients returns pointers to every weight and to its gradient.
func weightsAndGradients(p *Policy) (w, g []*float64, name []string) {
	for i, m := range []*matrix4{&p.wh, &p.wx, &p.bias} {
		for j := range m.w {
			for k := range m.w[j] {
				w, g = append(w, &m.w[j][k]), append(g, &m.g[j][k])
				name = append(name, fmt.Sprintf("%s[%d][%d]", []string{"wh", "wx", "bias"}[i], j, k))
			}
		}
	}
	for i, m := range []*matrix{&p.emb, &p.head, &p.hb} {
		for j := range m.w {
			w, g = append(w, &m.w[j]), append(g, &m.g[j])
			name = append(name, fmt.Sprintf("%s[%d]", []string{"emb", "head", "hb"}[i], j))
		}
	}
	return w, g, name
}

// objective is what Update climbs, straight from its definition.
func objective(p *Policy, episodes [][]int, rewards []float64, baseline float64) float64 {
	sum := 0.0
	for k, actions := range episodes {
		T := len(actions)
		for t, a := range actions {
			prob := p.Probabilities(actions[:t], nil)
			sum += math.Pow(p.settings.Discount, float64(T-(t+1))) * (rewards[k] - baseline) * math.Log(prob[a])
			for _, q := range prob {
				sum -= p.settings.Entropy * q * math.Log(q)
			}
		}
	}
	return sum / float64(len(episodes))
}

func TestGradientAgreesWithFiniteDifferences(t *testing.T) {
	for _, c := range []struct {
		name     string
		hidden   int
		choices  []int
		period   int
		discount float64
		entropy  float64
		lengths  []int // of the episodes
	}{
		{"one decision", 3, []int{4}, 0, 1, 0, []int{1}},
		{"plain", 5, []int{4, 3, 2, 4, 3}, 0, 1, 0, []int{5}},
		{"discount", 4, []int{4, 3, 2, 4, 3}, 0, 0.7, 0, []int{5}},
		{"entropy", 4, []int{4, 3, 2, 4}, 0, 1, 0.3, []int{4}},
		{"batch", 5, []int{2, 5, 1, 3}, 0, 0.9, 0.1, []int{4, 4, 4}},
		{"prefixes", 5, []int{2, 5, 1, 3, 2}, 0, 0.9, 0.1, []int{5, 2, 1, 4, 0}},
		{"only prefixes", 4, []int{2, 5, 4, 3, 2}, 2, 0.9, 0.1, []int{3, 2}},
		{"shared tables", 5, []int{4, 3, 2, 4, 3, 2, 4}, 3, 0.95, 0.2, []int{7, 6, 7}},
		{"unequal shared tables", 6, []int{4, 2, 5, 3}, 1, 0.95, 0.2, []int{4, 4}},
		{"one unit", 1, []int{3, 3, 3}, 1, 0.95, 0.2, []int{3, 3}},
		{"more episodes than are remembered", 2, []int{3, 3, 3}, 1, 0.95, 0.2, []int{3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := DefaultSettings()
			s.Hidden, s.Discount, s.Entropy, s.Period = c.hidden, c.discount, c.entropy, c.period
			p := mustNew(t, c.choices, s, 7)
			rng := newRand(8)
			for i := range p.hb.w { // a policy that is far from uniform
				p.hb.w[i] = rng.NormFloat64()
			}
			for i := range p.head.w {
				p.head.w[i] = rng.NormFloat64()
			}
			var episodes [][]int
			var rewards []float64
			for _, n := range c.lengths {
				episodes = append(episodes, p.Sample(rng, nil)[:n])
				rewards = append(rewards, rng.NormFloat64())
			}
			const baseline = 0.25
			p.gradient(episodes, rewards, baseline)
			w, g, name := weightsAndGradients(p)
			largest := 0.0
			for i := range w {
				const h = 1e-5
				was := *w[i]
				*w[i] = was + h
				p.forgetTraces()
				up := objective(p, episodes, rewards, baseline)
				*w[i] = was - h
				p.forgetTraces()
				down := objective(p, episodes, rewards, baseline)
				*w[i] = was
				want := -(up - down) / (2 * h) // gradient of the loss
				if math.Abs(*g[i]-want) > 1e-8*(1+math.Abs(want)) {
					t.Fatalf("%s: gradient %.12g, finite difference %.12g", name[i], *g[i], want)
				}
				largest = max(largest, math.Abs(want))
			}
			if largest < 1e-3 {
				t.Fatalf("largest gradient is %g: nothing was tested", largest)
			}
		})
	}
}
