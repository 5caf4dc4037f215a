package report

import (
	"fmt"
	"strings"
)

// Percent writes a fraction.
func Percent(x float64) string { return fmt.Sprintf("%.1f%%", 100*x) }

// Count writes a large number of operations with its unit: 58.6 M, 15.5 G.
func Count(n int64) string {
	for _, u := range []struct {
		of   float64
		name string
	}{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if float64(n) >= u.of {
			return fmt.Sprintf("%.4g %s", float64(n)/u.of, u.name)
		}
	}
	return fmt.Sprint(n)
}

// Wrap breaks words into lines.
func Wrap(s string, width int) string {
	var b strings.Builder
	at := 0
	for i, w := range strings.Fields(s) {
		if i > 0 {
			if at+1+len(w) > width {
				b.WriteByte('\n')
				at = 0
			} else {
				b.WriteByte(' ')
				at++
			}
		}
		b.WriteString(w)
		at += len(w)
	}
	return b.String()
}
