package kernel

import "unsafe"

// goLanes is the images of a block of the plain Go kernels.
const goLanes = 8

// goSet is written in plain Go: the set of machines without a better one, and
// of programs that are built with the tag purego.
var goSet = &Set{
	Name: "go", Lanes: goLanes,
	Rows: []int{4, 2, 1}, WRows: []int{2, 1}, WCols: []int{2, 1},
	conv: [maxRows + 1]ConvFunc{1: goConv1, 2: goConv2, 4: goConv4},
	wgrad: [maxWRows + 1][maxWCols + 1]WGradFunc{
		1: {1: goWGrad1x1, 2: goWGrad1x2},
		2: {1: goWGrad2x1, 2: goWGrad2x2},
	},
	Moments: goMoments, AffineReLU: goAffineReLU, GradMoments: goGradMoments, GradApply: goGradApply,
	winograd: goWinograd(),
}

// ptr moves a float pointer by a number of bytes.
func ptr(p *float32, bytes int) *float32 {
	return (*float32)(unsafe.Add(unsafe.Pointer(p), bytes))
}

// lanes is the row of goLanes floats at p.
func lanes(p *float32) *[goLanes]float32 { return (*[goLanes]float32)(unsafe.Pointer(p)) }

// tapList is the taps that a kernel was given.
func tapList(taps *int64, n int) []Tap { return unsafe.Slice((*Tap)(unsafe.Pointer(taps)), n) }

func goConv1(out, in, w *float32, taps *int64, ntaps, npix, outPix, inPix, acc int) {
	for p := range npix {
		o := lanes(ptr(out, p*outPix))
		var a [goLanes]float32
		if acc != 0 {
			a = *o
		}
		for _, t := range tapList(taps, ntaps) {
			x, q := ptr(in, p*inPix+int(t.In)), unsafe.Slice(ptr(w, int(t.W)), t.K)
			for k, v := range q {
				b := lanes(ptr(x, k*goLanes*4))
				for i := range a {
					a[i] += v * b[i]
				}
			}
		}
		*o = a
	}
}

func goConv2(out, in, w *float32, taps *int64, ntaps, npix, outPix, inPix, acc int) {
	for p := range npix {
		for h := 0; h < goLanes; h += 4 {
			o := ptr(out, p*outPix+4*h)
			var a00, a01, a02, a03, a10, a11, a12, a13 float32
			if acc != 0 {
				r := (*[goLanes + 4]float32)(unsafe.Pointer(o))
				a00, a01, a02, a03 = r[0], r[1], r[2], r[3]
				a10, a11, a12, a13 = r[goLanes], r[goLanes+1], r[goLanes+2], r[goLanes+3]
			}
			for _, t := range tapList(taps, ntaps) {
				x, q := ptr(in, p*inPix+int(t.In)+4*h), ptr(w, int(t.W))
				for range t.K {
					b, v := (*[4]float32)(unsafe.Pointer(x)), (*[2]float32)(unsafe.Pointer(q))
					v0, v1 := v[0], v[1]
					a00 += v0 * b[0]
					a01 += v0 * b[1]
					a02 += v0 * b[2]
					a03 += v0 * b[3]
					a10 += v1 * b[0]
					a11 += v1 * b[1]
					a12 += v1 * b[2]
					a13 += v1 * b[3]
					x, q = ptr(x, 4*goLanes), ptr(q, 8)
				}
			}
			r := (*[goLanes + 4]float32)(unsafe.Pointer(o))
			r[0], r[1], r[2], r[3] = a00, a01, a02, a03
			r[goLanes], r[goLanes+1], r[goLanes+2], r[goLanes+3] = a10, a11, a12, a13
		}
	}
}

// goConv4 is the one that matters: two passes of four channels by four images,
// which is what the registers hold.
func goConv4(out, in, w *float32, taps *int64, ntaps, npix, outPix, inPix, acc int) {
	for p := range npix {
		for h := 0; h < goLanes; h += 4 {
			o := (*[3*goLanes + 4]float32)(unsafe.Pointer(ptr(out, p*outPix+4*h)))
			var a00, a01, a02, a03, a10, a11, a12, a13, a20, a21, a22, a23, a30, a31, a32, a33 float32
			if acc != 0 {
				a00, a01, a02, a03 = o[0], o[1], o[2], o[3]
				a10, a11, a12, a13 = o[goLanes], o[goLanes+1], o[goLanes+2], o[goLanes+3]
				a20, a21, a22, a23 = o[2*goLanes], o[2*goLanes+1], o[2*goLanes+2], o[2*goLanes+3]
				a30, a31, a32, a33 = o[3*goLanes], o[3*goLanes+1], o[3*goLanes+2], o[3*goLanes+3]
			}
			for _, t := range tapList(taps, ntaps) {
				x, q := ptr(in, p*inPix+int(t.In)+4*h), ptr(w, int(t.W))
				for range t.K {
					b, v := (*[4]float32)(unsafe.Pointer(x)), (*[4]float32)(unsafe.Pointer(q))
					b0, b1, b2, b3 := b[0], b[1], b[2], b[3]
					a00 += v[0] * b0
					a01 += v[0] * b1
					a02 += v[0] * b2
					a03 += v[0] * b3
					a10 += v[1] * b0
					a11 += v[1] * b1
					a12 += v[1] * b2
					a13 += v[1] * b3
					a20 += v[2] * b0
					a21 += v[2] * b1
					a22 += v[2] * b2
					a23 += v[2] * b3
					a30 += v[3] * b0
					a31 += v[3] * b1
					a32 += v[3] * b2
					a33 += v[3] * b3
					x, q = ptr(x, 4*goLanes), ptr(q, 16)
				}
			}
			o[0], o[1], o[2], o[3] = a00, a01, a02, a03
			o[goLanes], o[goLanes+1], o[goLanes+2], o[goLanes+3] = a10, a11, a12, a13
			o[2*goLanes], o[2*goLanes+1], o[2*goLanes+2], o[2*goLanes+3] = a20, a21, a22, a23
			o[3*goLanes], o[3*goLanes+1], o[3*goLanes+2], o[3*goLanes+3] = a30, a31, a32, a33
		}
	}
}

