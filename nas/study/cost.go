package study

import (
	"context"
	"fmt"

	"coexplore/nas"
)

// A SearchCost is what a search spent until it reached a goal, or in all.
type SearchCost struct {
	Reached      bool    `json:"reached"`
	Proposed     int     `json:"proposed"`
	Children     int     `json:"children"` // networks trained
	Plans        int     `json:"plans"`
	TrainSeconds float64 `json:"train_seconds"`
	FastSeconds  float64 `json:"fast_seconds"` // without training
}

// CostUntil adds up what trials spent until the first design of at least the
// accuracy goal that meets fps frames/s, that one included; all of them, if none
// does.
func CostUntil(trials []nas.Trial, goal, fps float64) SearchCost {
	var c SearchCost
	for i := range trials {
		t := &trials[i]
		c.Proposed++
		c.Plans += t.Plans
		c.TrainSeconds += t.TrainSeconds
		c.FastSeconds += t.FastSeconds
		if t.Status == nas.Trained {
			c.Children++
		}
		if reaches(t, goal, fps) {
			c.Reached = true
			break
		}
	}
	return c
}

// reaches tells whether a trial is a design of at least the accuracy goal that
// meets the specification.
func reaches(t *nas.Trial, goal, fps float64) bool {
	return (t.Status == nas.Trained || t.Status == nas.Reused) && t.Accuracy >= goal && nas.Meets(t.Throughput, fps)
}

// A CostSearch is one search of a study of cost.
type CostSearch struct {
	Method   string  `json:"method"`
	Seed     uint64  `json:"seed"`
	Goal     float64 `json:"goal"`     // accuracy to be reached, 0 to 1
	Accuracy float64 `json:"accuracy"` // the best that the search reached
	SearchCost
	// Ratio is the networks that the reference trained until it reached the goal,
	// divided by those of this search; 0 where this one did not reach it.
	Ratio  float64     `json:"ratio"`
	Whole  *SearchCost `json:"whole_budget,omitempty"` // of the reference: all that it spent
	Design *nas.Design `json:"design"`                 // with that best accuracy
}

// Cost is the paper's experiment on the cost of searching (arXiv 1907.04650,
// section V), repeated with several seeds from seed on. The reference, there
// hardware-aware NAS, spends its budget; the highest accuracy of a design that
// meets the specification is the goal. Then each rival searches until it reaches
// the goal or has spent the same budget. The searches of a seed stand together, the
// reference first. Where training is what evaluates, evaluate.Remember saves
// training a network once for every search.
func Cost(ctx context.Context, problem func() (nas.Problem, error), reference Contender, rivals []Contender,
	seed uint64, seeds int, budget Budget) ([]CostSearch, error) {
	if budget.Trained < 1 || seeds < 1 {
		return nil, fmt.Errorf("study: at least 1 trained network and 1 seed are needed, are %d and %d", budget.Trained, seeds)
	}
	var searches []CostSearch
	for k := range seeds {
		one, err := compete(ctx, problem, reference, rivals, seed+uint64(k), budget)
		if err != nil {
			return nil, err
		}
		searches = append(searches, one...)
	}
	return searches, nil
}

// compete runs all searches of one seed.
func compete(ctx context.Context, problem func() (nas.Problem, error), reference Contender, rivals []Contender,
	seed uint64, budget Budget) ([]CostSearch, error) {
	search := func(c *Contender, stop func(*nas.Trial) bool) (*nas.Result, error) {
		p, err := problem()
		if err != nil {
			return nil, err
		}
		return budget.search(ctx, p, c, fmt.Sprintf("%s, seed %d", c.name(), seed), seed, stop)
	}
	result, err := search(&reference, nil)
	if err != nil {
		return nil, err
	}
	fps := result.Spec
	if result.OptSW == nil {
		return nil, fmt.Errorf("study: %s, seed %d: none of the %d networks that it proposed was trained and meets %g frames/s, so there is no accuracy to reach; lower the specification or let it propose more",
			reference.name(), seed, result.Episodes, fps)
	}
	goal := result.OptSW.Accuracy
	whole := CostUntil(result.Trials, 2, fps) // an accuracy that nothing reaches
	whole.Reached = true
	until := CostUntil(result.Trials, goal, fps)
	searches := []CostSearch{{
		Method: reference.name(), Seed: seed, Goal: goal, Accuracy: goal, SearchCost: until, Ratio: 1, Whole: &whole, Design: result.OptSW,
	}}
	for i := range rivals {
		result, err := search(&rivals[i], func(t *nas.Trial) bool { return reaches(t, goal, fps) })
		if err != nil {
			return nil, err
		}
		s := CostSearch{Method: rivals[i].name(), Seed: seed, Goal: goal, SearchCost: CostUntil(result.Trials, goal, fps), Design: result.OptSW}
		if result.OptSW != nil {
			s.Accuracy = result.OptSW.Accuracy
		}
		if s.Reached {
			s.Ratio = float64(until.Children) / float64(max(1, s.Children))
		}
		searches = append(searches, s)
	}
	return searches, nil
}

// A PublishedCost is a row of the paper's table of search cost (arXiv 1907.04650,
// section V).
type PublishedCost struct {
	Data     string  `json:"data"`
	Approach string  `json:"approach"`
	Children int     `json:"children"`
	GPUHours float64 `json:"training_gpu_hours"`
	FastGPU  float64 `json:"fast_gpu_hours"`
	Ratio    float64 `json:"ratio"`
}

// PublishedCosts is the paper's table of search cost.
var PublishedCosts = []PublishedCost{
	{"CIFAR-10", "hardware-aware NAS", 108000, 16586, 0, 1},
	{"CIFAR-10", "co-exploration", 308, 102, 1.9, 159},
	{"ImageNet", "hardware-aware NAS", 7263, 36315, 0, 1},
	{"ImageNet", "co-exploration", 53, 265, 1.8, 136},
}
