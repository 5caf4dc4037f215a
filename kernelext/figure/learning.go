package figure

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"coexplore/nas/train"
)

// Learning draws the accuracy of a training, epoch by epoch: on the training
// images, as the network was on its way through them, and on the held-out
// images, validation or test, for the epochs after which it was measured
// (train.Options.Validate).
func Learning(history []train.Epoch) (*plot.Plot, error) {
	return epochs(history, "Accuracy while training", "accuracy (%)",
		func(e *train.Epoch) float64 { return 100 * e.TrainAccuracy },
		func(e *train.Epoch) float64 { return 100 * (e.TestAccuracy + e.ValidationAccuracy) })
}

// Loss draws the mean cross entropy of a training, epoch by epoch, as Learning
// draws its accuracy. With label smoothing the loss on training images is that
// of the smoothed labels.
func Loss(history []train.Epoch) (*plot.Plot, error) {
	return epochs(history, "Loss while training", "mean cross entropy (nats)",
		func(e *train.Epoch) float64 { return e.Loss },
		func(e *train.Epoch) float64 { return e.TestLoss + e.ValidationLoss })
}

// epochs draws a value of training and held-out images. An epoch is measured on
// validation or on test images, and has 0 for the other; one that was not measured has
// neither accuracy nor loss.
func epochs(history []train.Epoch, title, label string, trained, heldOut func(*train.Epoch) float64) (*plot.Plot, error) {
	if len(history) == 0 {
		return nil, errors.New("figure: no epoch was finished: there is no history to draw")
	}
	p := newPlot(title, "epoch", label)
	p.X.Tick.Marker = ticks{whole: true}
	first, last := history[0].Epoch, history[len(history)-1].Epoch
	p.X.Min, p.X.Max = float64(first), float64(last)
	if first == last {
		p.X.Min, p.X.Max = float64(first-1), float64(first+1)
	}
	y := newSpan()
	held := "test images"
	var onTrain, onHeld plotter.XYs
	for i := range history {
		e := &history[i]
		x := float64(e.Epoch)
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
	p.Y.Min, p.Y.Max = y.padded(0.06, 0.02*y.hi+1e-6, 0, max(100, 2*y.hi))
	var entries []entry
	for i, s := range []struct {
		name string
		pts  plotter.XYs
	}{{"training images", onTrain}, {held, onHeld}} {
		if len(s.pts) == 0 {
			continue
		}
		e := entry{label: fmt.Sprintf("%s: %.4g in the end", s.name, s.pts[len(s.pts)-1].Y), line: stroke(i)}
		curve(p, s.pts, e.line, false)
		if len(s.pts) <= 40 { // more would run into each other
			e.glyph = marker(i)
			scatter(p, s.pts, e.glyph)
		}
		entries = append(entries, e)
	}
	addKey(p, entries...)
	return p, nil
}
