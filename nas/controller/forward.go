package controller

import (
	"fmt"
	"math/rand/v2"
)

// maxTraces is how many episodes a policy remembers between two updates. An
// episode more is computed anew when it is needed, with the same result.
const maxTraces = 16

// A trace holds the activations of one episode.
type trace struct {
	actions []int
	h, c    []float64    // [T+1][H], the state before each step; the first rows are 0
	tc      []float64    // [T][H], tanh of the new c
	gates   [][4]float64 // [T][H], after their nonlinearities
	prob    []float64    // [offset[T]], softmax of each decision
	logp    []float64    // [offset[T]], its logarithm
	entropy []float64    // [T], nats
}

// scratch is what a policy computes from its weights and keeps until they
// change, and the room for the backward pass. The zero value is empty.
type scratch struct {
	traces []*trace
	used   int // traces that hold an episode under the weights of today

	proj      [][4]float64 // [rows][H]: wx times each embedding, plus bias
	projected []bool       // which rows of proj hold

	z      [][4]float64 // [H]
	dh, dc []float64    // [H]
	dLogit []float64    // [most choices]
	dzt    [][4]float64 // [H][T], gradients of the gates' inputs
	ht     []float64    // [H][T], states before each step
	dproj  [][4]float64 // [rows][H], gradient of proj
	seen   []bool       // [rows], rows of dproj that are not 0
	dpt    [][4]float64 // [H][rows]
	embt   []float64    // [H][rows]
}

func (p *Policy) newTrace() *trace {
	T, H, n := p.Len(), p.settings.Hidden, p.offset[p.Len()]
	return &trace{
		actions: make([]int, 0, T),
		h:       make([]float64, (T+1)*H),
		c:       make([]float64, (T+1)*H),
		tc:      make([]float64, T*H),
		gates:   make([][4]float64, T*H),
		prob:    make([]float64, n),
		logp:    make([]float64, n),
		entropy: make([]float64, T),
	}
}

// prepare makes the room that forward steps need.
func (p *Policy) prepare() {
	if p.proj != nil {
		return
	}
	H := p.settings.Hidden
	rows := len(p.emb.w) / H
	p.proj = make([][4]float64, rows*H)
	p.projected = make([]bool, rows)
	p.z = make([][4]float64, H)
}

// forgetTraces drops everything that was computed from the weights.
func (p *Policy) forgetTraces() {
	p.used = 0
	clear(p.projected)
}

// slot returns a trace to compute an episode in.
func (p *Policy) slot() *trace {
	p.prepare()
	if p.used < maxTraces {
		if p.used == len(p.traces) {
			p.traces = append(p.traces, p.newTrace())
		}
		p.used++
	}
	tr := p.traces[p.used-1]
	tr.actions = tr.actions[:0]
	return tr
}

// step computes decision t of a trace whose actions before t are known.
func (p *Policy) step(tr *trace, t int) {
	H := p.settings.Hidden
	row := p.token(t, tr.actions)
	proj := p.proj[row*H:][:H]
	if !p.projected[row] {
		copy(proj, p.bias.w)
		addDot4(proj, p.wx.w, p.emb.w[row*H:][:H])
		p.projected[row] = true
	}
	z := p.z[:H]
	copy(z, proj)
	if t > 0 { // the state before the first step is 0
		addDot4(z, p.wh.w, tr.h[t*H:][:H])
	}
	before, after := tr.c[t*H:][:H], tr.c[(t+1)*H:][:H]
	h, tc, gates := tr.h[(t+1)*H:][:H], tr.tc[t*H:][:H], tr.gates[t*H:][:H]
	for u := range z {
		i, f := sigmoid(z[u][input]), sigmoid(z[u][forget])
		g, o := tanh(z[u][cell]), sigmoid(z[u][output])
		gates[u] = [4]float64{i, f, g, o}
		after[u] = float64(f*before[u]) + float64(i*g)
		tc[u] = tanh(after[u])
		h[u] = float64(o * tc[u])
	}
	p.softmax(tr, t, h)
}

