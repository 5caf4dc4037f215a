package wilcoxon_test

import (
	"fmt"

	"coexplore/internal/wilcoxon"
)

// Two methods on the same eight seeds.
func ExampleSignedRank() {
	ours := []float64{0.91, 0.93, 0.90, 0.95, 0.92, 0.94, 0.89, 0.96}
	theirs := []float64{0.88, 0.92, 0.915, 0.89, 0.875, 0.90, 0.87, 0.89}
	r, err := wilcoxon.SignedRank(ours, theirs, wilcoxon.Greater)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("W = %v of %d pairs, p = %.4f, exact: %v\n", r.Statistic, r.N, r.P, r.Exact)
	// Output: W = 34 of 8 pairs, p = 0.0117, exact: true
}
