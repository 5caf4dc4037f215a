package controller

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// allEpisodes calls visit with every whole episode.
func allEpisodes(choices []int, visit func([]int)) {
	episode := make([]int, len(choices))
	for {
		visit(episode)
		t := len(choices) - 1
		for ; t >= 0; t-- {
			if episode[t]++; episode[t] < choices[t] {
				break
			}
			episode[t] = 0
		}
		if t < 0 {
			return
		}
	}
}

// reference computes log pi of each decision as the package comment defines
// it, with the standard library's functions and no sharing of work.
func reference(p *Policy, actions []int) (logp []float64) {
	H := p.settings.Hidden
	h, c := make([]float64, H), make([]float64, H)
	for t, a := range actions {
		x := p.emb.w[:H]
		if t > 0 {
			row := p.first[p.kind[t-1]] + actions[t-1]
			x = p.emb.w[row*H : (row+1)*H]
		}
		h1 := make([]float64, H)
		for u := range H {
			z := p.bias.w[u]
			for g := range z {
				for j := range H {
					z[g] += p.wx.w[u*H+j][g]*x[j] + p.wh.w[u*H+j][g]*h[j]
				}
			}
			s := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
			c[u] = s(z[forget])*c[u] + s(z[input])*math.Tanh(z[cell])
			h1[u] = s(z[output]) * math.Tanh(c[u])
		}
		h = h1
		sum, chosen := 0.0, 0.0
		for k := range p.choices[t] {
			row := p.offset[t] + k
			l := p.hb.w[row]
			for j := range H {
				l += p.head.w[row*H+j] * h[j]
			}
			sum += math.Exp(l)
			if k == a {
				chosen = l
			}
		}
		logp = append(logp, chosen-math.Log(sum))
	}
	return logp
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}

func TestProbabilitiesAgreeWithDefinition(t *testing.T) {
	s := DefaultSettings()
	for _, period := range []int{0, 1, 3} {
		s.Period = period
		p := mustNew(t, []int{4, 3, 2, 4, 5, 2, 1}, s, 3)
		total := 0.0
		allEpisodes(p.choices, func(a []int) {
			got := p.LogProb(a)
			total += math.Exp(got)
			if want := sum(reference(p, a)); math.Abs(got-want) > 1e-12 {
				t.Fatalf("period %d, %v: log probability %v, by definition %v", period, a, got, want)
			}
			for n := range a {
				if got, want := p.LogProb(a[:n]), sum(reference(p, a[:n])); math.Abs(got-want) > 1e-12 {
					t.Fatalf("period %d, prefix %v: log probability %v, by definition %v", period, a[:n], got, want)
				}
			}
		})
		if math.Abs(total-1) > 1e-12 {
			t.Errorf("period %d: probabilities of all episodes sum to %v", period, total)
		}
	}
}

func TestSampleFollowsProbabilities(t *testing.T) {
	p := mustNew(t, []int{3, 2, 3}, DefaultSettings(), 4)
	for i := range p.hb.w {
		p.hb.w[i] = float64(i%3) - 1
	}
	count := map[[3]int]int{}
	const n = 40000
	rng := newRand(5)
	for range n {
		a := p.Sample(rng, nil)
		count[[3]int(a)]++
	}
	// Pearson's statistic has 17 degrees of freedom: above 40.8 in one run in 1000.
	chi2 := 0.0
	allEpisodes(p.choices, func(a []int) {
		want := n * math.Exp(p.LogProb(a))
		d := float64(count[[3]int(a)]) - want
		chi2 += d * d / want
	})
	if chi2 > 40.8 {
		t.Errorf("chi-squared %.1f: samples do not follow the probabilities", chi2)
	}
}

