package controller

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Limits on what New and UnmarshalBinary accept, far beyond any search space.
const (
	maxHidden    = 4096
	maxDecisions = 1 << 16
	maxChoices   = 1 << 16
	maxWeights   = 1 << 27
)

// A Policy is a distribution over episodes: sequences of at most Len actions.
// It keeps the activations of episodes that it has seen since its last update,
// so its methods must not be called concurrently; Clone gives each goroutine
// a policy of its own.
type Policy struct {
	settings Settings
	choices  []int // options of each decision
	kind     []int // embedding table of each decision
	first    []int // row of each table's first option in emb; row 0 is the start token
	offset   []int // sum of choices before each decision, with the total at the end

	// Weights. The four gates of one hidden unit (input, forget, cell, output)
	// lie side by side, so that one pass over a row computes all four.
	wh   matrix4 // [Hidden][Hidden]: from unit j to the gates of unit h
	wx   matrix4 // [Hidden][Hidden]: from embedding number j to the gates of unit h
	bias matrix4 // [Hidden]
	emb  matrix  // [rows][Hidden]
	head matrix  // [offset[T]][Hidden]: the heads' weights, one row an option
	hb   matrix  // [offset[T]]: the heads' biases

	updates  int     // updates done
	rate     float64 // learning rate of the next update
	pow1     float64 // Adam's beta1^updates and beta2^updates
	pow2     float64
	baseline float64

	scratch
}

// New returns a policy with random weights for len(choices) decisions, the
// t-th of which has choices[t] options. Weights are uniform: in +-1/sqrt(Hidden)
// for the LSTM, with 1 added to the forget gate's bias; in +-1 for embeddings;
// in +-0.1 for the heads, whose biases are 0. The first episodes are thus
// nearly uniformly distributed.
func New(choices []int, s Settings, rng *rand.Rand) (*Policy, error) {
	p, err := blank(choices, nil, s)
	if err != nil {
		return nil, err
	}
	uniform := func(scale float64) float64 { return float64(scale * (2*rng.Float64() - 1)) }
	scale := 1 / math.Sqrt(float64(s.Hidden))
	for _, m := range []*matrix4{&p.wh, &p.wx, &p.bias} {
		for i := range m.w {
			for g := range m.w[i] {
				m.w[i][g] = uniform(scale)
			}
		}
	}
	for i := range p.bias.w {
		p.bias.w[i][forget]++
	}
	for i := range p.emb.w {
		p.emb.w[i] = uniform(1)
	}
	for i := range p.head.w {
		p.head.w[i] = uniform(0.1)
	}
	return p, nil
}

// blank returns a policy whose weights are all 0. With kind nil, the
// embedding tables follow from Settings.Period; otherwise decision t uses
// table kind[t], and tables are numbered in the order of their first use.
func blank(choices, kind []int, s Settings) (*Policy, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	T := len(choices)
	if T < 1 || T > maxDecisions {
		return nil, fmt.Errorf("controller: %d decisions, must be 1 to %d", T, maxDecisions)
	}
	for t, c := range choices {
		if c < 1 || c > maxChoices {
			return nil, fmt.Errorf("controller: decision %d has %d choices, must be 1 to %d", t, c, maxChoices)
		}
	}
	if kind == nil {
		kind = make([]int, T)
		for t := range kind {
			kind[t] = t
			if s.Period > 0 {
				kind[t] = t % s.Period
			}
		}
	}
	p := &Policy{
		settings: s,
		choices:  append([]int(nil), choices...),
		kind:     append([]int(nil), kind...),
		offset:   make([]int, T+1),
		rate:     s.LearningRate,
		pow1:     1,
		pow2:     1,
	}
	var size []int // options of each table: the most that any of its decisions has
	for t, c := range choices {
		p.offset[t+1] = p.offset[t] + c
		switch k := kind[t]; {
		case k == len(size):
			size = append(size, c)
		case k >= 0 && k < len(size):
			size[k] = max(size[k], c)
		default:
			return nil, fmt.Errorf("controller: decision %d uses embedding table %d, but only %d precede it", t, k, len(size))
		}
	}
	rows := 1
	for _, n := range size {
		p.first = append(p.first, rows)
		rows += n
	}
	H, heads := s.Hidden, p.offset[T]
	if n := 8*H*H + 4*H + rows*H + heads*(H+1); n > maxWeights {
		return nil, fmt.Errorf("controller: %d weights, at most %d fit", n, maxWeights)
	}
	p.wh, p.wx, p.bias = newTensor[[4]float64](H*H), newTensor[[4]float64](H*H), newTensor[[4]float64](H)
	p.emb, p.head, p.hb = newTensor[float64](rows*H), newTensor[float64](heads*H), newTensor[float64](heads)
	return p, nil
}

