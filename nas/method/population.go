package method

import (
	"fmt"

	"coexplore/nas"
)

// A member of a population. Actions holds a value for every decision of the
// space, used or not.
type member struct {
	Actions []int     `json:"actions"`
	Reward  float64   `json:"reward"`
	Values  []float64 `json:"values,omitempty"` // of the objectives, where the method keeps them apart
	// Violation is the share of the specification that the network misses; 0 where it
	// meets it. Only methods with constrained domination keep such members.
	Violation float64 `json:"violation,omitempty"`
}

// checkMembers is an error unless the members belong to the search's space.
func checkMembers(s *nas.Search, members []member) error {
	for _, m := range members {
		if len(m.Actions) != len(s.Choices()) {
			return fmt.Errorf("method: a member has %d decisions, the space has %d", len(m.Actions), len(s.Choices()))
		}
		for i, a := range m.Actions {
			if a < 0 || a >= s.Choices()[i] {
				return fmt.Errorf("method: a member chooses value %d of decision %d, which has %d", a, i, s.Choices()[i])
			}
		}
	}
	return nil
}
