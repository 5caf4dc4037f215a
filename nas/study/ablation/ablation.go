// Package ablation holds methods that are others with one part taken out, for studies of
// what the part is worth. Each is a [method.Description], made of the description of the
// method that it is an ablation of, and has of its parameters those that still mean
// something.
//
//	methods := ablation.Methods()
//	d, err := methods.Lookup("coexplore-frozen")
package ablation

import (
	"maps"
	"slices"

	"coexplore/nas"
	"coexplore/nas/method"
)

// Methods returns the methods of package method and their ablations. The registry is the
// caller's own, and may be added to.
func Methods() method.Registry {
	all := method.Standard()
	var list method.Registry
	for _, of := range []func(method.Registry) method.Registry{coexplore, surrogate} {
		list = append(list, of(all)...)
	}
	return slices.Insert(all, slices.Index(all.Names(), "coexplore-paper")+1, list...)
}

// slow is co-exploration without fast exploration. It is another learner than the whole,
// with a network an episode in place of hundreds, so that its controller is tuned too.
const slow = "coexplore-nofast"

// Tuned are the names of the methods whose controllers are tuned, in order. Ablations that
// learn as co-exploration does keep what it has, since that is no part which they take out.
func Tuned() []string { return slices.Sorted(slices.Values(append(method.Tuned(), slow))) }

// coexplore are the ablations of method.CoExploration.
func coexplore(all method.Registry) method.Registry {
	without := func(name, usage string, take func(m *method.CoExploration), parameters ...string) method.Description {
		return describe(all, "coexplore", name, usage, func(m nas.Method) {
			c := m.(*method.CoExploration)
			c.Title, c.Fast = name, method.DefaultFastSettings()
			take(c)
		}, parameters)
	}
	list := method.Registry{
		without("coexplore-frozen", "ablation: the controller does not learn",
			func(m *method.CoExploration) { m.Frozen = true }),
		without(slow, "ablation: no fast exploration",
			func(m *method.CoExploration) { m.FastSteps = -1 }, method.ControllerRate, method.EntropyBonus),
		without("coexplore-single", "ablation: one RNN over all stages in fast exploration",
			func(m *method.CoExploration) { m.Fast.Mode = method.Single{} }, method.ControllerRate, method.EntropyBonus),
		without("coexplore-repeat", "ablation: may choose what was trained before, by the paper's rule",
			func(m *method.CoExploration) { m.Repeat = true }, method.ControllerRate, method.EntropyBonus),
		// What it chooses is planned, and pruned if it misses the specification after all.
		without("coexplore-macs", "ablation: fast exploration goes by multiply-accumulates alone",
			func(m *method.CoExploration) { m.Fast.Mode = method.MACs{} }, method.ControllerRate, method.EntropyBonus),
	}
	own := method.Values{method.ControllerRate: 0.001, method.EntropyBonus: 1} // by study.Tune
	for i := range list[1].Parameters {
		p := &list[1].Parameters[i]
		if tuned, ok := own[p.Name]; ok {
			p.Default = tuned
		}
	}
	return list
}

// surrogate are the ablations of method.Surrogate.
func surrogate(all method.Registry) method.Registry {
	without := func(name, usage string, take func(m *method.Surrogate)) method.Description {
		return describe(all, "surrogate", name, usage, func(m nas.Method) {
			s := m.(*method.Surrogate)
			s.Title = name
			take(s)
		}, nil)
	}
	return method.Registry{
		without("surrogate-random", "ablation of surrogate: chooses from random networks",
			func(m *method.Surrogate) { m.Random = true }),
		without("surrogate-nofast", "ablation of surrogate: no fast exploration", // more neighbours stand in for it
			func(m *method.Surrogate) { m.Local = true }),
		without("surrogate-mean", "ablation of surrogate: what is predicted counts as certain",
			func(m *method.Surrogate) { m.Certain = true }),
		without("surrogate-prior", "ablation of surrogate: learns nothing from accuracies, larger networks count as better",
			func(m *method.Surrogate) { m.Naive = true }),
	}
}

// describe is the description of an ablation, which take makes of the method of name of.
// It has the weight beta and the given ones of that method's parameters; the others are at
// their defaults.
func describe(all method.Registry, of, name, usage string, take func(nas.Method), parameters []string) method.Description {
	whole := &all[slices.Index(all.Names(), of)]
	d := method.Description{Name: name, Usage: usage}
	defaults := make(method.Values)
	for _, p := range whole.Parameters {
		defaults[p.Name] = p.Default
		if p.Name == "beta" || slices.Contains(parameters, p.Name) {
			d.Parameters = append(d.Parameters, p)
		}
	}
	made := whole.New // the registry may grow, and its elements move
	d.New = func(v method.Values) nas.Method {
		all := maps.Clone(defaults)
		maps.Copy(all, v)
		m := made(all)
		take(m)
		return m
	}
	return d
}
