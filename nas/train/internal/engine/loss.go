package engine

import "math"

// lossAndGrad computes the mean cross entropy of softmax over the logits of
// images images ([block][class][lane]) and, where grad is set, overwrites the
// logits with its gradient. With smoothing e, the target is 1-e+e/classes for
// the label and e/classes for the rest. It also counts the images whose largest
// logit is their label's.
func lossAndGrad(logits []float32, labels []uint8, classes, lanes int, smoothing float64, grad bool) (loss float64, correct int) {
	n := len(labels)
	off := smoothing / float64(classes)
	e := make([]float64, classes)
	for i, label := range labels {
		at := i/lanes*classes*lanes + i%lanes
		top, best := logits[at], 0
		for k := range classes {
			if v := logits[at+k*lanes]; v > top {
				top, best = v, k
			}
		}
		if best == int(label) {
			correct++
		}
		sum, mean := 0.0, 0.0
		for k := range classes {
			v := float64(logits[at+k*lanes]) - float64(top)
			e[k] = math.Exp(v)
			sum += e[k]
			mean += v
		}
		own := float64(logits[at+int(label)*lanes]) - float64(top)
		loss += math.Log(sum) - (1-smoothing)*own - off*mean
		if !grad {
			continue
		}
		for k := range classes {
			t := off
			if k == int(label) {
				t += 1 - smoothing
			}
			logits[at+k*lanes] = float32((e[k]/sum - t) / float64(n))
		}
	}
	if grad && n%lanes != 0 {
		base := n / lanes * classes * lanes
		for k := range classes {
			clear(logits[base+k*lanes+n%lanes : base+(k+1)*lanes])
		}
	}
	return loss / float64(n), correct
}
