package controller

import (
	"fmt"
	"math"
)

// Adam's constants (Kingma and Ba, ICLR 2015, algorithm 1).
const (
	beta1   = 0.9
	beta2   = 0.999
	epsilon = 1e-8
)

// Stats describe one update.
type Stats struct {
	Updates      int     `json:"updates"`       // updates done, this one included
	Reward       float64 `json:"reward"`        // mean of the batch
	Baseline     float64 `json:"baseline"`      // what this batch's rewards were compared with
	Entropy      float64 `json:"entropy"`       // nats a decision, mean over the batch's decisions, before the step
	GradNorm     float64 `json:"grad_norm"`     // Euclidean norm of the gradient before clipping
	LearningRate float64 `json:"learning_rate"` // Adam's step size in this update
}

// Update makes one step of gradient ascent on the rewards of m episodes,
// where episode k earned rewards[k]. An episode may be shorter than Len (a
// network with fewer layers). With b the baseline and T the episode's own
// length, the step follows the gradient of
//
//	1/m * sum_k sum_t ( gamma^(T-t) * (R_k - b) * log pi(a_t | a_1 .. a_(t-1)) + Entropy * H_t )
//
// where H_t is the entropy, in nats, of the distribution of decision t, and
// (R_k - b) counts as a constant. The baseline is the moving average of the
// batches before this one; the first batch, which has none before it, is
// compared with its own mean, so a first batch of one episode teaches nothing
// but the entropy bonus. Afterwards b becomes Baseline*b + (1-Baseline)*mean
// reward (at the first batch, the mean itself).
//
// The gradient is clipped to the norm Clip and handed to Adam. Weights of
// decisions that no episode reached have a gradient of 0.
//
// The episodes need not come from this policy. It panics if there is no
// episode, if there are not as many rewards, if a reward is not finite, or if
// an action is not an option.
func (p *Policy) Update(episodes [][]int, rewards []float64) Stats {
	if len(episodes) == 0 || len(episodes) != len(rewards) {
		panic(fmt.Sprintf("controller: update with %d episodes and %d rewards", len(episodes), len(rewards)))
	}
	mean := 0.0
	for k, r := range rewards {
		if math.IsNaN(r) || math.IsInf(r, 0) {
			panic(fmt.Sprintf("controller: reward %d is %v", k, r))
		}
		mean += r
	}
	mean /= float64(len(rewards))
	st := Stats{Reward: mean, Baseline: p.baseline, LearningRate: p.rate}
	if p.updates == 0 {
		st.Baseline = mean
	}
	st.Entropy = p.gradient(episodes, rewards, st.Baseline)
	st.GradNorm = p.norm()
	p.adam(st.GradNorm)
	p.forgetTraces()
	p.updates++
	p.rate *= p.settings.Decay
	p.baseline = float64(p.settings.Baseline*st.Baseline) + float64((1-p.settings.Baseline)*mean)
	st.Updates = p.updates
	return st
}

// gradient adds the gradient of the negative objective (Adam descends) to the
// matrices, and returns the mean entropy of the decisions.
func (p *Policy) gradient(episodes [][]int, rewards []float64, baseline float64) float64 {
	p.prepareBackward()
	scale := 1 / float64(len(episodes))
	entropy, decisions := 0.0, 0
	for k, actions := range episodes {
		tr := p.trace(actions)
		p.backward(tr, actions, scale*(rewards[k]-baseline), scale*p.settings.Entropy)
		for _, e := range tr.entropy[:len(actions)] {
			entropy += e
		}
		decisions += len(actions)
	}
	p.backwardInputs()
	if decisions == 0 {
		return 0
	}
	return entropy / float64(decisions)
}

// prepareBackward makes the room that the backward pass needs.
func (p *Policy) prepareBackward() {
	if p.dh != nil {
		return
	}
	p.prepare()
	H, T := p.settings.Hidden, p.Len()
	rows := len(p.emb.w) / H
	most := 0
	for _, c := range p.choices {
		most = max(most, c)
	}
	p.dh, p.dc, p.dLogit = make([]float64, H), make([]float64, H), make([]float64, most)
	p.dzt, p.ht = make([][4]float64, H*T), make([]float64, H*T)
	p.dproj, p.seen = make([][4]float64, rows*H), make([]bool, rows)
	p.dpt, p.embt = make([][4]float64, H*rows), make([]float64, H*rows)
}

