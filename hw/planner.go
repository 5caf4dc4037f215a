package hw

import "fmt"

// Planner cuts networks into pipelines for one pool and target. It remembers
// the best accelerators that it has worked out, so that a search which
// proposes many similar networks pays for each group of layers once. It is not
// safe for concurrent use: have one for each goroutine.
type Planner struct {
	pool   Pool
	target Target
	memo   []map[string]Best // one for each entry of the pool
}

// maxMemo is the entries that a memo may hold before it starts anew.
const maxMemo = 1 << 16

// NewPlanner checks the pool and the target: every device must hold at least
// the smallest accelerator.
func NewPlanner(pool Pool, target Target) (*Planner, error) {
	if err := pool.Check(); err != nil {
		return nil, err
	}
	if err := target.Check(); err != nil {
		return nil, err
	}
	p := &Planner{pool: append(Pool(nil), pool...), target: target}
	one := []Loops{{M: 1, N: 1, R: 1, C: 1, K: 1, S: 1, Groups: 1, Reads: 1, Weighted: true}}
	for i := range p.pool {
		if err := p.pool[i].Device.Fits(one, Design{Tiling{1, 1, 1, 1}, Ports{1, 1, 1}}, target); err != nil {
			return nil, fmt.Errorf("%w: not even one unit fits", err)
		}
		p.memo = append(p.memo, map[string]Best{})
	}
	return p, nil
}

// Pool returns the planner's pool.
func (p *Planner) Pool() Pool { return p.pool }

// Target returns the planner's target.
func (p *Planner) Target() Target { return p.target }

// stage is the best accelerator for layers on the pool's entry e; ok is false
// where the layers do not fit it with any design.
func (p *Planner) stage(e int, layers []Loops) (Best, bool) {
	key := fmt.Sprint(layers)
	if b, ok := p.memo[e][key]; ok {
		return b, b.Cycles > 0
	}
	b, err := BestDesign(layers, &p.pool[e].Device, p.target)
	if err != nil {
		b = Best{}
	}
	if len(p.memo[e]) >= maxMemo {
		clear(p.memo[e])
	}
	p.memo[e][key] = b
	return b, err == nil
}
