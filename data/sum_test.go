package data_test

import (
	"testing"

	"coexplore/data"
)

// TestSum: the checksum of a set follows every part of it, and nothing else.
func TestSum(t *testing.T) {
	set := data.Shapes(1, 40, 20)
	want := set.Sum()
	if got := data.Shapes(1, 40, 20).Sum(); got != want {
		t.Errorf("the same set: %s, want %s", got, want)
	}
	split, err := set.Split(0.25, 1)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{want: "the set"}
	differs := func(what string, s *data.Set) {
		t.Helper()
		if other, ok := seen[s.Sum()]; ok {
			t.Errorf("%s has the sum of %s", what, other)
		}
		seen[s.Sum()] = what
	}
	differs("another seed", data.Shapes(2, 40, 20))
	differs("fewer images", set.Subset(39, 20))
	differs("fewer test images", set.Subset(40, 19))
	differs("with validation images", split)
	set.Train.Pixels[17] ^= 1
	differs("another pixel", set)
	set.Train.Pixels[17] ^= 1
	set.Test.Labels[3] ^= 1
	differs("another label", set)
	set.Test.Labels[3] ^= 1
	set.Classes[0] += "s"
	differs("another name", set)
	set.Classes[0] = set.Classes[0][:len(set.Classes[0])-1]
	set.Name, set.Note = "other", "elsewhere"
	if got := set.Sum(); got != want {
		t.Error("the sum follows the set's name")
	}
}