func TestEntropyAndGreedy(t *testing.T) {
	p := mustNew(t, []int{4, 3, 2}, DefaultSettings(), 6)
	a := p.Sample(newRand(1), nil)
	want := 0.0
	for n := range a {
		prob := p.Probabilities(a[:n], nil)
		best := p.Greedy(nil)
		if n == 0 {
			for k := range prob {
				if prob[k] > prob[best[0]] {
					t.Errorf("greedy takes option %d of %v", best[0], prob)
				}
			}
		}
		for _, q := range prob {
			want -= q * math.Log(q)
		}
	}
	if got := p.Entropy(a); math.Abs(got-want/3) > 1e-12 {
		t.Errorf("entropy %v, want %v", got, want/3)
	}
	if got := p.Entropy(nil); got != 0 {
		t.Errorf("entropy of no decision is %v", got)
	}
	// A head that has made up its mind, beyond what exp can tell from 0.
	p.hb.w[0] += 2000
	p.forgetTraces()
	if got := p.Entropy([]int{0}); !(got >= 0 && got < 1e-9) {
		t.Errorf("entropy of a certain decision is %v", got)
	}
	if got := p.LogProb([]int{1}); math.IsNaN(got) || math.Abs(got+2000) > 1 {
		t.Errorf("log probability of the impossible is %v", got)
	}
	if p.Greedy(nil)[0] != 0 {
		t.Error("greedy does not take the certain option")
	}
}

func TestSegment(t *testing.T) {
	s := DefaultSettings()
	for _, period := range []int{0, 3} {
		s.Period = period
		p := mustNew(t, []int{4, 3, 2, 4, 3, 2, 4, 3, 2}, s, 9)
		rng := newRand(2)
		p.Update([][]int{p.Sample(rng, nil), p.Sample(rng, nil)}, []float64{1, 0})
		a := p.Sample(rng, nil)
		// From the first decision on, a segment is the policy itself.
		for to := 1; to <= p.Len(); to++ {
			if got, want := p.Segment(0, to).LogProb(a[:to]), p.LogProb(a[:to]); got != want {
				t.Errorf("period %d: segment [0,%d) gives %v, the policy %v", period, to, got, want)
			}
		}
		// From a later one on, it is an LSTM that starts afresh with the same
		// cells and the heads and embeddings of its decisions.
		for from := 1; from < p.Len(); from++ {
			q := p.Segment(from, p.Len())
			want := reference(&Policy{
				settings: p.settings, choices: p.choices[from:], kind: p.kind[from:], first: p.first,
				offset: p.offset[from:], wh: p.wh, wx: p.wx, bias: p.bias, emb: p.emb, head: p.head, hb: p.hb,
			}, a[from:])
			if got := q.LogProb(a[from:]); math.Abs(got-sum(want)) > 1e-12 {
				t.Errorf("period %d: segment [%d,%d) gives %v, want %v", period, from, p.Len(), got, sum(want))
			}
			if q.Baseline() != 0 || q.Updates() != 0 {
				t.Errorf("segment [%d,%d) starts with baseline %v after %d updates", from, p.Len(), q.Baseline(), q.Updates())
			}
		}
		// What the segment learns, the policy does not, and the other way about.
		before, err := p.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		q := p.Segment(2, 5)
		q.Update([][]int{{0, 0, 0}, {1, 1, 1}}, []float64{1, 0})
		if after, _ := p.MarshalBinary(); !reflect.DeepEqual(before, after) {
			t.Error("updating a segment changed the policy")
		}
		was := q.LogProb([]int{0, 0, 0})
		p.Update([][]int{a}, []float64{5})
		q.forgetTraces()
		if q.LogProb([]int{0, 0, 0}) != was {
			t.Error("updating the policy changed a segment")
		}
	}
}

func TestCloneIsIndependentAndEqual(t *testing.T) {
	p := mustNew(t, []int{4, 3, 2, 4}, DefaultSettings(), 1)
	train(p, newRand(3), 10, 3, firstOption)
	q := p.Clone()
	a, b := newRand(4), newRand(4)
	for range 5 {
		x := train(p, a, 1, 2, firstOption)
		y := train(q, b, 1, 2, firstOption)
		if x != y {
			t.Fatalf("the clone goes another way: %+v and %+v", x, y)
		}
	}
	was := p.LogProb([]int{1, 1, 1, 1})
	train(q, b, 5, 2, firstOption)
	p.forgetTraces()
	if p.LogProb([]int{1, 1, 1, 1}) != was {
		t.Error("training the clone changed the original")
	}
}