// Len returns the number of decisions of a whole episode.
func (p *Policy) Len() int { return len(p.choices) }

// Choices returns the number of options of each decision. The slice is a copy.
func (p *Policy) Choices() []int { return append([]int(nil), p.choices...) }

// Settings returns the settings that the policy was made with.
func (p *Policy) Settings() Settings { return p.settings }

// Updates returns the number of updates done.
func (p *Policy) Updates() int { return p.updates }

// Baseline returns the moving average of rewards, 0 before the first update.
func (p *Policy) Baseline() float64 { return p.baseline }

// Weights returns the number of trainable weights.
func (p *Policy) Weights() int {
	return 4*(len(p.wh.w)+len(p.wx.w)+len(p.bias.w)) + len(p.emb.w) + len(p.head.w) + len(p.hb.w)
}

// Clone returns an independent copy: weights, baseline and optimizer.
func (p *Policy) Clone() *Policy {
	q := *p
	q.wh, q.wx, q.bias = p.wh.clone(), p.wx.clone(), p.bias.clone()
	q.emb, q.head, q.hb = p.emb.clone(), p.head.clone(), p.hb.clone()
	q.scratch = scratch{}
	return &q
}

// Segment returns an independent policy for the decisions from, from+1, ...,
// to-1, numbered from 0. It starts with copies of the LSTM's weights, of the
// start token, and of the embeddings and heads of those decisions; its state
// starts at zero with the start token, whatever was decided before from. Its
// baseline and optimizer are new. It panics unless 0 <= from < to <= Len.
func (p *Policy) Segment(from, to int) *Policy {
	if from < 0 || from >= to || to > p.Len() {
		panic(fmt.Sprintf("controller: segment [%d,%d) of %d decisions", from, to, p.Len()))
	}
	// Number the tables in use anew, in the order of their first use.
	number := map[int]int{}
	kind := make([]int, to-from)
	for t := range kind {
		k := p.kind[from+t]
		if _, ok := number[k]; !ok {
			number[k] = len(number)
		}
		kind[t] = number[k]
	}
	q, err := blank(p.choices[from:to], kind, p.settings)
	if err != nil {
		panic(err) // p has passed the same checks
	}
	copy(q.wh.w, p.wh.w)
	copy(q.wx.w, p.wx.w)
	copy(q.bias.w, p.bias.w)
	H := p.settings.Hidden
	copy(q.emb.w[:H], p.emb.w[:H])
	for t, c := range q.choices {
		n := c * H
		copy(q.emb.w[q.first[q.kind[t]]*H:][:n], p.emb.w[p.first[p.kind[from+t]]*H:][:n])
	}
	copy(q.head.w, p.head.w[p.offset[from]*H:p.offset[to]*H])
	copy(q.hb.w, p.hb.w[p.offset[from]:p.offset[to]])
	return q
}

// token returns the row of emb that decision t reads.
func (p *Policy) token(t int, actions []int) int {
	if t == 0 {
		return 0
	}
	return p.first[p.kind[t-1]] + actions[t-1]
}
