package accel

import (
	"math/rand/v2"
	"testing"
)

// TestTileLatency holds what SimulateTiles says of Latency, Drain and whole cycles
// against random layers.
func TestTileLatency(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	apart, near := 0, 0
	for range 3000 {
		l, d, target := randomTile(rng, true)
		plain, err := SimulateTiles(l, d, target, TileOptions{Whole: true, Steps: 3})
		if err != nil {
			t.Fatal(err)
		}
		v, drain := rng.IntN(20), rng.IntN(6)
		late, err := SimulateTiles(l, d, target, TileOptions{Whole: true, Latency: v, Drain: drain})
		if err != nil {
			t.Fatal(err)
		}
		load := plain.Loaded / float64(plain.Passes)
		pass := plain.Computed / float64(plain.Passes)
		store := plain.Stored / float64(plain.Tiles)
		tile := float64(plain.Passes/plain.Tiles) * max(load, pass)
		more := late.Cycles - plain.Cycles
		fixed := float64(v + drain)
		if max(load-pass, pass-load) >= float64(v) && max(tile-store, store-tile) >= float64(drain) {
			apart++
			if more != fixed {
				t.Errorf("%+v on %v, latency %d, drain %d: %v cycles more, want %v", l, d, v, drain, more, fixed)
			}
			continue
		}
		near++
		if most := fixed + float64(v)/2*float64(plain.Passes) + float64(drain)/2*float64(plain.Tiles); more < fixed || more > most {
			t.Errorf("%+v on %v, latency %d, drain %d: %v cycles more, want %v to %v", l, d, v, drain, more, fixed, most)
		}
	}
	if apart < 300 || near < 300 {
		t.Errorf("one-sided: %d apart, %d near", apart, near)
	}
}
