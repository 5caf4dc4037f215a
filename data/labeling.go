package data

import (
	"fmt"
	"math"
	"strconv"
)

// A labeling makes classes of labels as they stand in files, over all parts of a set.
// Labels that are whole numbers keep their numbers, so that the largest decides how many
// classes there are; they may begin at 1. Others are names.
type labeling struct {
	parts [][]uint8
	texts [][]string
	what  []string // where the labels of a part are from
	names bool
	first int // 1 where labels are all the numbers from 1 on
}

// maxNumberLabel is the largest label that is taken for the number of a class.
const maxNumberLabel = 255

// add takes the labels of a part; the first slice gets their classes when they are
// settled.
func (l *labeling) add(what string, to []uint8, labels []string) error {
	for i, text := range labels {
		if text == "" {
			return fmt.Errorf("%s: label %d is empty", what, i)
		}
		if f, err := strconv.ParseFloat(text, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<31 {
			labels[i] = strconv.Itoa(int(f)) // 1.0 is 1
		}
	}
	l.parts, l.texts, l.what = append(l.parts, to), append(l.texts, labels), append(l.what, what)
	return nil
}

// settle fills in the classes of all labels, and returns their names.
func (l *labeling) settle() ([]string, error) {
	most, whole := 0, true
	distinct := map[string]bool{}
	for p, labels := range l.texts {
		for i, text := range labels {
			distinct[text] = true
			n, err := strconv.Atoi(text)
			if err != nil {
				if f, notNumber := strconv.ParseFloat(text, 64); notNumber == nil {
					return nil, fmt.Errorf("%s: label %d is %v, no whole number: save the numbers of the classes, 0 and up", l.what[p], i, f)
				}
				whole = false
				continue
			}
			if n < 0 || n > maxNumberLabel {
				return nil, fmt.Errorf("%s: label %d is %d, not from 0 to %d", l.what[p], i, n, maxNumberLabel)
			}
			most = max(most, n)
		}
	}
	var names []string
	if l.names = !whole; l.names {
		if len(distinct) > maxClassesOfLabels {
			return nil, fmt.Errorf("%d different labels: there may be %d classes", len(distinct), maxClassesOfLabels)
		}
		for name := range distinct {
			names = append(names, name)
		}
		sortClasses(names)
	} else if len(distinct) > 0 {
		if !distinct["0"] && len(distinct) == most {
			l.first = 1
		}
		names = numberNames(most + 1)[l.first:]
	}
	index := make(map[string]uint8, len(names))
	for k, name := range names {
		index[name] = uint8(k)
	}
	for p, labels := range l.texts {
		for i, text := range labels {
			l.parts[p][i] = index[text]
		}
	}
	return names, nil
}

// note says how the labels were taken where that is not plain.
func (l *labeling) note() string {
	switch {
	case l.names:
		return "; labels are names"
	case l.first > 0:
		return "; labels begin at 1"
	}
	return ""
}
