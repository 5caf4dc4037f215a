package data

import (
	"io"

	"github.com/schollz/progressbar/v3"

	"coexplore/internal/cli"
)

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
			progressbar.OptionThrottle(cli.Refresh(b.w)),
		)
	}
	b.bar.Set64(done)
}

// end leaves the last bar as it stands.
func (b *fileBars) end() {
	if b.bar != nil {
		cli.EndBar(b.w, b.bar)
		b.bar = nil
	}
}
