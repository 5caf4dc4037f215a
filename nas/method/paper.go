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
