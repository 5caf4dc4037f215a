package study

import (
	"context"
	"fmt"

	"coexplore/hw"
	"coexplore/nas"
)

// PoolFronts is what several methods found on one pool of FPGAs.
type PoolFronts struct {
	Pool    string        `json:"fpga"`
	Results []*nas.Result `json:"results"` // by method
}

// Fronts runs every contender on the problem of every pool with one seed: the
// paper's figure of accuracy against pipeline efficiency, for 2 and for 3 FPGAs
// (arXiv 1907.04650, section V).
func Fronts(ctx context.Context, pools []hw.Pool, problem func(hw.Pool) (nas.Problem, error), contenders []Contender,
	seed uint64, budget Budget) ([]PoolFronts, error) {
	if budget.Trained < 1 {
		return nil, fmt.Errorf("study: a search must train at least 1 network, may train %d", budget.Trained)
	}
	fronts := make([]PoolFronts, len(pools))
	for i, pool := range pools {
		fronts[i].Pool = pool.String()
		for k := range contenders {
			c := &contenders[k]
			p, err := problem(pool)
			if err != nil {
				return nil, err
			}
			result, err := budget.search(ctx, p, c, fmt.Sprintf("%s on %s, seed %d", c.name(), pool, seed), seed, nil)
			if err != nil {
				return nil, err
			}
			fronts[i].Results = append(fronts[i].Results, result)
		}
	}
	return fronts, nil
}
