// Package method holds the ways of searching: each is a nas.Method, in a file of
// its own.
//
//	result, err := nas.Explore(ctx, problem, nas.Settings{Seed: 1, Episodes: 60},
//		&method.CoExploration{Beta: 0.5})
//
// A program that offers methods by name takes them from a [Registry], with their
// parameters; a method of another module is added there:
//
//	registry := method.Standard()
//	d, err := registry.Lookup("evolution")
//	m, err := d.Make(method.Values{"population": 50})
//
// The one that the module exists for is [CoExploration], after Jiang et al.,
// "Hardware/Software Co-Exploration of Neural Architectures" (arXiv 1907.04650): a
// recurrent controller proposes a network, [FastExploration] tunes it to the
// hardware without training, and the controller learns from the accuracy and the
// efficiency of what was found. [Surrogate] is ours: it predicts accuracies, and trains
// what should widen the front most. The others are what they are measured against. None
// of them knows what the hardware is: see nas.Hardware.
package method
