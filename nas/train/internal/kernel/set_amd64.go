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
