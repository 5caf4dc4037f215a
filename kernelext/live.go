package kernelext

import (
	"slices"
	"time"

	"github.com/janpfeifer/gonb/gonbui"

	"coexplore/kernelext/figure"
	"coexplore/nas"
	"coexplore/nas/train"
)

// liveEvery is the least time between two frames: five a second at most.
const liveEvery = 200 * time.Millisecond

// LiveFigure is a figure that is drawn anew in place while something runs, at
// most five times a second; the last frame stays in the notebook. It is a
// nas.Recorder that shows a search's rewards episode by episode; Training is for
// train.Options. For anything else, such as a simulation, call Update as often
// as there is something new and Finish at the end:
//
//	live := kernelext.Live()
//	for frames := 10; frames <= 1000; frames += 10 {
//		run := kernelext.Must(machine.Run(frames))
//		live.Update(func() *figure.Figure { return figure.Gantt(pipeline, run) })
//	}
//	live.Finish()
//
// Outside a notebook nothing is drawn.
type LiveFigure struct {
	nas.NopRecorder

	// Draw makes the figure from the trials so far; nil: figure.Reward.
	Draw func([]nas.Trial) *figure.Figure
	// Every is the least time between two frames; zero: 0.2 s. Less is not heeded.
	Every time.Duration

	id     string
	drawn  time.Time
	last   func() *figure.Figure // frame that was held back, or nil
	trials []nas.Trial
	epochs []nas.Epoch
}

// Live returns a figure that grows with a search, a training or a simulation.
func Live() *LiveFigure { return &LiveFigure{} }

// Update shows what draw makes, unless the last frame is too recent: then draw
// is not called until a later Update or Finish.
func (l *LiveFigure) Update(draw func() *figure.Figure) error {
	if !gonbui.IsNotebook {
		return nil
	}
	if time.Since(l.drawn) < max(l.Every, liveEvery) {
		l.last = draw
		return nil
	}
	return l.frame(draw)
}

func (l *LiveFigure) frame(draw func() *figure.Figure) error {
	if l.id == "" {
		l.id = gonbui.UniqueId()
	}
	l.last = nil
	p, err := newPart(draw())
	if err == nil {
		err = display(l.id, []part{p}, "")
	}
	l.drawn = time.Now()
	return err
}

// Finish shows the last frame and waits until the kernel has it.
func (l *LiveFigure) Finish() error {
	if !gonbui.IsNotebook {
		return nil
	}
	if l.last != nil {
		if err := l.frame(l.last); err != nil {
			return report(err)
		}
	}
	return flush()
}

// Training is a train.Options.Progress that shows the accuracy epoch by epoch. Finish draws the last frame.
//
//	options.Progress = live.Training
func (l *LiveFigure) Training(p train.Progress) {
	e := nas.Epoch{Epoch: p.Epoch, Loss: p.Loss, TrainAccuracy: p.Accuracy}
	n := len(l.epochs)
	if n > 0 && l.epochs[n-1].Epoch == p.Epoch {
		l.epochs[n-1] = e
	} else {
		if n > 0 && p.HeldOut > 0 { // measured when the epoch before had ended
			l.epochs[n-1].ValidationAccuracy = p.HeldOut
		}
		l.epochs = append(l.epochs, e)
	}
	epochs := slices.Clone(l.epochs)
	l.Update(func() *figure.Figure { return figure.Learning(epochs) })
}

// Begin implements nas.Recorder.
func (l *LiveFigure) Begin(_ *nas.Problem, s *nas.Settings, _ string) error {
	l.trials = nil
	if s != nil && s.Resume != nil {
		l.trials = append(l.trials, s.Resume.Trials...)
	}
	return nil
}

// Trial implements nas.Recorder.
func (l *LiveFigure) Trial(t nas.Trial) error {
	l.trials = append(l.trials, t)
	return l.Update(l.draw)
}

func (l *LiveFigure) draw() *figure.Figure {
	if l.Draw != nil {
		return l.Draw(l.trials)
	}
	return figure.Reward(l.trials)
}

// End implements nas.Recorder: it shows the last frame. After a search that Keep
// did not have to do again, it shows that of the result.
func (l *LiveFigure) End(r *nas.Result) error {
	if len(l.trials) == 0 && r != nil && gonbui.IsNotebook {
		l.trials, l.last = r.Trials, l.draw
	}
	return l.Finish()
}
