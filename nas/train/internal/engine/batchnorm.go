package engine

import "math"

// Epsilon is what batch normalisation adds to a variance, and RunningRate the
// weight of a batch in the running statistics, as in PyTorch.
const (
	Epsilon     = 1e-5
	RunningRate = 0.1
)

// A BatchNorm normalises each of F channels over batch and pixels, then scales
// and shifts it (Ioffe and Szegedy 2015, algorithm 1). It comes with the ReLU
// that follows it.
type BatchNorm struct {
	Gamma, Beta, GammaGrad, BetaGrad []float32
	Mean, Var                        []float32 // running statistics, for evaluation

	f, lanes     int
	mean, inv    []float64 // of the batch
	scale, shift []float32 // y = relu(x*scale+shift), one value a lane
	// Gradient of x: a*g + b*x + c. The second set has zeros in the lanes of
	// the last block that hold no image.
	a, b, c    []float32
	ap, bp, cp []float32
	sum, dot   []float32 // partial sums, of each task
}

func newBatchNorm(f, lanes, tasks int, alloc func(int) []float32) *BatchNorm {
	n := &BatchNorm{f: f, lanes: lanes, mean: make([]float64, f), inv: make([]float64, f)}
	for _, p := range []*[]float32{&n.Gamma, &n.Beta, &n.GammaGrad, &n.BetaGrad, &n.Mean, &n.Var} {
		*p = alloc(f)
	}
	for _, p := range []*[]float32{&n.scale, &n.shift, &n.a, &n.b, &n.c, &n.ap, &n.bp, &n.cp} {
		*p = alloc(f * lanes)
	}
	n.sum, n.dot = alloc(tasks*f*lanes), alloc(tasks*f*lanes)
	return n
}

// partial is the sums that one task adds to, from zero.
func (n *BatchNorm) partial(task int) (sum, dot []float32) {
	w := n.f * n.lanes
	sum, dot = n.sum[task*w:(task+1)*w], n.dot[task*w:(task+1)*w]
	clear(sum)
	clear(dot)
	return sum, dot
}

// total adds up the partial sums of channel f: tasks tasks a block, in order,
// counting only the lanes that hold one of the images.
func (n *BatchNorm) total(f, images, groups int) (sum, dot float64) {
	w := n.f * n.lanes
	for t := 0; images > t/groups*n.lanes; t++ {
		o := t*w + f*n.lanes
		live := min(n.lanes, images-t/groups*n.lanes)
		for i, v := range n.sum[o : o+live] {
			sum += float64(v)
			dot += float64(n.dot[o+i])
		}
	}
	return sum, dot
}

// forward turns the partial sums of x and x*x into scale and shift, and updates
// the running statistics.
func (n *BatchNorm) forward(images, pixels, groups int) {
	m := float64(images * pixels)
	for f := range n.f {
		s, q := n.total(f, images, groups)
		mean := s / m
		variance := max(0, q/m-mean*mean)
		if math.IsNaN(q) || math.IsInf(q, 0) {
			variance = math.NaN()
		}
		n.mean[f], n.inv[f] = mean, 1/math.Sqrt(variance+Epsilon)
		n.Mean[f] += RunningRate * (float32(mean) - n.Mean[f])
		unbiased := variance
		if m > 1 {
			unbiased *= m / (m - 1)
		}
		n.Var[f] += RunningRate * (float32(unbiased) - n.Var[f])
		n.affine(f, mean, n.inv[f])
	}
}

// evaluate sets scale and shift from the running statistics.
func (n *BatchNorm) evaluate() {
	for f := range n.f {
		n.affine(f, float64(n.Mean[f]), 1/math.Sqrt(float64(n.Var[f])+Epsilon))
	}
}

func (n *BatchNorm) affine(f int, mean, inv float64) {
	a := float64(n.Gamma[f]) * inv
	scale, shift := float32(a), float32(float64(n.Beta[f])-mean*a)
	for i := f * n.lanes; i < (f+1)*n.lanes; i++ {
		n.scale[i], n.shift[i] = scale, shift
	}
}

// backward turns the partial sums of g and g*x into the gradients of Gamma and
// Beta and the coefficients of the gradient of x:
//
//	gamma*inv * (g - mean(g) - xhat*mean(g*xhat)),  xhat = (x-mean)*inv
func (n *BatchNorm) backward(images, pixels, groups int) {
	m := float64(images * pixels)
	live := images % n.lanes
	for f := range n.f {
		s, q := n.total(f, images, groups)
		mean, inv := n.mean[f], n.inv[f]
		dg := (q - mean*s) * inv
		n.GammaGrad[f], n.BetaGrad[f] = float32(dg), float32(s)
		a := float64(n.Gamma[f]) * inv
		b := -a * inv * dg / m
		c := -a*s/m - b*mean
		for i := range n.lanes {
			o := f*n.lanes + i
			n.a[o], n.b[o], n.c[o] = float32(a), float32(b), float32(c)
			if live == 0 || i < live {
				n.ap[o], n.bp[o], n.cp[o] = float32(a), float32(b), float32(c)
			} else {
				n.ap[o], n.bp[o], n.cp[o] = 0, 0, 0
			}
		}
	}
}
