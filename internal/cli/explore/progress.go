package explore

import (
	"fmt"
	"io"
	"math"

	"github.com/schollz/progressbar/v3"

	"coexplore/internal/cli"
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
	p.bar = cli.NewBar(p.w, s.Episodes, "episodes")
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
	cli.EndBar(p.w, p.bar)
	return nil
}
