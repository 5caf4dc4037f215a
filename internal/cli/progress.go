package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// NewBar is a progress bar of n steps.
func NewBar(w io.Writer, n int, what string) *progressbar.ProgressBar {
	return progressbar.NewOptions(n,
		progressbar.OptionSetWriter(w),
		progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(),
		progressbar.OptionSetWidth(30),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionUseANSICodes(false),
		progressbar.OptionThrottle(Refresh(w)),
	)
}

// EndBar leaves a bar on w as it stands.
func EndBar(w io.Writer, bar *progressbar.ProgressBar) {
	bar.Exit()
	fmt.Fprintln(w)
}

// Refresh is the least time between two states of a progress bar on w: short on a
// terminal, where one overwrites the other, and long in a log, which keeps all.
func Refresh(w io.Writer) time.Duration {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return 100 * time.Millisecond
	}
	return 10 * time.Second
}
