package kernelext

import (
	"time"

	"github.com/janpfeifer/gonb/gonbui"

	"coexplore/kernelext/figure"
	"coexplore/nas"
)

// LiveFigure is a figure that is drawn anew in place while something runs. It
// is a nas.Recorder that shows a search's rewards episode by episode; for other
// figures call Update and, at the end, Finish.
type LiveFigure struct {
	nas.NopRecorder

	// Draw makes the figure from the trials so far; nil: figure.Reward.
	Draw func([]nas.Trial) *figure.Figure
	// Every is the least time between two frames; zero: half a second.
	Every time.Duration

	id     string
	drawn  time.Time
	last   func() *figure.Figure // frame that was held back, or nil
	trials []nas.Trial
}

// Live returns a figure that grows with a search.
func Live() *LiveFigure { return &LiveFigure{} }

// Update shows what draw makes, unless the last frame is too recent: then draw
// is not called until a later Update or Finish.
func (l *LiveFigure) Update(draw func() *figure.Figure) error {
	if !gonbui.IsNotebook {
		return nil
	}
	every := l.Every
	if every == 0 {
		every = 500 * time.Millisecond
	}
	if time.Since(l.drawn) < every {
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
	err := show(l.id, draw())
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
			return err
		}
	}
	return sync()
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
	return l.Update(func() *figure.Figure {
		if l.Draw != nil {
			return l.Draw(l.trials)
		}
		return figure.Reward(l.trials)
	})
}

// End implements nas.Recorder: it shows the last frame.
func (l *LiveFigure) End(*nas.Result) error { return l.Finish() }
