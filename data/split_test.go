package data

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

// numbered is a set of one-pixel-wide training images, each of which holds its number.
func numbered(labels ...uint8) *Set {
	m := &Images{Width: 1, Height: 2, Channels: 1, Labels: labels}
	for i := range labels {
		m.Pixels = append(m.Pixels, uint8(i>>8), uint8(i))
	}
	return &Set{Name: "numbered", Classes: []string{"a", "b", "c"}, Train: m, Test: &Images{Width: 1, Height: 2, Channels: 1}}
}

func numbers(m *Images) (list []int) {
	for i := range m.Len() {
		p := m.At(i)
		list = append(list, int(p[0])<<8|int(p[1]))
	}
	return list
}

// TestSplit checks that a split is disjoint, leaves no image out, keeps labels and
// order, and takes its share of each class.
func TestSplit(t *testing.T) {
	var labels []uint8
	for i := range 1000 { // classes of 600, 300 and 100 images, mixed
		labels = append(labels, []uint8{0, 1, 0, 2, 0, 1, 0, 0, 1, 0}[i*7%10])
	}
	whole := numbered(labels...)
	for _, share := range []float64{0.001, 0.1, 0.2, 0.333, 0.9, 0.9999} {
		set, err := whole.Split(share, 1)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[int]bool{}
		var count [2][3]int
		for part, m := range []*Images{set.Train, set.Validation} {
			before := -1
			for i, n := range numbers(m) {
				if seen[n] || n <= before || m.Labels[i] != labels[n] {
					t.Fatalf("share %g: image %d: seen before: %t, after image %d, label %d", share, n, seen[n], before, m.Labels[i])
				}
				seen[n], before = true, n
				count[part][m.Labels[i]]++
			}
		}
		if len(seen) != 1000 {
			t.Errorf("share %g: %d images of 1000", share, len(seen))
		}
		for class, all := range []int{600, 300, 100} {
			want := min(math.Round(share*float64(all)), float64(all-1))
			if float64(count[1][class]) != want || count[0][class]+count[1][class] != all {
				t.Errorf("share %g: %d of the %d images of class %d, want %g", share, count[1][class], all, class, want)
			}
		}
		again, _ := whole.Split(share, 1)
		if !reflect.DeepEqual(again, set) {
			t.Errorf("share %g: the same seed gives another split", share)
		}
		if other, _ := whole.Split(share, 2); reflect.DeepEqual(numbers(other.Validation), numbers(set.Validation)) {
			t.Errorf("share %g: seeds 1 and 2 give the same split", share)
		}
	}
	if whole.Validation != nil || whole.Train.Len() != 1000 {
		t.Error("the set that was split has changed")
	}
	half, err := Shapes(1, 100, 10).Split(0.2, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := half.String(), "shapes: 10 classes, 3x32x32, 80 training, 20 validation and 10 test images"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if half, err = half.Halve(); err != nil || half.Validation.Width != 16 || half.Validation.Len() != 20 {
		t.Errorf("halved: %v, %v", half, err)
	}
}

func TestSplitErrors(t *testing.T) {
	for _, share := range []float64{0, 1, -0.1, math.NaN()} {
		if _, err := numbered(0, 0, 1, 1).Split(share, 1); err == nil || !strings.Contains(err.Error(), "above 0 and below 1") {
			t.Errorf("share %g: error %v", share, err)
		}
	}
	if _, err := numbered(0, 1, 2).Split(0.9, 1); err == nil || !strings.Contains(err.Error(), "too few") {
		t.Errorf("an image a class: error %v", err)
	}
	set, err := numbered(0, 0, 0).Split(0.3, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := set.Split(0.3, 1); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("split twice: error %v", err)
	}
}
