package nas

import (
	"math/rand/v2"
)

// A Space is a set of networks, each described by a sequence of decisions. What
// methods work with are actions: for each decision the index of the value chosen.
type Space interface {
	// Name is what logs and tables call the space.
	Name() string
	// Validate says what is wrong with the space, or nil.
	Validate() error
	// Decisions lists the decisions of the network that takes most of them. A
	// network that takes fewer uses a prefix.
	Decisions() []Decision
	// Used is the number of leading actions that the network which they describe
	// uses; there may be more.
	Used(actions []int) int
	// Network names the network that actions describe.
	Network(actions []int) string
	// Actions is the inverse of Network; it is an error if there is no such
	// network in the space.
	Actions(network string) ([]int, error)
	// Smallest is the network with the least work: if it cannot be run fast
	// enough, none can.
	Smallest() []int
}

// Choices is the number of values of each decision of the space.
func Choices(s Space) []int {
	decisions := s.Decisions()
	choices := make([]int, len(decisions))
	for i, d := range decisions {
		choices[i] = len(d.Values)
	}
	return choices
}

// Random draws actions with every decision uniform over its values, as an
// untrained controller does on average, and drops those that the network does
// not use. The choices are those of the space: see [Choices].
func Random(s Space, choices []int, rng *rand.Rand) []int {
	actions := make([]int, len(choices))
	for i, n := range choices {
		actions[i] = rng.IntN(n)
	}
	return actions[:s.Used(actions)]
}

// All calls yield with the actions of every network of the space, in rising
// order, until yield returns false. The slice is reused between calls.
func All(s Space, yield func(actions []int) bool) {
	choices := Choices(s)
	actions := make([]int, len(choices))
	for {
		used := s.Used(actions)
		if !yield(actions[:used:used]) {
			return
		}
		i := used - 1
		for ; i >= 0; i-- {
			actions[i]++
			if actions[i] < choices[i] {
				break
			}
			actions[i] = 0
		}
		if i < 0 {
			return
		}
	}
}

// A DecisionKind says what a decision is about, in a word, as in "kernel".
type DecisionKind string

// A Decision is one choice that makes a network.
type Decision struct {
	Kind   DecisionKind
	Layer  int   // the layer it is about; -1 for the whole network
	Values []int // what can be chosen
}
