package method

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"coexplore/nas"
)

// A Parameter is a number that a method can be given: a flag of the command, and an
// entry of run.json. Parameters of the same name are one flag; their defaults may
// differ from method to method.
type Parameter struct {
	Name     string // small letters, digits and hyphens, as in "fast-steps"
	Usage    string // in a line, with the unit
	Default  float64
	Integer  bool
	Min, Max float64 // what it may be, both included; infinite: no limit
}

// Check is an error unless v is a value that the parameter may have. It begins with
// the parameter's name.
func (p *Parameter) Check(v float64) error {
	switch {
	case p.Integer && v != math.Trunc(v):
		return fmt.Errorf("%s must be a whole number, is %g", p.Name, v)
	case v >= p.Min && v <= p.Max:
		return nil
	case math.IsInf(p.Max, 1):
		return fmt.Errorf("%s must be at least %g, is %g", p.Name, p.Min, v)
	case math.IsInf(p.Min, -1):
		return fmt.Errorf("%s must be at most %g, is %g", p.Name, p.Max, v)
	}
	return fmt.Errorf("%s must be between %g and %g, is %g", p.Name, p.Min, p.Max, v)
}

// Values are parameters by name.
type Values map[string]float64

// Int is the value of a whole number.
func (v Values) Int(name string) int { return int(v[name]) }

// A Description is all that a program needs to offer a method by name.
type Description struct {
	Name       string // the method's Name
	Usage      string // what it does, in a line
	Parameters []Parameter
	// New makes a method from the values of all its parameters.
	New func(v Values) nas.Method
}

// Make makes a method. A parameter without a value has its default; a value of a
// parameter that the method does not have is refused.
func (d *Description) Make(v Values) (nas.Method, error) {
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if !slices.ContainsFunc(d.Parameters, func(p Parameter) bool { return p.Name == name }) {
			return nil, fmt.Errorf("method: %s has no parameter %q", d.Name, name)
		}
	}
	own, err := d.Values(v)
	if err != nil {
		return nil, fmt.Errorf("method: %s: %w", d.Name, err)
	}
	return d.New(own), nil
}

// Values are those of v that are parameters of the method, with the default of each
// that v lacks: v may hold the parameters of all methods. The error names the parameter whose value cannot be.
func (d *Description) Values(v Values) (Values, error) {
	own := make(Values, len(d.Parameters))
	for i := range d.Parameters {
		p := &d.Parameters[i]
		value, given := v[p.Name]
		if !given {
			value = p.Default
		}
		if err := p.Check(value); err != nil {
			return nil, err
		}
		own[p.Name] = value
	}
	return own, nil
}

// A Registry is the methods that a program offers, in the order in which its tables
// show them.
type Registry []Description

// Add adds a method of another module. It is an error if its name is taken, or if a
// parameter differs in more than its default from that of the same name of another
// method: they share a flag.
func (r *Registry) Add(d Description) error {
	if d.Name == "" || d.New == nil {
		return errors.New("method: a description needs a name and New")
	}
	if slices.Contains(r.Names(), d.Name) {
		return fmt.Errorf("method: there is a method %s already", d.Name)
	}
	all := r.Parameters()
	for i := range d.Parameters {
		p := &d.Parameters[i]
		if err := p.Check(p.Default); err != nil {
			return fmt.Errorf("method: the default of %w", err)
		}
		for k := range all {
			other := all[k]
			if other.Default = p.Default; other.Name == p.Name && other != *p {
				return fmt.Errorf("method: parameter %s of %s differs from that of other methods", p.Name, d.Name)
			}
		}
	}
	*r = append(slices.Clip(*r), d)
	return nil
}

// Lookup finds a method by name; the error lists the names that there are.
func (r Registry) Lookup(name string) (*Description, error) {
	for i := range r {
		if r[i].Name == name {
			return &r[i], nil
		}
	}
	return nil, fmt.Errorf("method: unknown method %q; the methods are %s", name, strings.Join(r.Names(), ", "))
}

// Names are the methods' names, in order.
func (r Registry) Names() []string {
	names := make([]string, len(r))
	for i := range r {
		names[i] = r[i].Name
	}
	return names
}

// Defaults are the defaults of a parameter by method, of the methods that have it.
func (r Registry) Defaults(parameter string) map[string]float64 {
	defaults := map[string]float64{}
	for i := range r {
		for _, p := range r[i].Parameters {
			if p.Name == parameter {
				defaults[r[i].Name] = p.Default
			}
		}
	}
	return defaults
}

// Parameters are those of all methods, each once, in the order in which they first
// appear.
func (r Registry) Parameters() []Parameter {
	var list []Parameter
	for i := range r {
		for _, p := range r[i].Parameters {
			if !slices.ContainsFunc(list, func(q Parameter) bool { return q.Name == p.Name }) {
				list = append(list, p)
			}
		}
	}
	return list
}
