package nas_test

import (
	"context"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
)

// metered is hardware that counts what it is asked to plan.
type metered struct {
	nas.Hardware
	plans int
}

func (m *metered) Plan(actions []int, fps float64) (*nas.Plan, error) {
	m.plans++
	return m.Hardware.Plan(actions, fps)
}

func (m *metered) Replan(actions []int, fps float64, fixed *nas.Plan) (*nas.Plan, error) {
	m.plans++
	return m.Hardware.Replan(actions, fps, fixed)
}

// TestPlans checks the plans of every method against hardware that counts them, with
// and without a limit, and that the limit is spread over the networks.
func TestPlans(t *testing.T) {
	const trained, each = 12, 90
	for name, method := range searchtest.Methods {
		for _, most := range []int{0, trained * each, 40} {
			p := searchtest.Problem(t, &searchtest.Counting{})
			m := &metered{Hardware: p.Hardware}
			p.Hardware = m
			r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 2, Episodes: 20 * trained, MaxTrained: trained, MaxPlans: most}, method())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			// One is the check that the specification can be met at all.
			lost := m.plans - 1 - r.Plans // of a step that the limit ended
			if lost < 0 || most == 0 && lost > 0 {
				t.Errorf("%s, at most %d: the result says %d plans, the hardware made %d", name, most, r.Plans, m.plans-1)
			}
			limit := most
			if name == "sequential" {
				limit++ // the last design
			}
			if most > 0 && m.plans-1 > limit {
				t.Errorf("%s made %d plans, %d are allowed", name, m.plans-1, most)
			}
			if most == trained*each && r.Trained != trained {
				t.Errorf("%s: with %d plans %d networks were trained, want all %d", name, most, r.Trained, trained)
			}
			sum := 0
			for _, trial := range r.Trials {
				if sum += trial.Plans; trial.Plans < 1 {
					t.Errorf("%s: trial %d took %d plans", name, trial.Index, trial.Plans)
				}
			}
			if sum != r.Plans {
				t.Errorf("%s: %d plans in all, the trials took %d", name, r.Plans, sum)
			}
		}
	}
}
