package method

import (
	"maps"
	"math"
	"slices"

	"coexplore/nas/controller"
)

// Names of the parameters of methods that learn with a controller. Each method has
// defaults of its own, which study.Tune chose.
const (
	ControllerRate = "controller-rate"
	EntropyBonus   = "entropy-bonus"
)

// learning is how a method's controller learns.
type learning struct{ rate, entropy float64 }

// tuned are the learning rate and the entropy bonus of the controllers. They are chosen
// by one procedure for all, study.Tune, which `coexplore study tune` runs and prints in
// this form: see there for the grid, the problem, the seeds and the criterion. The
// paper's method has no entropy bonus to tune.
var tuned = map[string]learning{
	"coexplore":       {0.01, 0.3},
	"coexplore-paper": {0.001, 0},
	"hwaware":         {0.03, 0.3},
	"sequential":      {0.03, 0.3},
}

// Tuned are the names of the methods whose controllers are tuned, in order.
func Tuned() []string { return slices.Sorted(maps.Keys(tuned)) }

// tunedController are the settings of the controller of a method, by its name.
func tunedController(name string) controller.Settings {
	l, s := tuned[name], controller.DefaultSettings()
	s.LearningRate, s.Entropy = l.rate, l.entropy
	return s
}

// controllerOf are the settings of a controller by its parameters.
func controllerOf(v Values) controller.Settings {
	s := controller.DefaultSettings()
	s.LearningRate, s.Entropy = v[ControllerRate], v[EntropyBonus]
	return s
}

// controllerRate is the parameter of a method, by its name.
func controllerRate(name string) Parameter {
	return Parameter{
		Name: ControllerRate, Usage: "learning rate of the controller, the step size of its optimizer",
		Default: tuned[name].rate, Min: 1e-6, Max: 1,
	}
}

// entropyBonus is the parameter of a method, by its name.
func entropyBonus(name string) Parameter {
	return Parameter{
		Name: EntropyBonus, Usage: "weight of the controller's entropy bonus, in units of reward a nat (0: none)",
		Default: tuned[name].entropy, Max: math.Inf(1),
	}
}
