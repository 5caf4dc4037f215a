package pareto

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestAttainment compares the surface with counting, at every place of a grid, the
// sets that attain it.
func TestAttainment(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	const side = 6
	for round := range 500 {
		directions := []Direction{Direction(rng.IntN(2)), Direction(rng.IntN(2))}
		noWorse := func(p []float64, x, y int) bool {
			a, b := p[0]-float64(x), p[1]-float64(y)
			if directions[0] == Minimize {
				a = -a
			}
			if directions[1] == Minimize {
				b = -b
			}
			return a >= 0 && b >= 0
		}
		sets := make([][][]float64, 1+rng.IntN(6))
		for k := range sets {
			for range rng.IntN(5) {
				sets[k] = append(sets[k], []float64{float64(rng.IntN(side)), float64(rng.IntN(side))})
			}
		}
		for _, share := range []float64{0.01, 0.25, 0.5, 0.75, 1} {
			corners, err := Attainment(sets, share, directions...)
			if err != nil {
				t.Fatal(err)
			}
			for x := range side {
				for y := range side {
					count := 0
					for _, set := range sets {
						for _, p := range set {
							if noWorse(p, x, y) {
								count++
								break
							}
						}
					}
					inside := false
					for _, p := range corners {
						inside = inside || noWorse(p, x, y)
					}
					if want := float64(count) >= share*float64(len(sets)); inside != want {
						t.Fatalf("round %d, share %g: (%d, %d) is attained by %d of %d sets, by the surface: %t\n%v\n%v",
							round, share, x, y, count, len(sets), inside, sets, corners)
					}
				}
			}
			if front, err := Front(corners, directions...); err != nil || len(front) != len(corners) {
				t.Fatalf("a corner is dominated: %v (%v)", corners, err)
			}
		}
	}
}

func TestAttainmentRefuses(t *testing.T) {
	one := [][][]float64{{{1, 2}}}
	for _, share := range []float64{0, -1, 1.5} {
		if _, err := Attainment(one, share); err == nil {
			t.Errorf("share %g: no error", share)
		}
	}
	if _, err := Attainment([][][]float64{{{1, 2, 3}}}, 0.5); err == nil {
		t.Error("three objectives: no error")
	}
}

// What half of three searches reach.
func ExampleAttainment() {
	searches := [][][]float64{{{0.9, 0.5}}, {{0.8, 0.8}, {0.9, 0.4}}, {{0.7, 0.9}}}
	corners, err := Attainment(searches, 0.5)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(corners)
	// Output: [[0.9 0.4] [0.8 0.5] [0.7 0.8]]
}
