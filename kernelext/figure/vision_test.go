package figure

import (
	"image/color"
	"math"
	"testing"
)

// The colours that people without one kind of cones see: linear RGB is multiplied
// by a matrix. (Machado, Oliveira and Fernandes, "A physiologically-based model for
// simulation of color vision deficiency", IEEE Transactions on Visualization and
// Computer Graphics 15(6), 2009, doi:10.1109/TVCG.2009.113, the table for severity 1.0,
// www.inf.ufrgs.br/~oliveira/pubs_files/CVD_Simulation/CVD_Simulation.html.)
var deficiencies = map[string][3][3]float64{
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
	"none":         {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
}

// linear takes sRGB's gamma away (IEC 61966-2-1).
func linear(c color.Color) (v [3]float64) {
	r, g, b, _ := c.RGBA()
	for i, x := range []uint32{r, g, b} {
		s := float64(x) / 0xffff
		if s <= 0.04045 {
			v[i] = s / 12.92
		} else {
			v[i] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return v
}

// lab is a linear colour in CIELAB under D65.
func lab(v [3]float64) [3]float64 {
	xyz := [3]float64{
		(0.4124564*v[0] + 0.3575761*v[1] + 0.1804375*v[2]) / 0.95047,
		0.2126729*v[0] + 0.7151522*v[1] + 0.0721750*v[2],
		(0.0193339*v[0] + 0.1191920*v[1] + 0.9503041*v[2]) / 1.08883,
	}
	for i, t := range xyz {
		if t > 216./24389 {
			xyz[i] = math.Cbrt(t)
		} else {
			xyz[i] = (24389./27*t + 16) / 116
		}
	}
	return [3]float64{116*xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])}
}

// seen is a colour as it is seen.
func seen(c color.Color, m [3][3]float64) [3]float64 {
	v := linear(c)
	var out [3]float64
	for i := range out {
		for k := range v {
			out[i] += m[i][k] * v[k]
		}
		out[i] = min(max(out[i], 0), 1)
	}
	return lab(out)
}

// TestColourBlind looks at the colours of the first four series, and of any two
// that follow each other, with every kind of sight: they differ by ten or more in
// CIELAB (two to three can just be told side by side), and by twenty from the ground.
func TestColourBlind(t *testing.T) {
	for name, s := range map[string]*Style{"light": Light(), "dark": Dark()} {
		for kind, m := range deficiencies {
			apart := func(a, b color.Color) float64 {
				x, y := seen(a, m), seen(b, m)
				return math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2]))
			}
			for i, a := range s.Series {
				if d := apart(a, s.Paper); d < 20 {
					t.Errorf("%s, %s: series %d is %.1f from the ground", name, kind, i+1, d)
				}
				for k := range i {
					least := 10.
					if i >= 4 && k != i-1 {
						least = 8 // markers and dashes differ as well
					}
					if d := apart(a, s.Series[k]); d < least {
						t.Errorf("%s, %s: series %d and %d are %.1f apart", name, kind, k+1, i+1, d)
					}
				}
			}
		}
	}
}
