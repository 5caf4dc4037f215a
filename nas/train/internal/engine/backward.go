package engine

// Gradients computes loss and gradients of the batch in the input, whose labels
// are given, with label smoothing. It returns the mean loss and the number of
// images classified right.
func (n *Net) Gradients(labels []uint8, smoothing float64) (loss float64, correct int) {
	images := len(labels)
	n.forward(images, true)
	loss, correct = lossAndGrad(n.logits, labels, n.Classes, n.lanes, smoothing, true)
	n.backward(images)
	return loss, correct
}

func (n *Net) backward(images int) {
	blocks := (images + n.lanes - 1) / n.lanes
	last := len(n.Convs) - 1
	features := n.y[last]
	dy := n.grads[last%2]
	target := dy
	if n.Pool {
		features, target = n.pooled, n.pooledGr
	}
	n.Dense.bwd.pack(n.Dense.Weights, nil, n.Threads)
	for k := range n.Classes {
		var s float32
		for nb := range blocks {
			for _, v := range n.logits[(nb*n.Classes+k)*n.lanes : (nb*n.Classes+k+1)*n.lanes] {
				s += v
			}
		}
		n.BiasGrad[k] = s
	}
	n.Dense.weightGrad(features, n.logits, blocks, n.Threads)
	parallel(n.Threads, blocks, func(nb, worker int) {
		n.Dense.bwd.row(target[nb*n.Dense.C*n.lanes:], n.logits[nb*n.Classes*n.lanes:], 0, n.taps[worker])
	})
	if n.Pool {
		n.unpool(dy, blocks)
	}
	n.gradMoments(last, dy, blocks)
	for i := last; i >= 0; i-- {
		dy = n.backwardLayer(i, dy, images, blocks)
	}
}

// unpool spreads the gradient of the means over the pixels.
func (n *Net) unpool(dy []float32, blocks int) {
	l := n.Convs[len(n.Convs)-1]
	width, pixels := l.F*n.lanes, l.OH*l.OW
	parallel(n.Threads, blocks, func(nb, _ int) {
		src := n.pooledGr[nb*width : (nb+1)*width]
		for i := range src {
			src[i] /= float32(pixels)
		}
		for p := range pixels {
			copy(dy[(nb*pixels+p)*width:(nb*pixels+p+1)*width], src)
		}
	})
}

// gradMoments sums what batch normalisation of layer i needs of dy.
func (n *Net) gradMoments(i int, dy []float32, blocks int) {
	l, b := n.Convs[i], n.Norms[i]
	groups, width := n.taskGroups(i, blocks), l.F*n.lanes
	parallel(n.Threads, blocks*groups, func(task, _ int) {
		sum, dot := b.partial(task)
		from, to := l.part(task, groups)
		for p := from * width; p < to*width; p += width {
			n.Set.GradMoments(&dy[p], &n.out[i][p], &b.scale[0], &b.shift[0], &sum[0], &dot[0], width)
		}
	})
}

// backwardLayer takes the gradient dy of layer i's output, whose sums were
// taken, computes the gradients of its weights and returns that of its input,
// with the sums for the layer before.
func (n *Net) backwardLayer(i int, dy []float32, images, blocks int) []float32 {
	l, b, out := n.Convs[i], n.Norms[i], n.out[i]
	groups, width := n.taskGroups(i, blocks), l.F*n.lanes
	b.backward(images, l.OH*l.OW, groups)
	partial := images%n.lanes != 0
	parallel(n.Threads, blocks*groups, func(task, _ int) {
		ka, kb, kc := b.a, b.b, b.c
		if partial && task/groups == blocks-1 {
			ka, kb, kc = b.ap, b.bp, b.cp
		}
		from, to := l.part(task, groups)
		for p := from * width; p < to*width; p += width {
			n.Set.GradApply(&dy[p], &out[p], &b.scale[0], &b.shift[0], &ka[0], &kb[0], &kc[0], width)
		}
	})
	x := n.x
	if i > 0 {
		x = n.y[i-1]
	}
	l.wgrad.compute(x, dy, blocks, n.Threads, n.shared, n.work)
	if i == 0 {
		return nil
	}
	l.bwd.pack(l.Weights, n.shared, n.Threads)
	din := n.grads[(i-1)%2]
	prev, pout := n.Norms[i-1], n.out[i-1]
	groups, width = n.taskGroups(i-1, blocks), l.C*n.lanes
	parallel(n.Threads, blocks*groups, func(task, worker int) {
		nb, g := task/groups, task%groups
		src := dy[nb*l.OH*l.OW*l.F*n.lanes:]
		sum, dot := prev.partial(task)
		base := nb * l.H * l.W * width
		l.bwd.compute(din[base:], src, g*l.H/groups, (g+1)*l.H/groups, n.work[worker], n.taps[worker], func(r int) {
			row := base + r*l.W*width
			for p := row; p < row+l.W*width; p += width {
				n.Set.GradMoments(&din[p], &pout[p], &prev.scale[0], &prev.shift[0], &sum[0], &dot[0], width)
			}
		})
	})
	return din
}
