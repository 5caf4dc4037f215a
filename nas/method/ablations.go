package method

// PaperCoExploration is co-exploration as arXiv 1907.04650 has it (section IV and the
// figure of the algorithm): the RNNs of all stages propose at once, the network that
// they make together is planned, and the RNN of stage i earns U_i where the stage meets
// the specification and -1 where it does not; the network with the highest efficiency
// is trained, or its accuracy looked up if it was trained before; there is no entropy
// bonus. The size of the RNNs and how fast those of the stages learn, which the paper
// does not give, are those of [CoExploration].
func PaperCoExploration(beta float64) *CoExploration {
	m := &CoExploration{Title: "coexplore-paper", Beta: beta, Repeat: true, Controller: tunedController("coexplore-paper"), Fast: DefaultFastSettings()}
	m.Fast.Controller.Entropy, m.Fast.Mode = 0, Joint{}
	return m
}

// Ablations of [CoExploration]: each is the method with one part of it taken out.

// FrozenCoExploration is co-exploration whose controller does not learn.
func FrozenCoExploration(beta float64) *CoExploration {
	return &CoExploration{Title: "coexplore-frozen", Beta: beta, Frozen: true}
}

// SlowCoExploration is co-exploration without fast exploration: what the controller
// samples is trained.
func SlowCoExploration(beta float64) *CoExploration {
	return &CoExploration{Title: "coexplore-nofast", Beta: beta, FastSteps: -1}
}

// SingleCoExploration is co-exploration with one RNN over all stages in fast
// exploration.
func SingleCoExploration(beta float64) *CoExploration {
	m := &CoExploration{Title: "coexplore-single", Beta: beta, Fast: DefaultFastSettings()}
	m.Fast.Mode = Single{}
	return m
}

// RepeatCoExploration is co-exploration by the paper's rule of what to train: the most
// efficient network, even if it was trained before.
func RepeatCoExploration(beta float64) *CoExploration {
	return &CoExploration{Title: "coexplore-repeat", Beta: beta, Repeat: true}
}

// MACsCoExploration is co-exploration whose fast exploration knows of the hardware only
// what the first plan of an episode says, and goes by multiply-accumulates from there:
// see [MACs]. What it chooses is planned, and pruned if it misses the
// specification after all.
func MACsCoExploration(beta float64) *CoExploration {
	m := &CoExploration{Title: "coexplore-macs", Beta: beta, Fast: DefaultFastSettings()}
	m.Fast.Mode = MACs{}
	return m
}

// Ablations of [Surrogate].

// RandomSurrogate is surrogate co-exploration that chooses from random networks.
func RandomSurrogate(beta float64) *Surrogate {
	return &Surrogate{Title: "surrogate-random", Beta: beta, Random: true}
}

// LocalSurrogate is surrogate co-exploration without fast exploration: more neighbours of
// the best candidates stand in for it.
func LocalSurrogate(beta float64) *Surrogate {
	return &Surrogate{Title: "surrogate-nofast", Beta: beta, Local: true}
}

// CertainSurrogate is surrogate co-exploration that takes what it predicts for certain.
func CertainSurrogate(beta float64) *Surrogate {
	return &Surrogate{Title: "surrogate-mean", Beta: beta, Certain: true}
}

// NaiveSurrogate is surrogate co-exploration that learns nothing from accuracies: what
// its prior is worth, that larger networks are more accurate.
func NaiveSurrogate(beta float64) *Surrogate {
	return &Surrogate{Title: "surrogate-prior", Beta: beta, Naive: true}
}
