package hw

import "fmt"

// SplitBy is the dimension along which a layer is divided over FPGAs.
type SplitBy int

// The ways to divide a layer.
const (
	// ByChannels gives each FPGA some of the output channels, and the weights
	// of those alone; each needs the whole input. Grouped layers divide whole
	// groups, and then each FPGA needs its groups' inputs alone.
	ByChannels SplitBy = iota
	// ByRows gives each FPGA some of the output rows; each needs all weights
	// and the input rows under its windows.
	ByRows
)

// String gives the dimension's name: channels or rows.
func (s SplitBy) String() string {
	if s == ByRows {
		return "rows"
	}
	return "channels"
}

// MarshalText makes the dimension its name in JSON.
func (s SplitBy) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads channels or rows.
func (s *SplitBy) UnmarshalText(b []byte) error {
	switch string(b) {
	case "channels":
		*s = ByChannels
	case "rows":
		*s = ByRows
	default:
		return fmt.Errorf("hw: split %q: want channels or rows", b)
	}
	return nil
}

// Share is one FPGA's part of a layer: output channels or rows First to Last,
// inclusive, of Of.
type Share struct {
	By    SplitBy `json:"by"`
	First int     `json:"first"`
	Last  int     `json:"last"`
	Of    int     `json:"of"`
}

// String writes the share as channels 1-24 of 64, counted from 1.
func (s Share) String() string {
	return fmt.Sprintf("%v %d-%d of %d", s.By, s.First+1, s.Last+1, s.Of)
}

// size is the share's channels or rows.
func (s Share) size() int { return s.Last - s.First + 1 }

// units is how many pieces the layer can be divided into: groups of channels
// stay whole.
func (l *Loops) units(by SplitBy) int {
	if by == ByRows {
		return l.R
	}
	if l.Groups > 1 {
		return l.Groups
	}
	return l.M
}

// part is the layer with n of its units alone.
func (l Loops) part(by SplitBy, n int) Loops {
	switch {
	case by == ByRows:
		l.R = n
	case l.Groups > 1:
		l.M, l.N, l.Groups = l.M/l.Groups*n, l.N/l.Groups*n, n
	default:
		l.M = n
	}
	return l
}

// share turns units from and n of them into a share.
func (l *Loops) share(by SplitBy, from, n int) Share {
	unit, of := 1, l.R
	if by == ByChannels {
		of = l.M
		unit = l.M / l.units(by)
	}
	return Share{By: by, First: from * unit, Last: (from+n)*unit - 1, Of: of}
}

// of is the layer as the share's FPGA sees it.
func (s *Share) of(l Loops) Loops {
	n := s.size()
	if s.By == ByChannels && l.Groups > 1 {
		n /= l.M / l.Groups
	}
	return l.part(s.By, n)
}
