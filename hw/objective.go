package hw

import "fmt"

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
