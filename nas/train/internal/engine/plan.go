package engine

// A run is a stretch of output pixels in one direction that read the same
// window positions, each n positions of consecutive input pixels.
type run struct {
	out, outStep int // first output pixel, distance to the next
	in, inStep   int // first input pixel that the first output pixel reads, and its step
	count        int // output pixels
	slot, n      int // first window position, in the order of the packed weights, and how many
}

// outSize is the output extent of a convolution with same padding.
func outSize(n, stride int) int { return (n + stride - 1) / stride }

// padding is how far the window of the first output pixel starts before the
// input. Odd windows are centred on it, for every stride.
func padding(window int) int { return window / 2 }

// forwardRuns plans one direction of a convolution: output pixel o reads input
// pixels o*stride-padding+j for window positions j, where they exist.
func forwardRuns(size, window, stride int) []run {
	p := padding(window)
	var runs []run
	for o := range outSize(size, stride) {
		j0, j1 := max(0, p-o*stride), min(window, size+p-o*stride)
		runs = addRun(runs, run{out: o, outStep: 1, in: o*stride - p + j0, inStep: stride, count: 1, slot: j0, n: j1 - j0})
	}
	return runs
}

// backwardRuns plans one direction of the gradient with respect to the input:
// input pixel i receives from output pixels (i+padding-j)/stride for those
// window positions j that divide. It also returns the order of the packed
// window positions, which makes every pixel's positions consecutive.
func backwardRuns(size, window, stride int) (runs []run, order []int) {
	p, outs := padding(window), outSize(size, stride)
	first := make([]int, stride) // slot of each residue's first position
	for r := range stride {
		first[r] = len(order)
		for j := window - 1; j >= 0; j-- {
			if j%stride == r {
				order = append(order, j)
			}
		}
	}
	for r := range stride {
		for i := range size {
			if (i+p)%stride != r {
				continue
			}
			u := run{out: i, outStep: stride, inStep: 1, count: 1, slot: first[r]}
			for s := first[r]; s < len(order) && order[s]%stride == r; s++ {
				o := (i + p - order[s]) / stride
				if i+p-order[s] < 0 || o >= outs {
					continue
				}
				if u.n == 0 {
					u.slot, u.in = s, o
				}
				u.n++
			}
			runs = addRun(runs, u)
		}
	}
	return runs, order
}

// addRun appends r, or lengthens the last run where r continues it.
func addRun(runs []run, r run) []run {
	if len(runs) > 0 {
		l := &runs[len(runs)-1]
		if l.slot == r.slot && l.n == r.n && r.out == l.out+l.count*l.outStep && (r.n == 0 || r.in == l.in+l.count*l.inStep) {
			l.count++
			return runs
		}
	}
	return append(runs, r)
}

// rowTaps lists, for each output row, the input rows that it reads and the slot
// of the window row that belongs to each.
type rowTap struct{ slot, in int }

func rowTaps(size int, runs []run) [][]rowTap {
	rows := make([][]rowTap, size)
	for _, r := range runs {
		for c := range r.count {
			var t []rowTap
			for q := range r.n {
				t = append(t, rowTap{r.slot + q, r.in + c*r.inStep + q})
			}
			rows[r.out+c*r.outStep] = t
		}
	}
	return rows
}

// natural is the order 0, 1, ..., n-1.
func natural(n int) []int {
	o := make([]int, n)
	for i := range o {
		o[i] = i
	}
	return o
}
