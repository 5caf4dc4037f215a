package command

import (
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"coexplore/nas"
)

// progress is a recorder that shows a bar of episodes with the best reward so
// far.
type progress struct {
	nas.NopRecorder
	w    io.Writer
	bar  *progressbar.ProgressBar
	best float64
}

func newProgress(w io.Writer) *progress { return &progress{w: w, best: math.Inf(-1)} }

// Begin implements nas.Recorder.
func (p *progress) Begin(_ *nas.Problem, s *nas.Settings, _ string) error {
	p.bar = newBar(p.w, s.Episodes, "episodes")
	if s.Resume != nil {
		for _, t := range s.Resume.Trials {
			if t.Status == nas.Trained || t.Status == nas.Reused {
				p.best = max(p.best, t.Reward)
			}
		}
		p.bar.Set(s.Resume.Episodes)
	}
	return nil
}

// Trial implements nas.Recorder.
func (p *progress) Trial(t nas.Trial) error {
	if t.Status == nas.Trained || t.Status == nas.Reused {
		p.best = max(p.best, t.Reward)
	}
	if !math.IsInf(p.best, -1) {
		p.bar.Describe(fmt.Sprintf("best reward %.4f", p.best))
	}
	p.bar.Add(1)
	return nil
}

// End implements nas.Recorder.
func (p *progress) End(*nas.Result) error {
	p.bar.Exit()
	fmt.Fprintln(p.w)
	return nil
}

// newBar is a progress bar of n steps.
func newBar(w io.Writer, n int, what string) *progressbar.ProgressBar {
	return progressbar.NewOptions(n,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(),
		progressbar.OptionSetWidth(30),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionUseANSICodes(false),
		progressbar.OptionThrottle(refresh(w)),
	)
}

// refresh is the least time between two states of a progress bar on w: short on a
// terminal, where one overwrites the other, and long in a log, which keeps all.
func refresh(w io.Writer) time.Duration {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return 100 * time.Millisecond
	}
	return 10 * time.Second
}
