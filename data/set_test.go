package data

import (
	"bytes"
	"testing"
)

func TestSubset(t *testing.T) {
	s := Shapes(1, 30, 20)
	sub := s.Subset(10, 0)
	if sub.Train.Len() != 10 || sub.Test.Len() != 20 || s.Train.Len() != 30 {
		t.Fatalf("Subset(10, 0) has %d and %d images, and the set %d", sub.Train.Len(), sub.Test.Len(), s.Train.Len())
	}
	for i := range 10 {
		if !bytes.Equal(sub.Train.At(i), s.Train.At(i)) {
			t.Errorf("image %d differs from the set's", i)
		}
	}
	if sub = s.Subset(1000, -1); sub.Train.Len() != 30 || sub.Test.Len() != 20 {
		t.Errorf("Subset(1000, -1) has %d and %d images, want all", sub.Train.Len(), sub.Test.Len())
	}
}

func TestImagesLenOfNil(t *testing.T) {
	var m *Images
	if m.Len() != 0 {
		t.Errorf("a nil *Images has %d images", m.Len())
	}
}
