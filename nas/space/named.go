package space

import (
	"fmt"

	"coexplore/hw"
)

// Tiny is a space for lessons: three convolutions with kernels 1, 3, 5 and
// 8, 16, 24 or 36 filters on 32x32 RGB images, 1,728 networks at stride 1.
// Global average pooling keeps its networks small.
func Tiny() Chain {
	return Chain{
		Title: "tiny", MinLayers: 3, MaxLayers: 3,
		Kernels: []int{1, 3, 5}, Filters: []int{8, 16, 24, 36}, Strides: []int{1},
		Input: hw.Shape{C: 3, H: 32, W: 32}, Classes: 10, Head: hw.PoolHead,
	}
}

// CIFAR10 is the paper's space for CIFAR-10 with the stride fixed at 1
// (arXiv 1907.04650, section V): up to 14 convolutions, kernels 1 to 7 and 24
// to 64 filters. The fewest layers are 6, the depth of the paper's smallest
// published network.
func CIFAR10() Chain {
	return Chain{
		Title: "cifar10", MinLayers: 6, MaxLayers: 14,
		Kernels: []int{1, 3, 5, 7}, Filters: []int{24, 36, 48, 64}, Strides: []int{1},
		Input: hw.Shape{C: 3, H: 32, W: 32}, Classes: 10, Head: hw.FlattenHead,
	}
}

// ImageNet is the paper's space for ImageNet (arXiv 1907.04650, section V):
// 15 to 17 convolutions, kernels 3 to 7, 16 to 96 filters, strides 1 and 2 on
// 224x224 RGB images.
func ImageNet() Chain {
	return Chain{
		Title: "imagenet", MinLayers: 15, MaxLayers: 17,
		Kernels: []int{3, 5, 7}, Filters: []int{16, 32, 64, 96}, Strides: []int{1, 2},
		Input: hw.Shape{C: 3, H: 224, W: 224}, Classes: 1000, Head: hw.PoolHead,
	}
}

// ByName returns the space of that name as its function gives it.
func ByName(name string) (Chain, error) {
	switch name {
	case "tiny":
		return Tiny(), nil
	case "cifar10":
		return CIFAR10(), nil
	case "imagenet":
		return ImageNet(), nil
	}
	return Chain{}, fmt.Errorf("space: unknown space %q; the spaces are tiny, cifar10 and imagenet", name)
}

// Strides are the stride choices of that name: fixed at 1, or predicted from 1 and
// 2 (arXiv 1907.04650, section V).
func Strides(name string) ([]int, error) {
	switch name {
	case "fixed":
		return []int{1}, nil
	case "predicted":
		return []int{1, 2}, nil
	}
	return nil, fmt.Errorf("space: strides are fixed or predicted, not %q", name)
}
