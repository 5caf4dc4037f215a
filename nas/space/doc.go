// Package space holds the spaces of networks that searches choose from: chains of
// convolutions ([Chain]), among them those of the paper, and the cells of
// NAS-Bench-201 ([NASBench201]), whose networks [NASBench201.Build] makes.
//
//	chains := space.CIFAR10().WithStrides(1, 2)
//	fmt.Println(chains.Size(), "networks")
//	actions := nas.Random(chains, nas.Choices(chains), rng)
//	fmt.Println(chains.Network(actions)) // as hw.ParseChain reads it
package space