func firstOption(a []int) float64 {
	r := 0.0
	for _, v := range a {
		if v == 0 {
			r++
		}
	}
	return r / float64(len(a))
}

// train makes updates with m sampled episodes each and returns the last stats.
func train(p *Policy, rng *rand.Rand, updates, m int, reward func([]int) float64) (st Stats) {
	episodes, rewards := make([][]int, m), make([]float64, m)
	for range updates {
		for k := range episodes {
			episodes[k] = p.Sample(rng, episodes[k][:0])
			rewards[k] = reward(episodes[k])
		}
		st = p.Update(episodes, rewards)
	}
	return st
}

func TestNewRefuses(t *testing.T) {
	ok := DefaultSettings()
	for _, c := range []struct {
		choices []int
		change  func(*Settings)
		want    string
	}{
		{nil, func(*Settings) {}, "0 decisions"},
		{[]int{3, 0}, func(*Settings) {}, "decision 1 has 0 choices"},
		{[]int{3, 1 << 20}, func(*Settings) {}, "decision 1 has 1048576 choices"},
		{[]int{3}, func(s *Settings) { s.Hidden = 0 }, "Hidden is 0"},
		{[]int{3}, func(s *Settings) { s.Hidden = 1 << 20 }, "Hidden is"},
		{[]int{1 << 16, 1 << 16}, func(s *Settings) { s.Hidden = 4096 }, "weights"},
		{[]int{3}, func(s *Settings) { s.LearningRate = math.NaN() }, "LearningRate is NaN"},
		{[]int{3}, func(s *Settings) { s.LearningRate = math.Inf(1) }, "LearningRate is +Inf"},
		{[]int{3}, func(s *Settings) { s.Decay = 1.5 }, "Decay is 1.5"},
		{[]int{3}, func(s *Settings) { s.Discount = 0 }, "Discount is 0"},
		{[]int{3}, func(s *Settings) { s.Baseline = -1 }, "Baseline is -1"},
		{[]int{3}, func(s *Settings) { s.Entropy = -1 }, "Entropy is -1"},
		{[]int{3}, func(s *Settings) { s.Clip = math.Inf(1) }, "Clip is +Inf"},
		{[]int{3}, func(s *Settings) { s.Period = -1 }, "Period is -1"},
	} {
		s := ok
		c.change(&s)
		_, err := New(c.choices, s, newRand(1))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("choices %.40v, %+v: error %v, want one line with %q", c.choices, s, err, c.want)
		}
	}
}

func TestPanicsOnProgrammersMistakes(t *testing.T) {
	p := mustNew(t, []int{2, 3}, DefaultSettings(), 1)
	for name, f := range map[string]func(){
		"too many actions": func() { p.LogProb([]int{0, 0, 0}) },
		"action too large": func() { p.LogProb([]int{2}) },
		"negative action":  func() { p.Entropy([]int{-1}) },
		"no episode":       func() { p.Update(nil, nil) },
		"a reward too few": func() { p.Update([][]int{{0, 0}}, nil) },
		"reward NaN":       func() { p.Update([][]int{{0, 0}}, []float64{math.NaN()}) },
		"reward infinite":  func() { p.Update([][]int{{0, 0}}, []float64{math.Inf(-1)}) },
		"bad action":       func() { p.Update([][]int{{0, 3}}, []float64{1}) },
		"empty segment":    func() { p.Segment(1, 1) },
		"segment too long": func() { p.Segment(0, 3) },
		"negative segment": func() { p.Segment(-1, 1) },
		"nothing left":     func() { p.Probabilities([]int{0, 0}, nil) },
	} {
		func() {
			before, _ := p.MarshalBinary()
			defer func() {
				r, ok := recover().(string)
				if !ok || !strings.HasPrefix(r, "controller: ") {
					t.Errorf("%s: panic %v", name, r)
				}
				if after, _ := p.MarshalBinary(); !reflect.DeepEqual(before, after) {
					t.Errorf("%s: the policy changed", name)
				}
			}()
			f()
		}()
	}
}
