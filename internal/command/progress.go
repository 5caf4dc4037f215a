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
	"coexplore/nas/train"
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

// fileBars shows a bar for one file after the other.
type fileBars struct {
	w    io.Writer
	file string
	bar  *progressbar.ProgressBar
}

func (b *fileBars) progress(file string, done, total int64) {
	if file != b.file {
		b.end()
		b.file = file
		b.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(b.w),
			progressbar.OptionSetDescription(file),
			progressbar.OptionShowBytes(true),
			progressbar.OptionSetWidth(30),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionUseANSICodes(false),
			progressbar.OptionThrottle(refresh(b.w)),
		)
	}
	b.bar.Set64(done)
}

// end leaves the last bar as it stands.
func (b *fileBars) end() {
	if b.bar != nil {
		b.bar.Exit()
		fmt.Fprintln(b.w)
		b.bar = nil
	}
}

// trainBar shows the progress of a training.
type trainBar struct {
	w   io.Writer
	bar *progressbar.ProgressBar
}

func newTrainBar(w io.Writer) *trainBar { return &trainBar{w: w} }

func (b *trainBar) show(p train.Progress) {
	if b.bar == nil {
		b.bar = newBar(b.w, p.Steps, "")
	}
	text := fmt.Sprintf("epoch %d/%d, loss %.3f, %.0f images/s, %v left", p.Epoch, p.Epochs, p.Loss, p.ImagesPerSecond, p.Remaining.Round(time.Second))
	if p.HeldOut > 0 {
		text += fmt.Sprintf(", accuracy %.1f%%", 100*p.HeldOut)
	}
	b.bar.Describe(text)
	b.bar.Set(p.Step)
}

func (b *trainBar) end() {
	if b.bar != nil {
		b.bar.Exit()
		fmt.Fprintln(b.w)
	}
}

// trainingBar is a recorder that shows a bar of trained networks.
type trainingBar struct {
	nas.NopRecorder
	w    io.Writer
	name string
	bar  *progressbar.ProgressBar
}

// Begin implements nas.Recorder.
func (b *trainingBar) Begin(_ *nas.Problem, s *nas.Settings, _ string) error {
	b.bar = newBar(b.w, s.MaxTrained, b.name)
	return nil
}

// Trial implements nas.Recorder.
func (b *trainingBar) Trial(t nas.Trial) error {
	if t.Status == nas.Trained {
		b.bar.Add(1)
	}
	return nil
}

// End implements nas.Recorder.
func (b *trainingBar) End(*nas.Result) error {
	b.bar.Exit()
	fmt.Fprintln(b.w)
	return nil
}
