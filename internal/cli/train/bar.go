package train

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"coexplore/internal/cli"
	"coexplore/nas/train"
)

// trainBar shows the progress of a training.
type trainBar struct {
	w   io.Writer
	bar *progressbar.ProgressBar
}

func newTrainBar(w io.Writer) *trainBar { return &trainBar{w: w} }

func (b *trainBar) show(p train.Progress) {
	if b.bar == nil {
		b.bar = cli.NewBar(b.w, p.Steps, "")
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
		cli.EndBar(b.w, b.bar)
	}
}
