package study

import (
	"io"

	"github.com/schollz/progressbar/v3"

	"coexplore/internal/cli"
	"coexplore/nas"
)

// trainingBar is a recorder that shows a bar of trained networks.
type trainingBar struct {
	nas.NopRecorder
	w    io.Writer
	name string
	bar  *progressbar.ProgressBar
}

// Begin implements nas.Recorder.
func (b *trainingBar) Begin(_ *nas.Problem, s *nas.Settings, _ string) error {
	b.bar = cli.NewBar(b.w, s.MaxTrained, b.name)
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
	cli.EndBar(b.w, b.bar)
	return nil
}
