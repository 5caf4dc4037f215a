package data

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Split returns the set with a share of the training images, above 0 and below 1, set
// apart as validation images: of each class the nearest whole number to its share,
// but not all. The seed decides which; both parts keep the order of the images. Test
// images stay as they are. It is an error if the set has validation images, or too few
// training images to set any apart.
func (s *Set) Split(share float64, seed uint64) (*Set, error) {
	if !(share > 0 && share < 1) {
		return nil, fmt.Errorf("data: the share of validation images must be above 0 and below 1, is %g", share)
	}
	if s.Validation.Len() > 0 {
		return nil, fmt.Errorf("data: set %s has validation images already", s.Name)
	}
	classes := make([][]int, 256) // labels are bytes
	for i := range s.Train.Len() {
		label := s.Train.Labels[i]
		classes[label] = append(classes[label], i)
	}
	rng := rand.New(rand.NewPCG(seed, 0x7370_6c69_74)) // its own stream: "split"
	apart := make([]bool, s.Train.Len())
	enough := false
	for _, images := range classes {
		n := min(int(math.Round(share*float64(len(images)))), len(images)-1)
		rng.Shuffle(len(images), func(i, j int) { images[i], images[j] = images[j], images[i] })
		for k := range n {
			apart[images[k]] = true
			enough = true
		}
	}
	if !enough {
		return nil, fmt.Errorf("data: set %s has %d training images, too few to set %g of each class apart for validation",
			s.Name, s.Train.Len(), share)
	}
	split := *s
	split.Train = s.Train.pick(apart, false)
	split.Validation = s.Train.pick(apart, true)
	return &split, nil
}

// pick copies the images whose mark is want.
func (m *Images) pick(marks []bool, want bool) *Images {
	p := &Images{Width: m.Width, Height: m.Height, Channels: m.Channels}
	for i, mark := range marks {
		if mark == want {
			p.Pixels = append(p.Pixels, m.At(i)...)
			p.Labels = append(p.Labels, m.Labels[i])
		}
	}
	return p
}