// softmax computes the distribution of decision t from the state h.
func (p *Policy) softmax(tr *trace, t int, h []float64) {
	H := len(h)
	from, to := p.offset[t], p.offset[t+1]
	prob, logp := tr.prob[from:to], tr.logp[from:to]
	logp = logp[:len(prob)]
	for k := range logp {
		logp[k] = p.hb.w[from+k] + dot(p.head.w[(from+k)*H:][:H], h)
	}
	top := logp[0]
	for _, l := range logp {
		top = max(top, l)
	}
	sum := 0.0
	for k, l := range logp {
		prob[k] = exp(l - top)
		sum += prob[k]
	}
	shift, scale, entropy := top+log(sum), 1/sum, 0.0
	for k := range prob {
		prob[k] = float64(prob[k] * scale)
		logp[k] -= shift
		entropy -= float64(prob[k] * logp[k])
	}
	tr.entropy[t] = entropy
}

// Sample draws an episode: it appends Len actions to dst and returns it. It
// takes one number from rng for each decision.
func (p *Policy) Sample(rng *rand.Rand, dst []int) []int {
	tr := p.slot()
	for t := range p.choices {
		p.step(tr, t)
		u := rng.Float64()
		prob := tr.prob[p.offset[t]:p.offset[t+1]]
		a := 0
		for a < len(prob)-1 && u >= prob[a] {
			u -= prob[a]
			a++
		}
		tr.actions = append(tr.actions, a)
	}
	return append(dst, tr.actions...)
}

// Greedy appends the episode that takes the most probable option at every
// decision (the first of equals) to dst and returns it. It is not always the
// most probable episode.
func (p *Policy) Greedy(dst []int) []int {
	tr := p.slot()
	for t := range p.choices {
		p.step(tr, t)
		prob := tr.prob[p.offset[t]:p.offset[t+1]]
		a := 0
		for k, v := range prob {
			if v > prob[a] {
				a = k
			}
		}
		tr.actions = append(tr.actions, a)
	}
	return append(dst, tr.actions...)
}

// LogProb returns the natural logarithm of the probability of the actions: of
// a whole episode, or of its first len(actions) decisions. It panics if there
// are more actions than decisions, or if one is not an option of its decision.
func (p *Policy) LogProb(actions []int) float64 {
	tr := p.trace(actions)
	sum := 0.0
	for t, a := range actions {
		sum += tr.logp[p.offset[t]+a]
	}
	return sum
}

// Entropy returns the mean entropy, in nats, of the distributions from which
// the given actions are drawn one after the other: 0 for a policy that has
// made up its mind, at most the logarithm of the number of choices. It is 0
// for no actions, and panics as LogProb does.
func (p *Policy) Entropy(actions []int) float64 {
	if len(actions) == 0 {
		return 0
	}
	tr := p.trace(actions)
	sum := 0.0
	for _, e := range tr.entropy[:len(actions)] {
		sum += e
	}
	return sum / float64(len(actions))
}

// Probabilities appends the distribution of the decision that follows the
// given actions to dst and returns it. It panics as LogProb does, and if no
// decision is left.
func (p *Policy) Probabilities(actions []int, dst []float64) []float64 {
	t := len(actions)
	if t >= p.Len() {
		panic(fmt.Sprintf("controller: no decision follows %d actions", t))
	}
	p.check(actions)
	tr := p.slot()
	for s := 0; ; s++ {
		p.step(tr, s)
		if s == t {
			break
		}
		tr.actions = append(tr.actions, actions[s])
	}
	return append(dst, tr.prob[p.offset[t]:p.offset[t+1]]...)
}

// check panics unless the actions are a prefix of an episode.
func (p *Policy) check(actions []int) {
	if len(actions) > p.Len() {
		panic(fmt.Sprintf("controller: %d actions for %d decisions", len(actions), p.Len()))
	}
	for t, a := range actions {
		if a < 0 || a >= p.choices[t] {
			panic(fmt.Sprintf("controller: action %d at decision %d, which has %d choices", a, t, p.choices[t]))
		}
	}
}

// trace returns the activations of the given actions, remembered or computed.
func (p *Policy) trace(actions []int) *trace {
	p.check(actions)
	for _, tr := range p.traces[:p.used] {
		if hasPrefix(tr.actions, actions) {
			return tr
		}
	}
	tr := p.slot()
	for t, a := range actions {
		p.step(tr, t)
		tr.actions = append(tr.actions, a)
	}
	return tr
}

func hasPrefix(s, prefix []int) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i, v := range prefix {
		if s[i] != v {
			return false
		}
	}
	return true
}
