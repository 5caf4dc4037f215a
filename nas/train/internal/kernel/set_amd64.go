//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

var avx512Set = &Set{
	Name: "avx512", Lanes: 32,
	Rows: []int{12, 8, 6, 4, 3, 2, 1}, WRows: []int{6, 4, 3, 2, 1}, WCols: []int{4, 3, 2, 1},
	conv: [maxRows + 1]ConvFunc{1: convZ1, 2: convZ2, 3: convZ3, 4: convZ4, 6: convZ6, 8: convZ8, 12: convZ12},
	wgrad: [maxWRows + 1][maxWCols + 1]WGradFunc{
		1: {1: wgradZ1x1, 2: wgradZ1x2, 3: wgradZ1x3, 4: wgradZ1x4},
		2: {1: wgradZ2x1, 2: wgradZ2x2, 3: wgradZ2x3, 4: wgradZ2x4},
		3: {1: wgradZ3x1, 2: wgradZ3x2, 3: wgradZ3x3, 4: wgradZ3x4},
		4: {1: wgradZ4x1, 2: wgradZ4x2, 3: wgradZ4x3, 4: wgradZ4x4},
		6: {1: wgradZ6x1, 2: wgradZ6x2, 3: wgradZ6x3, 4: wgradZ6x4},
	},
	Moments: momentsZ, AffineReLU: affineReluZ, GradMoments: gradMomentsZ, GradApply: gradApplyZ,
	winograd: []*Winograd{
		{M: 4, K: 3, T: 6, Input: winoInput4x3Z, Output: winoOutput4x3Z, Grad: winoGrad4x3Z,
			Weight: winoWeight4x3Z, WeightGrad: winoWeightGrad4x3Z},
		{M: 4, K: 5, T: 8, Input: winoInput4x5Z, Output: winoOutput4x5Z, Grad: winoGrad4x5Z,
			Weight: winoWeight4x5Z, WeightGrad: winoWeightGrad4x5Z},
		{M: 2, K: 7, T: 8, Input: winoInput2x7Z, Output: winoOutput2x7Z, Grad: winoGrad2x7Z,
			Weight: winoWeight2x7Z, WeightGrad: winoWeightGrad2x7Z},
	},
}

var avx2Set = &Set{
	Name: "avx2", Lanes: 16,
	Rows: []int{6, 4, 3, 2, 1}, WRows: []int{3, 2, 1}, WCols: []int{4, 3, 2, 1},
	conv: [maxRows + 1]ConvFunc{1: convY1, 2: convY2, 3: convY3, 4: convY4, 6: convY6},
	wgrad: [maxWRows + 1][maxWCols + 1]WGradFunc{
		1: {1: wgradY1x1, 2: wgradY1x2, 3: wgradY1x3, 4: wgradY1x4},
		2: {1: wgradY2x1, 2: wgradY2x2, 3: wgradY2x3, 4: wgradY2x4},
		3: {1: wgradY3x1, 2: wgradY3x2, 3: wgradY3x3, 4: wgradY3x4},
	},
	Moments: momentsY, AffineReLU: affineReluY, GradMoments: gradMomentsY, GradApply: gradApplyY,
	winograd: []*Winograd{
		{M: 4, K: 3, T: 6, Input: winoInput4x3Y, Output: winoOutput4x3Y, Grad: winoGrad4x3Y,
			Weight: winoWeight4x3Y, WeightGrad: winoWeightGrad4x3Y},
		{M: 4, K: 5, T: 8, Input: winoInput4x5Y, Output: winoOutput4x5Y, Grad: winoGrad4x5Y,
			Weight: winoWeight4x5Y, WeightGrad: winoWeightGrad4x5Y},
		{M: 2, K: 7, T: 8, Input: winoInput2x7Y, Output: winoOutput2x7Y, Grad: winoGrad2x7Y,
			Weight: winoWeight2x7Y, WeightGrad: winoWeightGrad2x7Y},
	},
}

func native() []*Set {
	var sets []*Set
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		if cpu.X86.HasAVX512F && cpu.X86.HasAVX512DQ {
			sets = append(sets, avx512Set)
		}
		sets = append(sets, avx2Set)
	}
	return sets
}
