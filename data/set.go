package data

import "fmt"

// Images holds equally sized pictures and their labels.
//
// Image n occupies Pixels[n*C*H*W : (n+1)*C*H*W], channel by channel, each
// channel row by row from the top left: the value of channel c at row y and
// column x is Pixels[((n*C+c)*H+y)*W+x], from 0 (dark) to 255. Labels[n] is the
// index of its class in the Classes of the set.
type Images struct {
	Width, Height, Channels int
	Pixels                  []uint8
	Labels                  []uint8
}

// Len returns the number of images; a nil *Images has none.
func (m *Images) Len() int {
	if m == nil {
		return 0
	}
	return len(m.Labels)
}

// ImageBytes returns the number of bytes of one image, C*H*W.
func (m *Images) ImageBytes() int { return m.Channels * m.Height * m.Width }

// At returns the pixels of image n, in CHW order. They share memory with m.
// It panics if n is out of range.
func (m *Images) At(n int) []uint8 {
	size := m.ImageBytes()
	return m.Pixels[n*size : (n+1)*size : (n+1)*size]
}

// First returns the first n images of m (all of them if n <= 0 or n exceeds
// their number), sharing memory with m.
func (m *Images) First(n int) *Images {
	if m == nil || n <= 0 || n >= m.Len() {
		return m
	}
	size := n * m.ImageBytes()
	return &Images{
		Width: m.Width, Height: m.Height, Channels: m.Channels,
		Pixels: m.Pixels[:size:size],
		Labels: m.Labels[:n:n],
	}
}

// Set is a data set for classification: pictures to learn from, and pictures
// held back to measure accuracy on. Networks that were chosen for their accuracy on
// some pictures look better on these than they are: so there may be pictures to choose
// by, Validation, beside those that have the last word, Test.
type Set struct {
	Name    string   // "shapes", "cifar-10", or the name of the folder
	Classes []string // what label k means
	Train   *Images
	Test    *Images
	// Validation, where the set has such a part or Split has set images apart, is none
	// of the images of Train.
	Validation *Images
	Note       string // which files it was read from, and which of the usual ones are missing
}

// Subset returns the set made of the first train training images and the first
// test test images; a count that is zero, negative or too large stands for all.
// The pixels are shared with s, not copied. Validation images stay as they are.
func (s *Set) Subset(train, test int) *Set {
	sub := *s
	sub.Train = s.Train.First(train)
	sub.Test = s.Test.First(test)
	return &sub
}

// String describes the set in one line.
func (s *Set) String() string {
	m := s.Train
	if m.Len() == 0 {
		m = s.Test
	}
	if m == nil {
		return s.Name + ": empty"
	}
	return fmt.Sprintf("%s: %d classes, %dx%dx%d, %s",
		s.Name, len(s.Classes), m.Channels, m.Height, m.Width, s.Counts())
}

// Counts says how many images the parts of the set have, as in "2000 training, 500
// validation and 1000 test images"; validation is left out where there is none.
func (s *Set) Counts() string {
	if n := s.Validation.Len(); n > 0 {
		return fmt.Sprintf("%d training, %d validation and %d test images", s.Train.Len(), n, s.Test.Len())
	}
	return fmt.Sprintf("%d training and %d test images", s.Train.Len(), s.Test.Len())
}
