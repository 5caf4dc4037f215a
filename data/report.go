package data

import (
	"fmt"
	"math"
)

// Report says what a data set holds and what is wrong with it.
type Report struct {
	Name     string       `json:"name"`
	Dir      string       `json:"dir,omitempty"`
	Format   string       `json:"format"`         // "cifar-10 binary", "cifar-100 binary", "idx", "npz", "pixel table", "listed pictures", "pictures" or "generated"
	Note     string       `json:"note,omitempty"` // how images were read, where there is a choice
	Classes  []string     `json:"classes"`
	Files    []FileReport `json:"files,omitempty"`
	Parts    []PartReport `json:"parts"`    // training, validation where there is any, test
	Problems []string     `json:"problems"` // a line each, empty if all is well
}

// FileReport is about one file of the set.
type FileReport struct {
	File   string `json:"file"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	// Published is the data set whose publisher offers this very file (the same
	// name and sum), "" if none that is on record. A file that was unpacked or
	// compressed anew is none, and can be good all the same.
	Published string `json:"published,omitempty"`
	Problem   string `json:"problem,omitempty"`
}

// PartReport is about the training, the validation or the test images.
type PartReport struct {
	Part     string `json:"part"` // "training", "validation" or "test"
	Images   int    `json:"images"`
	Channels int    `json:"channels"`
	Height   int    `json:"height"`
	Width    int    `json:"width"`
	PerClass []int  `json:"per_class"` // images of each class
	// Mean and Std are the mean and the standard deviation of each channel's
	// values, from 0 to 255, over all pixels of all images.
	Mean []float64 `json:"mean"`
	Std  []float64 `json:"std"`
}

// Describe reports on a set that is not from a folder. Labels must be below the
// number of classes.
func Describe(s *Set) *Report {
	r := &Report{Name: s.Name, Format: "generated", Problems: []string{}}
	r.describe(s)
	return r
}

// problem notes a problem, in a line.
func (r *Report) problem(format string, args ...any) {
	r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
}

// describe adds what the images of a set say.
func (r *Report) describe(s *Set) {
	r.Classes = s.Classes
	seen := map[string]string{}
	twice := 0
	var both []string // the parts of images that stand in two
	count := map[string]int{}
	for _, part := range []struct {
		name string
		m    *Images
	}{{"training", s.Train}, {"validation", s.Validation}, {"test", s.Test}} {
		if part.m == nil && part.name == "validation" {
			continue
		}
		p := describePart(part.name, part.m, len(s.Classes))
		r.Parts = append(r.Parts, p)
		if p.Images == 0 {
			r.problem("there are no %s images; a network cannot be trained and measured without them", part.name)
			continue
		}
		for k, n := range p.PerClass {
			if n == 0 {
				r.problem("no %s image is of class %d (%s)", part.name, k, s.Classes[k])
			}
		}
		for k, std := range p.Std {
			if std == 0 {
				r.problem("all %s images have the same value everywhere in channel %d", part.name, k)
			}
		}
		for n := range p.Images {
			image := string(part.m.At(n))
			switch seen[image] {
			case "":
				seen[image] = part.name
			case part.name:
				twice++
			default:
				pair := part.name + " images are " + seen[image] + " images"
				if count[pair]++; count[pair] == 1 {
					both = append(both, pair)
				}
			}
		}
	}
	if twice > 0 {
		r.problem("%d images repeat another of the same part, pixel for pixel", twice)
	}
	for _, pair := range both {
		r.problem("%d %s too, pixel for pixel: accuracy on them says little", count[pair], pair)
	}
}

// describePart counts and measures one part of a set.
func describePart(name string, m *Images, classes int) PartReport {
	p := PartReport{Part: name, Images: m.Len(), PerClass: make([]int, classes), Mean: []float64{}, Std: []float64{}}
	if m == nil {
		return p
	}
	p.Channels, p.Height, p.Width = m.Channels, m.Height, m.Width
	for _, label := range m.Labels {
		p.PerClass[label]++
	}
	plane := m.Height * m.Width
	for k := range m.Channels {
		if m.Len() == 0 {
			break
		}
		// Sums of integers are exact: 255*255 times 2^40 pixels fits.
		var sum, squares uint64
		for n := range m.Len() {
			for _, v := range m.At(n)[k*plane : (k+1)*plane] {
				sum += uint64(v)
				squares += uint64(v) * uint64(v)
			}
		}
		count := float64(m.Len() * plane)
		mean := float64(sum) / count
		p.Mean = append(p.Mean, mean)
		p.Std = append(p.Std, math.Sqrt(max(0, float64(squares)/count-mean*mean)))
	}
	return p
}
