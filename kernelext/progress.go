package kernelext

import (
	"fmt"
	"html"
	"math"
	"os"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"coexplore/nas"
)

// ProgressBar is a bar that fills in place while something runs, with an estimate
// of the time that is left: in a notebook, and on standard error where that is a
// terminal; elsewhere nothing is shown. It is a nas.Recorder that counts a
// search's episodes and names the best reward; for other work call Step and, at
// the end, Finish.
type ProgressBar struct {
	nas.NopRecorder

	id          string
	done, total int
	unit, note  string
	began, sent time.Time
	best        float64
	terminal    *progressbar.ProgressBar
}

// Progress returns a progress bar.
func Progress() *ProgressBar { return &ProgressBar{unit: "steps"} }

// progressEvery is the least time between two frames.
const progressEvery = 200 * time.Millisecond

// Step shows that done of total steps are done, with a note beside.
func (b *ProgressBar) Step(done, total int, note string) error {
	if b.began.IsZero() {
		b.began = time.Now()
	}
	b.done, b.total, b.note = done, total, note
	if !gonbui.IsNotebook {
		return b.onTerminal()
	}
	if time.Since(b.sent) < progressEvery {
		return nil
	}
	return b.frame(b.left())
}

// onTerminal shows the state where there is a terminal.
func (b *ProgressBar) onTerminal() error {
	if b.terminal == nil {
		if !term.IsTerminal(int(os.Stderr.Fd())) {
			return nil
		}
		b.terminal = progressbar.NewOptions(b.total,
			progressbar.OptionSetWriter(os.Stderr),
			progressbar.OptionShowCount(),
			progressbar.OptionSetWidth(30),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionUseANSICodes(false),
			progressbar.OptionThrottle(progressEvery),
		)
	}
	what := b.unit
	if b.note != "" {
		what += ", " + b.note
	}
	b.terminal.Describe(what)
	return b.terminal.Set(b.done)
}

// Finish leaves the last state standing. It names no times, so that a notebook
// that runs again shows the same.
func (b *ProgressBar) Finish() error {
	if b.terminal != nil {
		err := b.terminal.Exit()
		fmt.Fprintln(os.Stderr)
		b.terminal = nil
		return err
	}
	if !gonbui.IsNotebook {
		return nil
	}
	if err := b.frame(""); err != nil {
		return err
	}
	return flush()
}

// left is an estimate of the time that is left.
func (b *ProgressBar) left() string {
	if b.done <= 0 || b.done >= b.total {
		return ""
	}
	t := time.Duration(float64(time.Since(b.began)) / float64(b.done) * float64(b.total-b.done))
	return fmt.Sprintf("about %v left", t.Round(time.Second))
}

func (b *ProgressBar) frame(left string) error {
	if b.id == "" {
		b.id = gonbui.UniqueId()
	}
	text := fmt.Sprintf("%d of %d %s", b.done, b.total, b.unit)
	for _, s := range []string{b.note, left} {
		if s != "" {
			text += ", " + s
		}
	}
	b.sent = time.Now()
	return send(b.id, map[protocol.MIMEType]any{
		protocol.MIMETextHTML:  fmt.Sprintf("<progress value=\"%d\" max=\"%d\"></progress> %s", b.done, b.total, html.EscapeString(text)),
		protocol.MIMETextPlain: text,
	})
}

// Begin implements nas.Recorder.
func (b *ProgressBar) Begin(_ *nas.Problem, s *nas.Settings, _ string) error {
	b.unit, b.best, b.began = "episodes", math.Inf(-1), time.Now()
	done := 0
	if s.Resume != nil {
		done = s.Resume.Episodes
		for _, t := range s.Resume.Trials {
			if t.Status == nas.Trained || t.Status == nas.Reused {
				b.best = max(b.best, t.Reward)
			}
		}
	}
	return b.Step(done, s.Episodes, "")
}

// Trial implements nas.Recorder.
func (b *ProgressBar) Trial(t nas.Trial) error {
	if t.Status == nas.Trained || t.Status == nas.Reused {
		b.best = max(b.best, t.Reward)
	}
	note := ""
	if !math.IsInf(b.best, -1) {
		note = fmt.Sprintf("best reward %.4f", b.best)
	}
	return b.Step(t.Episode+1, b.total, note)
}

// End implements nas.Recorder: it shows the last state.
func (b *ProgressBar) End(*nas.Result) error { return b.Finish() }
