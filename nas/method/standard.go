package method

import (
	"math"

	"coexplore/nas"
)

// The parameters of the methods of this package.
var (
	beta = Parameter{
		Name: "beta", Usage: "weight of accuracy in the reward, 0 to 1; the rest is pipeline efficiency",
		Default: 0.5, Min: 0, Max: 1,
	}
	fastSteps = Parameter{
		Name: "fast-steps", Usage: "iterations of fast exploration in an episode (0: 60; negative: none)",
		Integer: true, Min: math.Inf(-1), Max: math.Inf(1),
	}
	episodeBatch = Parameter{
		Name: "episode-batch", Usage: "episodes that the controller learns from at once",
		Default: 1, Integer: true, Min: 1, Max: math.Inf(1),
	}
	population = Parameter{
		Name: "population", Usage: "members of the population of evolution and nsga2, screened or not",
		Default: DefaultPopulation, Integer: true, Min: 2, Max: math.Inf(1),
	}
	screened = Parameter{
		Name: "screen", Usage: "networks that surrogate, hillclimb and screened methods plan for each that they propose",
		Default: DefaultScreen, Integer: true, Min: 1, Max: math.Inf(1),
	}
	hardwareSample = Parameter{
		Name: "hardware-sample", Usage: "networks that meet the specification by which hwaware and sequential choose their hardware (0: hardware that knows of no specification, as in the paper)",
		Default: DefaultHardwareSample, Integer: true, Min: 0, Max: math.Inf(1),
	}
	tournament = Parameter{
		Name: "tournament", Usage: "members that evolution draws to find a parent",
		Default: DefaultTournament, Integer: true, Min: 1, Max: math.Inf(1),
	}
)

// hardwareAware is hardware-aware NAS with the values of its parameters.
func hardwareAware(v Values) *HardwareAware {
	m := &HardwareAware{Beta: v["beta"], Sample: v.Int("hardware-sample"), Controller: controllerOf(v)}
	if m.Sample == 0 {
		m.Sample = -1
	}
	return m
}

// Standard returns the methods of this package. The registry is the caller's own,
// and may be added to.
func Standard() Registry {
	return Registry{
		{
			"coexplore", "co-exploration: a controller proposes, fast exploration tunes to the hardware, training decides",
			[]Parameter{beta, fastSteps, episodeBatch, controllerRate("coexplore"), entropyBonus("coexplore")},
			func(v Values) nas.Method {
				return &CoExploration{Beta: v["beta"], FastSteps: v.Int("fast-steps"), Batch: v.Int("episode-batch"), Controller: controllerOf(v)}
			},
		},
		{
			"surrogate", "surrogate co-exploration: accuracy is predicted, and what should widen the front most is trained",
			[]Parameter{beta, screened},
			func(v Values) nas.Method { return &Surrogate{Beta: v["beta"], Screen: v.Int("screen")} },
		},
		{
			"coexplore-paper", "co-exploration exactly as the paper has it",
			[]Parameter{beta, controllerRate("coexplore-paper")},
			func(v Values) nas.Method {
				m := PaperCoExploration(v["beta"])
				m.Controller = controllerOf(v)
				return m
			},
		},
		{
			"random", "random search: every decision uniform over its values",
			[]Parameter{beta},
			func(v Values) nas.Method { return &Random{Beta: v["beta"]} },
		},
		{
			"evolution", "regularized (aging) evolution",
			[]Parameter{beta, population, tournament},
			func(v Values) nas.Method {
				return &Evolution{Beta: v["beta"], Population: v.Int("population"), Tournament: v.Int("tournament")}
			},
		},
		{
			"nsga2", "NSGA-II, a genetic algorithm that keeps the objectives apart",
			[]Parameter{beta, population},
			func(v Values) nas.Method { return &NSGA2{Beta: v["beta"], Population: v.Int("population")} },
		},
		{
			"screened-random", "random search that trains the most efficient of many networks",
			[]Parameter{beta, screened},
			func(v Values) nas.Method { return &Screened{&Random{Beta: v["beta"]}, v.Int("screen")} },
		},
		{
			"screened-evolution", "evolution that trains the most efficient of many children",
			[]Parameter{beta, population, tournament, screened},
			func(v Values) nas.Method {
				return &Screened{
					&Evolution{Beta: v["beta"], Population: v.Int("population"), Tournament: v.Int("tournament")}, v.Int("screen"),
				}
			},
		},
		{
			"screened-nsga2", "NSGA-II with constrained domination that trains the most efficient of many children",
			[]Parameter{beta, population, screened},
			func(v Values) nas.Method {
				return &Screened{&NSGA2{Beta: v["beta"], Population: v.Int("population"), Constrained: true}, v.Int("screen")}
			},
		},
		{
			"hillclimb", "hill climbing on efficiency alone, from random networks",
			[]Parameter{beta, screened},
			func(v Values) nas.Method { return &HillClimb{Beta: v["beta"], Screen: v.Int("screen")} },
		},
		{
			"hwaware", "hardware-aware NAS: the hardware is fixed beforehand",
			[]Parameter{beta, hardwareSample, controllerRate("hwaware"), entropyBonus("hwaware")},
			func(v Values) nas.Method { return hardwareAware(v) },
		},
		{
			"sequential", "hardware-aware NAS, then the best pipeline for the network that it found",
			[]Parameter{beta, hardwareSample, controllerRate("sequential"), entropyBonus("sequential")},
			func(v Values) nas.Method { return &Sequential{HardwareAware: *hardwareAware(v)} },
		},
	}
}
