package train

import "math"

// rate is the learning rate of update step of steps, both of the whole
// training: linear warm-up from 0, then half a cosine (Loshchilov and Hutter
// 2017, equation 5, without restarts). The first update of a warm-up of n
// updates has rate 1/n of the highest.
func (o *Options) rate(step, steps, perEpoch int) float64 {
	warm := min(int(math.Round(o.WarmUp*float64(perEpoch))), steps)
	if step < warm {
		return o.LearningRate * float64(step+1) / float64(warm)
	}
	t := float64(step-warm) / float64(max(1, steps-warm))
	low := o.FinalRate * o.LearningRate
	return low + (o.LearningRate-low)*(1+math.Cos(math.Pi*t))/2
}
