// Package nas searches for a convolutional network together with the FPGA
// pipeline that runs it.
//
// What is to be solved stands apart from how, and both stand apart from who
// watches: a [Problem] names the space of networks, the pool of FPGAs, the
// throughput that is asked for and the [Evaluator] that finds out how accurate
// a network is; a [Method] proposes networks; [Settings] hold the seed and the
// limits; a [Recorder] sees every trial as it happens; a [Result] comes out.
//
//	problem := nas.Problem{Space: nas.TinySpace(), Pool: pool, Target: hw.DefaultTarget(), Spec: 50, Evaluator: trainer}
//	result, err := nas.Explore(ctx, problem, nas.Settings{Seed: 1, Episodes: 60}, &nas.CoExploration{Beta: 0.5})
//
// The method that the package exists for is [CoExploration], after Jiang et al.,
// "Hardware/Software Co-Exploration of Neural Architectures" (arXiv 1907.04650):
// a recurrent controller proposes a network, fast exploration tunes it to the
// hardware without training, slow exploration trains the best one found and
// learns from accuracy and pipeline efficiency together. The other methods are
// what it is measured against.
//
// Accuracies and efficiencies are fractions between 0 and 1 throughout.
package nas
