// Package train trains child networks on images, fast, on the cores of one
// machine and in Go alone.
//
// A child is a chain of convolutions, each with batch normalisation and ReLU,
// followed by a fully connected layer (hw.Chain and hw.Head):
//
//	set, _ := data.Open("shapes", 1)
//	net, _ := hw.ParseChain("3x36,5x36,1x64,3x48s2,7x24,1x64")
//	outcome, err := train.Train(ctx, net, set, train.DefaultOptions())
//	fmt.Println(outcome.Accuracy, outcome.ImagesPerSecond)
//
// A child is measured on the held-out images of its set: the validation images where
// data.Set.Split has set some apart, and then test images are not looked at, or else the
// test images. Choices among children, as those of a search, belong on
// validation images; Outcome.Test and Model.Evaluate measure on the test images what was
// chosen.
//
// The recipe is stochastic gradient descent with Nesterov momentum, weight decay
// on the weights of layers, a warm-up and a cosine schedule; see Options. One
// seed decides the weights, the order of images and their augmentation, and the
// result is the same, to the last bit, on any number of threads with the same
// set of kernels (Kernels says which this machine has: AVX-512, AVX2, NEON,
// or plain Go).
//
// NewEvaluator makes a trainer an evaluator for searches in package nas.
package train
