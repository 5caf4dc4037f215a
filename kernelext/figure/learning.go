package figure

import (
	"fmt"

	"gonum.org/v1/plot/plotter"

	"coexplore/nas"
)

// Learning draws the accuracy of a training, epoch by epoch: on the training
// images, as the network was on its way through them, and on the held-out
// images, validation or test, for the epochs after which it was measured
// (train.Options.Validate).
func Learning(history []nas.Epoch) *Figure {
	return epochs(history, "Accuracy while training", "accuracy (%)",
		func(e *nas.Epoch) float64 { return 100 * e.TrainAccuracy },
		func(e *nas.Epoch) float64 { return 100 * (e.TestAccuracy + e.ValidationAccuracy) })
}

// Loss draws the mean cross entropy of a training, epoch by epoch, as Learning
// draws its accuracy. With label smoothing the loss on training images is that
// of the smoothed labels.
func Loss(history []nas.Epoch) *Figure {
	return epochs(history, "Loss while training", "mean cross entropy (nats)",
		func(e *nas.Epoch) float64 { return e.Loss },
		func(e *nas.Epoch) float64 { return e.TestLoss + e.ValidationLoss })
}

// epochs draws a value of training and held-out images. An epoch is measured on
// validation or on test images, and has 0 for the other; one that was not measured has
// neither accuracy nor loss.
func epochs(history []nas.Epoch, title, label string, trained, heldOut func(*nas.Epoch) float64) *Figure {
	if len(history) == 0 {
		return refuse("no epoch was finished: there is no history to draw")
	}
	first, last := float64(history[0].Epoch), float64(history[len(history)-1].Epoch)
	if first == last {
		first, last = first-1, last+1
	}
	y := newSpan()
	held := "test images"
	var onTrain, onHeld plotter.XYs
	for i := range history {
		e := &history[i]
		x := float64(e.Epoch)
		if err := finite(fmt.Sprintf("%s of epoch %d", title, e.Epoch), trained(e), heldOut(e)); err != nil {
			return &Figure{err: err}
		}
		onTrain = append(onTrain, plotter.XY{X: x, Y: trained(e)})
		y.add(trained(e))
		if e.ValidationAccuracy > 0 || e.ValidationLoss > 0 {
			held = "validation images"
		} else if e.TestAccuracy == 0 && e.TestLoss == 0 {
			continue
		}
		onHeld = append(onHeld, plotter.XY{X: x, Y: heldOut(e)})
		y.add(heldOut(e))
	}
	return &Figure{Title: title, X: "epoch", Y: label, Series: []string{"training images", held}, build: func(c *chart) {
		c.grid(true, true)
		c.X.Tick.Marker = ticks{whole: true}
		for i, pts := range []plotter.XYs{onTrain, onHeld} {
			if len(pts) == 0 {
				continue
			}
			e := entry{label: fmt.Sprintf("%s: %.4g in the end", c.series(i), pts[len(pts)-1].Y), line: c.stroke(i)}
			curve(c.Plot, pts, c.apart(i, 2), false)
			if len(pts) <= 40 { // more would run into each other
				e.glyph = c.marker(i)
				scatter(c.Plot, pts, e.glyph)
			}
			c.key(e)
		}
		c.X.Min, c.X.Max = first, last
		c.Y.Min, c.Y.Max = y.padded(0.06, 0.02*y.hi+1e-6, 0, max(100, 2*y.hi))
	}}
}
