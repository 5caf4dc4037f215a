package controller

import "math"

// Exponential, logarithm, sigmoid and hyperbolic tangent, made from operations
// that IEEE 754 rounds exactly, in a fixed order, so that every machine gets
// the same bits. The standard library's have assembly on some machines.
//
// An explicit conversion, float64(a*b), keeps the compiler from fusing the
// product into a following sum (Go specification, floating-point operators).

const (
	expBits  = 6 // the table holds 2^(k/64)
	expSize  = 1 << expBits
	expScale = expSize / math.Ln2
	// ln2/64 in two parts; the first has 20 trailing zero bits, so that its
	// product with an integer below 2^17 is exact.
	expLn2Hi = 0x1.62e42feep-07
	expLn2Lo = math.Ln2/expSize - expLn2Hi
	// Adding and taking away 1.5*2^52 rounds to the nearest integer.
	roundMagic = 0x1.8p52
	// Beyond these, e^x is taken as e^-700 or e^700.
	expLimit = 700
)

// expTable holds 2^(k/64), from square roots of 2, which are exactly rounded.
var expTable = func() (table [expSize]float64) {
	var roots [expBits]float64 // 2^(1/2), 2^(1/4), ... 2^(1/64)
	r := 2.0
	for i := range roots {
		r = math.Sqrt(r)
		roots[i] = r
	}
	for k := range table {
		table[k] = 1
		for i, root := range roots {
			if k>>(expBits-1-i)&1 == 1 {
				table[k] *= root
			}
		}
	}
	return table
}()

// exp returns e^x for x in [-700, 700] with a relative error below 1e-15, and
// the value at the nearer end outside. x must not be NaN.
func exp(x float64) float64 {
	if x > expLimit {
		x = expLimit
	}
	if x < -expLimit {
		x = -expLimit
	}
	n := float64(x*expScale) + roundMagic - roundMagic
	r := x - float64(n*expLn2Hi) - float64(n*expLn2Lo)
	i := int(n)
	// e^r for |r| <= ln2/128: the Taylor series to r^5/120.
	q := float64(r*(1.0/120)) + 1.0/24
	q = float64(q*r) + 1.0/6
	q = float64(q*r) + 0.5
	q = float64(q*float64(r*r)) + r
	t := expTable[i&(expSize-1)]
	t += float64(t * q)
	return float64(t * math.Float64frombits(uint64(i>>expBits+1023)<<52))
}

// sigmoid returns 1/(1+e^-x).
func sigmoid(x float64) float64 { return 1 / (1 + exp(-x)) }

// tanh returns the hyperbolic tangent of x with an absolute error below 1e-15.
func tanh(x float64) float64 { return 1 - 2/(1+exp(x+x)) }

// log returns the natural logarithm of x, a normal positive number.
func log(x float64) float64 {
	frac, e := math.Frexp(x) // frac in [1/2, 1)
	if frac < math.Sqrt2/2 {
		frac *= 2
		e--
	}
	// log frac = 2 atanh s, s = (frac-1)/(frac+1), |s| < 0.172.
	s := (frac - 1) / (frac + 1)
	z := s * s
	q := 0.0
	for k := 21; k >= 1; k -= 2 {
		q = float64(q*z) + 1/float64(k)
	}
	return float64(float64(e)*math.Ln2) + float64(2*s*q)
}
