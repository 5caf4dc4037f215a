package data

import (
	"math"
	"testing"
)

// TestHalve checks every pixel against the mean of the four that it replaces.
func TestHalve(t *testing.T) {
	s := Shapes(3, 7, 5)
	h, err := s.Halve()
	if err != nil {
		t.Fatal(err)
	}
	if s.Train.Width != 32 {
		t.Fatal("the set itself changed")
	}
	for _, pair := range [][2]*Images{{s.Train, h.Train}, {s.Test, h.Test}} {
		big, small := pair[0], pair[1]
		if small.Width != 16 || small.Height != 16 || small.Channels != 3 || small.Len() != big.Len() {
			t.Fatalf("%d images of %dx%dx%d", small.Len(), small.Channels, small.Height, small.Width)
		}
		for n := range big.Len() {
			for c := range 3 {
				for y := range 16 {
					for x := range 16 {
						sum := 0.0
						for _, d := range []int{0, 1, 32, 33} {
							sum += float64(big.At(n)[c*1024+2*y*32+2*x+d])
						}
						if got := float64(small.At(n)[c*256+y*16+x]); math.Abs(got-sum/4) > 0.5 {
							t.Fatalf("image %d, channel %d, %d,%d: %g, the mean is %g", n, c, y, x, got, sum/4)
						}
					}
				}
			}
		}
	}
	odd := &Set{Train: &Images{Width: 5, Height: 4, Channels: 1, Pixels: make([]uint8, 20), Labels: make([]uint8, 1)}}
	if _, err := odd.Halve(); err == nil {
		t.Error("5x4 images: no error")
	}
}
