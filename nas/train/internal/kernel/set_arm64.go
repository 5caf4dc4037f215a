//go:build arm64 && !purego

package kernel

// neonSet needs no look at the machine: every arm64 has NEON. Transforms in
// plain Go would eat up what Winograd's algorithm saves, so it has none.
var neonSet = &Set{
	Name: "neon", Lanes: 16,
	Rows: []int{6, 4, 3, 2, 1}, WRows: []int{4, 3, 2, 1}, WCols: []int{4, 3, 2, 1},
	conv: [maxRows + 1]ConvFunc{1: convN1, 2: convN2, 3: convN3, 4: convN4, 6: convN6},
	wgrad: [maxWRows + 1][maxWCols + 1]WGradFunc{
		1: {1: wgradN1x1, 2: wgradN1x2, 3: wgradN1x3, 4: wgradN1x4},
		2: {1: wgradN2x1, 2: wgradN2x2, 3: wgradN2x3, 4: wgradN2x4},
		3: {1: wgradN3x1, 2: wgradN3x2, 3: wgradN3x3, 4: wgradN3x4},
		4: {1: wgradN4x1, 2: wgradN4x2, 3: wgradN4x3, 4: wgradN4x4},
	},
	Moments: goMoments, AffineReLU: goAffineReLU, GradMoments: goGradMoments, GradApply: goGradApply,
}

func native() []*Set { return []*Set{neonSet} }
