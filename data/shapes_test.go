package data

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"runtime"
	"slices"
	"testing"
)

// TestShapesGolden holds the pictures fast: networks were measured on them, and
// every machine has to draw the same.
func TestShapesGolden(t *testing.T) {
	s := Shapes(1, 100, 50)
	h := sha256.New()
	for _, m := range []*Images{s.Train, s.Test} {
		h.Write(m.Pixels)
		h.Write(m.Labels)
	}
	const want = "7104ff3a127bcab0839059180024aa86fc7ef39072d2da7aa2ff58e72bf1620f"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("the pictures have sum %s, want %s", got, want)
	}
}

func TestShapesImageDoesNotDependOnCount(t *testing.T) {
	few, many := Shapes(7, 13, 5), Shapes(7, 60, 40)
	if !bytes.HasPrefix(many.Train.Pixels, few.Train.Pixels) || !bytes.HasPrefix(many.Train.Labels, few.Train.Labels) {
		t.Error("the first training images depend on how many there are")
	}
	if !bytes.HasPrefix(many.Test.Pixels, few.Test.Pixels) || !bytes.HasPrefix(many.Test.Labels, few.Test.Labels) {
		t.Error("the first test images depend on how many there are")
	}
}

func TestShapesDoNotDependOnCores(t *testing.T) {
	many := Shapes(3, 40, 10)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := Shapes(3, 40, 10)
	if !bytes.Equal(one.Train.Pixels, many.Train.Pixels) || !bytes.Equal(one.Test.Pixels, many.Test.Pixels) {
		t.Error("another number of cores gives other images")
	}
}

func TestShapesStreamsAreDisjoint(t *testing.T) {
	seen := map[string]string{}
	for _, seed := range []uint64{0, 1, 2} {
		s := Shapes(seed, 200, 200)
		for part, m := range map[string]*Images{"training": s.Train, "test": s.Test} {
			for i := range m.Len() {
				image := string(m.At(i))
				if first := seen[image]; first != "" {
					t.Fatalf("seed %d: %s image %d repeats a %s image", seed, part, i, first)
				}
				seen[image] = part
			}
		}
	}
}

func TestShapesAreBalanced(t *testing.T) {
	s := Shapes(5, 200, 0)
	if s.Test.Len() != 0 || s.Train.Len() != 200 || len(s.Classes) != 10 {
		t.Fatalf("%v", s)
	}
	orders := map[string]bool{}
	for i := 0; i < 200; i += 10 {
		block := s.Train.Labels[i : i+10]
		var seen [10]bool
		for _, l := range block {
			seen[l] = true
		}
		if seen != [10]bool{true, true, true, true, true, true, true, true, true, true} {
			t.Errorf("images %d to %d have classes %v, want each once", i, i+9, block)
		}
		orders[string(block)] = true
	}
	if len(orders) < 15 {
		t.Errorf("only %d orders of the classes in 20 blocks", len(orders))
	}
}

// TestMarkAreas compares every mark with its area by geometry, in its own
// coordinates and as painted.
func TestMarkAreas(t *testing.T) {
	half := func(r, h float64) float64 { // the part of a disc above v = -h
		return math.Pi*r*r/2 + h*math.Sqrt(r*r-h*h) + r*r*math.Asin(h/r)
	}
	want := map[string]float64{
		"disc":     math.Pi * 800 * 800,
		"square":   1440 * 1440,
		"triangle": 3 * math.Sqrt(3) * 540 * 540,
		"ring":     math.Pi * (1000*1000 - 560*560),
		"frame":    1760*1760 - 1000*1000,
		"bar":      2000 * 520,
		"angle":    2*1600*500 - 500*500,
		"tee":      1800*500 + 500*1200,
		"plus":     2*2000*500 - 500*500,
		"arc":      half(1000, 150) - half(560, 150),
	}
	for _, m := range marks {
		const step = 4
		n := 0
		for u := -1600; u <= 1600; u += step {
			for v := -1600; v <= 1600; v += step {
				if m.inside(u, v) {
					n++
				}
			}
		}
		if got := float64(n) * step * step; math.Abs(got/want[m.name]-1) > 0.015 {
			t.Errorf("%s has area %.0f, want %.0f", m.name, got, want[m.name])
		}
		for _, angle := range []int{0, 9, 64, 250} {
			const r = 192 // 12 pixels
			var c canvas
			c.stamp(256, 261, r, angle, colour{255, 100, 0}, m.inside)
			sum := [3]int{}
			for _, p := range c {
				for k := range p {
					sum[k] += p[k]
				}
			}
			painted := want[m.name] * r * r / (unit * unit) / (subPixel * subPixel)
			for k, value := range []float64{255, 100, 0} {
				if got := float64(sum[k]) / 16; math.Abs(got-painted*value) > 0.03*painted*value {
					t.Errorf("%s turned by %d, channel %d: %.1f painted, want %.1f", m.name, angle, k, got, painted*value)
				}
			}
		}
	}
}

func BenchmarkShapes(b *testing.B) {
	for b.Loop() {
		Shapes(1, 100, 0)
	}
}

// TestHardShapes checks that the hard set has the labels of the plain one and other
// pictures, and that Generated and Open know both by name.
func TestHardShapes(t *testing.T) {
	plain, hard := Shapes(3, 50, 20), HardShapes(3, 50, 20)
	if !slices.Equal(plain.Train.Labels, hard.Train.Labels) || slices.Equal(plain.Train.Pixels, hard.Train.Pixels) {
		t.Error("want the same labels and other pictures")
	}
	for _, want := range []*Set{plain, hard} {
		got, ok := Generated(want.Name, 3, 50, 20)
		if !ok || !slices.Equal(got.Test.Pixels, want.Test.Pixels) {
			t.Errorf("Generated does not give %s", want.Name)
		}
		if set, err := Open(want.Name, 1); err != nil || set.Name != want.Name || set.Train.Len() != DefaultShapesTrain {
			t.Errorf("Open(%q): %v, %v", want.Name, set, err)
		}
	}
	if _, ok := Generated("cifar10", 1, 1, 1); ok {
		t.Error("cifar10 is not generated")
	}
}