// backward goes back through one episode. The loss is minus the sum over t of
// gamma^(T-t)*advantage*log pi(a_t) + bonus*H_t. The gradient of what the gates
// read from the embedding goes to dproj, summed over the steps that read the
// same one; backwardInputs takes it further.
func (p *Policy) backward(tr *trace, actions []int, advantage, bonus float64) {
	H, T, n := p.settings.Hidden, p.Len(), len(actions)
	dh, dc, z := p.dh[:H], p.dc[:H], p.z[:H]
	clear(dh)
	clear(dc)
	weight := advantage
	for t := n - 1; t >= 0; t-- {
		p.backwardHead(tr, t, actions[t], weight, bonus)
		weight = float64(weight * p.settings.Discount)
		before, tc, gates := tr.c[t*H:][:H], tr.tc[t*H:][:H], tr.gates[t*H:][:H]
		row := p.token(t, actions)
		p.seen[row] = true
		dproj := p.dproj[row*H:][:H]
		dzt := p.dzt[t:]
		for u := range z {
			i, f, g, o := gates[u][input], gates[u][forget], gates[u][cell], gates[u][output]
			d := dc[u] + float64(float64(dh[u]*o)*(1-float64(tc[u]*tc[u])))
			dz := [4]float64{
				float64(d*g) * float64(i*(1-i)),
				float64(d*before[u]) * float64(f*(1-f)),
				float64(d*i) * (1 - float64(g*g)),
				float64(dh[u]*tc[u]) * float64(o*(1-o)),
			}
			dc[u] = float64(d * f)
			z[u] = dz
			dzt[u*T] = dz
			q := &dproj[u]
			q[0] += dz[0]
			q[1] += dz[1]
			q[2] += dz[2]
			q[3] += dz[3]
		}
		if t > 0 {
			clear(dh)
			addTranspose4(dh, p.wh.w, z)
		}
	}
	// The state before the first step is 0: it adds nothing to wh's gradient.
	if n < 2 {
		return
	}
	for t := 1; t < n; t++ {
		for u, h := range tr.h[t*H:][:H] {
			p.ht[u*T+t] = h
		}
	}
	addOuter4(p.wh.g, p.dzt[1:], p.ht[1:], H, H, n-1, T)
}

// backwardHead adds the gradient of decision t's head, and the part of the
// state's gradient that comes through it.
func (p *Policy) backwardHead(tr *trace, t, action int, weight, bonus float64) {
	H, from := p.settings.Hidden, p.offset[t]
	h := tr.h[(t+1)*H:][:H]
	for k := range p.choices[t] {
		prob := tr.prob[from+k]
		d := float64(weight * prob)
		if k == action {
			d -= weight
		}
		d += float64(float64(bonus*prob) * (tr.logp[from+k] + tr.entropy[t]))
		p.hb.g[from+k] += d
		addScaled(p.head.g[(from+k)*H:][:H], d, h)
		addScaled(p.dh, d, p.head.w[(from+k)*H:][:H])
	}
}

// backwardInputs takes the gradient of the projected embeddings to the LSTM's
// input weights, its biases and the embeddings, and clears it.
func (p *Policy) backwardInputs() {
	H := p.settings.Hidden
	rows := len(p.seen)
	n := 0 // rows seen, packed to the front of dpt and embt
	for row, seen := range p.seen {
		if !seen {
			continue
		}
		d, e := p.dproj[row*H:][:H], p.emb.w[row*H:][:H]
		for u := range d {
			p.dpt[u*rows+n] = d[u]
			p.embt[u*rows+n] = e[u]
			b := &p.bias.g[u]
			b[0] += d[u][0]
			b[1] += d[u][1]
			b[2] += d[u][2]
			b[3] += d[u][3]
		}
		addTranspose4(p.emb.g[row*H:][:H], p.wx.w, d)
		n++
		clear(d)
		p.seen[row] = false
	}
	addOuter4(p.wx.g, p.dpt, p.embt, H, H, n, rows)
}

// norm returns the Euclidean norm of the gradient.
func (p *Policy) norm() float64 {
	var a, b, c, d float64
	for _, m := range [...]*matrix4{&p.wh, &p.wx, &p.bias} {
		for i := range m.g {
			g := &m.g[i]
			a += float64(g[0] * g[0])
			b += float64(g[1] * g[1])
			c += float64(g[2] * g[2])
			d += float64(g[3] * g[3])
		}
	}
	sum := (a + b) + (c + d)
	for _, m := range [...]*matrix{&p.emb, &p.head, &p.hb} {
		sum += dot(m.g, m.g)
	}
	return math.Sqrt(sum)
}

// adam takes one step against the gradient, whose norm is given, and clears it.
func (p *Policy) adam(norm float64) {
	p.pow1 = float64(p.pow1 * beta1)
	p.pow2 = float64(p.pow2 * beta2)
	a := adamStep{scale: 1}
	if clip := p.settings.Clip; clip > 0 && norm > clip {
		a.scale = clip / norm
	}
	// With m^ = m/(1-beta1^n) and v^ = v/(1-beta2^n), rate*m^/(sqrt(v^)+epsilon)
	// is rate' * m/(sqrt(v)+epsilon'), which needs one division a weight.
	root := math.Sqrt(1 - p.pow2)
	a.rate = p.rate * root / (1 - p.pow1)
	a.epsilon = float64(epsilon * root)
	for _, m := range [...]*matrix4{&p.wh, &p.wx, &p.bias} {
		w, g, mm, v := m.w, m.g[:len(m.w)], m.m[:len(m.w)], m.v[:len(m.w)]
		for i := range w {
			a.four(&w[i], &g[i], &mm[i], &v[i])
		}
	}
	for _, m := range [...]*matrix{&p.emb, &p.head, &p.hb} {
		w, g, mm, v := m.w, m.g[:len(m.w)], m.m[:len(m.w)], m.v[:len(m.w)]
		for i := range w {
			a.one(&w[i], &g[i], &mm[i], &v[i])
		}
	}
}

type adamStep struct{ scale, rate, epsilon float64 }

func (a *adamStep) one(w, g, m, v *float64) {
	d := *g * a.scale
	*m = float64(beta1**m) + float64((1-beta1)*d)
	*v = float64(beta2**v) + float64((1-beta2)*float64(d*d))
	*w -= float64(a.rate**m) / (math.Sqrt(*v) + a.epsilon)
	*g = 0
}

func (a *adamStep) four(w, g, m, v *[4]float64) {
	for k := range w {
		a.one(&w[k], &g[k], &m[k], &v[k])
	}
}
