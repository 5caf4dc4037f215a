package hw

import "fmt"

// Objective is what Plan looks for.
type Objective int

// The objectives.
const (
	// MaxUtilization is the highest mean utilisation among designs that meet
	// the specification; ties by throughput, then fewer FPGAs.
	MaxUtilization Objective = iota
	// MinCost is the cheapest set of FPGAs that meets the specification; ties
	// by throughput.
	MinCost
	// MaxThroughput is the shortest interval that the pool reaches, whether or
	// not it meets the specification.
	MaxThroughput
)

// Balance is the mean utilisation of a pipeline's FPGAs at the pipeline's own
// throughput: 1 where all stages take equally long.
func (pipe *Pipeline) Balance() float64 {
	sum, slow := 0.0, pipe.IntervalMS*float64(len(pipe.Stages))
	for i := range pipe.Stages {
		sum += pipe.Stages[i].LatencyMS
	}
	if slow == 0 {
		return 0
	}
	return sum / slow
}

var objectiveNames = [...]string{"utilization", "cost", "throughput"}

// String gives the objective's name: utilization, cost or throughput.
func (o Objective) String() string {
	if o < 0 || int(o) >= len(objectiveNames) {
		return fmt.Sprintf("Objective(%d)", int(o))
	}
	return objectiveNames[o]
}

// MarshalText makes an objective its name in JSON.
func (o Objective) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// UnmarshalText reads an objective's name.
func (o *Objective) UnmarshalText(b []byte) error {
	v, err := ParseObjective(string(b))
	if err == nil {
		*o = v
	}
	return err
}

// ParseObjective reads utilization, cost or throughput.
func ParseObjective(s string) (Objective, error) {
	for i, name := range objectiveNames {
		if s == name {
			return Objective(i), nil
		}
	}
	return 0, fmt.Errorf("hw: objective %q: want utilization, cost or throughput", s)
}
