package hw

import (
	"fmt"
	"math"
)

// maxTicks is the most ticks that a cycle has.
const maxTicks = 1 << 16

// CommonClock finds the slowest clock of which every clock is a whole fraction, in
// MHz, and how many of its periods, the ticks, a cycle of each clock takes: what
// times of FPGAs with different clocks are counted in, exactly. Equal clocks are
// their own common clock. Clocks count to a hertz; those without a common multiple
// that is small (a cycle of at most 2^16 ticks) are an error.
func CommonClock(mhz []float64) (common float64, ticks []int64, err error) {
	ticks = make([]int64, len(mhz))
	same := true
	hertz := int64(1)
	for i, c := range mhz {
		ticks[i] = 1
		same = same && c == mhz[0]
	}
	if same {
		return mhz[0], ticks, nil
	}
	for _, c := range mhz {
		h := max(1, int64(math.Round(c*1e6)))
		a, b := hertz, h
		for b != 0 {
			a, b = b, a%b
		}
		if hertz/a > math.MaxInt64/h {
			return 0, nil, unlikeClocks(mhz)
		}
		hertz = hertz / a * h
	}
	for i, c := range mhz {
		if ticks[i] = hertz / max(1, int64(math.Round(c*1e6))); ticks[i] > maxTicks {
			return 0, nil, unlikeClocks(mhz)
		}
	}
	return float64(hertz) / 1e6, ticks, nil
}

func unlikeClocks(mhz []float64) error {
	return fmt.Errorf("hw: the clocks %v MHz have no small common multiple: round them, to whole MHz for instance", mhz)
}
