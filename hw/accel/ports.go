package accel

import "coexplore/hw"

// portLimits is the words a cycle beyond which a port helps no layer.
type portLimits struct{ w, i, o int64 }

func (m *portLimits) add(x *tile, fillDrain bool) {
	m.w = max(m.w, 1, ceilDiv(x.w, x.comp))
	m.i = max(m.i, 1, ceilDiv(x.i, x.comp))
	m.o = max(m.o, 1, ceilDiv(x.o, x.inner*x.comp))
	if fillDrain { // the last store shrinks until it is one cycle
		m.o = max(m.o, x.o)
	}
}

// splits calls f with every way to share words a cycle out to the three ports
// that none with larger ports makes useless; it stops when f says so.
func (m *portLimits) splits(words int64, f func(hw.Ports) bool) bool {
	if m.w+m.i+m.o <= words {
		return f(hw.Ports{W: int(m.w), I: int(m.i), O: int(m.o)})
	}
	for w := int64(1); w <= min(m.w, words-2); w++ {
		for i := int64(1); i <= min(m.i, words-w-1); i++ {
			o := min(m.o, words-w-i)
			if w+i+o < words && (i < m.i || w < m.w) {
				continue // a larger input or weight port is free
			}
			if !f(hw.Ports{W: int(w), I: int(i), O: int(o)}) {
				return false
			}
		}
	}
	return true
}