func goWGrad1x1(dw, d, x *float32, _, npix, nrow, dPix, xPix, dRow, xRow int) {
	var a float32
	for r := range nrow {
		for p := range npix {
			u, s := lanes(ptr(d, r*dRow+p*dPix)), lanes(ptr(x, r*xRow+p*xPix))
			for i := range u {
				a += u[i] * s[i]
			}
		}
	}
	*dw += a
}

func goWGrad1x2(dw, d, x *float32, dwRow, npix, nrow, dPix, xPix, dRow, xRow int) {
	goWGrad1x1(dw, d, x, dwRow, npix, nrow, dPix, xPix, dRow, xRow)
	goWGrad1x1(ptr(dw, 4), d, ptr(x, 4*goLanes), dwRow, npix, nrow, dPix, xPix, dRow, xRow)
}

func goWGrad2x1(dw, d, x *float32, dwRow, npix, nrow, dPix, xPix, dRow, xRow int) {
	goWGrad1x1(dw, d, x, dwRow, npix, nrow, dPix, xPix, dRow, xRow)
	goWGrad1x1(ptr(dw, dwRow), ptr(d, 4*goLanes), x, dwRow, npix, nrow, dPix, xPix, dRow, xRow)
}

func goWGrad2x2(dw, d, x *float32, dwRow, npix, nrow, dPix, xPix, dRow, xRow int) {
	var a00, a01, a10, a11 float32
	for r := range nrow {
		for p := range npix {
			u := (*[2 * goLanes]float32)(unsafe.Pointer(ptr(d, r*dRow+p*dPix)))
			s := (*[2 * goLanes]float32)(unsafe.Pointer(ptr(x, r*xRow+p*xPix)))
			for i := range goLanes {
				u0, u1, s0, s1 := u[i], u[i+goLanes], s[i], s[i+goLanes]
				a00 += u0 * s0
				a01 += u0 * s1
				a10 += u1 * s0
				a11 += u1 * s1
			}
		}
	}
	o := (*[2]float32)(unsafe.Pointer(dw))
	o[0] += a00
	o[1] += a01
	o = (*[2]float32)(unsafe.Pointer(ptr(dw, dwRow)))
	o[0] += a10
	o[1] += a11
}

func goMoments(x, sum, sq *float32, n int) {
	a, s, q := unsafe.Slice(x, n), unsafe.Slice(sum, n), unsafe.Slice(sq, n)
	for i, v := range a {
		s[i] += v
		q[i] += v * v
	}
}

func goAffineReLU(dst, x, scale, shift *float32, n int) {
	d, a, m, c := unsafe.Slice(dst, n), unsafe.Slice(x, n), unsafe.Slice(scale, n), unsafe.Slice(shift, n)
	for i, v := range a {
		y := v*m[i] + c[i]
		if y < 0 {
			y = 0
		}
		d[i] = y
	}
}

func goGradMoments(dy, x, scale, shift, sum, dot *float32, n int) {
	d, a, m, c := unsafe.Slice(dy, n), unsafe.Slice(x, n), unsafe.Slice(scale, n), unsafe.Slice(shift, n)
	s, q := unsafe.Slice(sum, n), unsafe.Slice(dot, n)
	for i, v := range a {
		if v*m[i]+c[i] > 0 {
			g := d[i]
			s[i] += g
			q[i] += g * v
		}
	}
}

func goGradApply(dy, x, scale, shift, a, b, c *float32, n int) {
	d, xs, m, h := unsafe.Slice(dy, n), unsafe.Slice(x, n), unsafe.Slice(scale, n), unsafe.Slice(shift, n)
	as, bs, cs := unsafe.Slice(a, n), unsafe.Slice(b, n), unsafe.Slice(c, n)
	for i, v := range xs {
		r := cs[i] + bs[i]*v
		if v*m[i]+h[i] > 0 {
			r += as[i] * d[i]
		}
		d[i] = r
	}
}
