package engine

// clearRest zeroes the lanes of the last block beyond the images.
func (n *Net) clearRest(images int) {
	live := images % n.lanes
	if live == 0 {
		return
	}
	size := n.H * n.W * n.C
	base := images / n.lanes * size * n.lanes
	for p := range size {
		clear(n.x[base+p*n.lanes+live : base+(p+1)*n.lanes])
	}
}

// forward computes the logits of the first images of the input.
func (n *Net) forward(images int, train bool) {
	n.clearRest(images)
	blocks := (images + n.lanes - 1) / n.lanes
	x := n.x
	for i, l := range n.Convs {
		l.fwd.pack(l.Weights, n.shared, n.Threads)
		b, out, y := n.Norms[i], n.out[i], n.y[i]
		groups := n.taskGroups(i, blocks)
		width := l.F * n.lanes
		if !train {
			b.evaluate()
		}
		parallel(n.Threads, blocks*groups, func(task, worker int) {
			nb, g := task/groups, task%groups
			src := x[nb*l.H*l.W*l.C*n.lanes:]
			sum, dot := b.partial(task)
			base := nb * l.OH * l.OW * width
			l.fwd.compute(out[base:], src, g*l.OH/groups, (g+1)*l.OH/groups, n.work[worker], n.taps[worker], func(r int) {
				row := base + r*l.OW*width
				for p := row; p < row+l.OW*width; p += width {
					if train {
						n.Set.Moments(&out[p], &sum[0], &dot[0], width)
					} else {
						n.Set.AffineReLU(&y[p], &out[p], &b.scale[0], &b.shift[0], width)
					}
				}
			})
		})
		if train {
			b.forward(images, l.OH*l.OW, groups)
			parallel(n.Threads, blocks*groups, func(task, _ int) {
				from, to := l.part(task, groups)
				for p := from * width; p < to*width; p += width {
					n.Set.AffineReLU(&y[p], &out[p], &b.scale[0], &b.shift[0], width)
				}
			})
		}
		x = y
	}
	if n.Pool {
		n.pool(x, blocks)
		x = n.pooled
	}
	n.Dense.fwd.pack(n.Dense.Weights, nil, n.Threads)
	parallel(n.Threads, blocks, func(nb, worker int) {
		o := n.logits[nb*n.Classes*n.lanes : (nb+1)*n.Classes*n.lanes]
		n.Dense.fwd.row(o, x[nb*n.Dense.C*n.lanes:], 0, n.taps[worker])
		for i := range o {
			o[i] += n.Bias[i/n.lanes]
		}
	})
}

// pool averages each channel of y over its pixels.
func (n *Net) pool(y []float32, blocks int) {
	l := n.Convs[len(n.Convs)-1]
	width, pixels := l.F*n.lanes, l.OH*l.OW
	parallel(n.Threads, blocks, func(nb, _ int) {
		dst := n.pooled[nb*width : (nb+1)*width]
		clear(dst)
		for p := range pixels {
			for i, v := range y[(nb*pixels+p)*width : (nb*pixels+p+1)*width] {
				dst[i] += v
			}
		}
		for i := range dst {
			dst[i] /= float32(pixels)
		}
	})
}

// Infer computes the logits of the first images of the input with the running
// statistics.
func (n *Net) Infer(images int) { n.forward(images, false) }

// Loss returns the mean cross entropy of the logits that Infer computed and how
// many images were classified right.
func (n *Net) Loss(labels []uint8) (loss float64, correct int) {
	return lossAndGrad(n.logits, labels, n.Classes, n.lanes, 0, false)
}

// Logit returns the output for class k of image i, after Infer.
func (n *Net) Logit(i, k int) float32 {
	return n.logits[(i/n.lanes*n.Classes+k)*n.lanes+i%n.lanes]
}

// Argmax is the class of the largest logit of image i, after Infer.
func (n *Net) Argmax(i int) int {
	best := 0
	for k := 1; k < n.Classes; k++ {
		if n.Logit(i, k) > n.Logit(i, best) {
			best = k
		}
	}
	return best
}
