package nbclient

import (
	"regexp"
	"strings"
	"sync"
)

// tail keeps the end of what is written to it, and of what was before that the last line
// that says why a program ended.
type tail struct {
	mu  sync.Mutex
	buf []byte
	why string
}

const tailMax = 32 << 10

// whyPattern is the first line of a Go program's last words: the traces of hundreds of
// goroutines may follow. F and the date begin a fatal line of GoNB's log.
var whyPattern = regexp.MustCompile(`(?m)^(?:panic: |fatal error: |F\d{4} ).*$`)

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - tailMax; over > 0 {
		for over < len(t.buf) && t.buf[over-1] != '\n' {
			over++
		}
		t.why = lastWhy(string(t.buf[:over]), t.why)
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

// lastWhy is the last line of the text that says why, or the other.
func lastWhy(text, other string) string {
	if all := whyPattern.FindAllString(text, -1); len(all) > 0 {
		return strings.TrimSpace(all[len(all)-1])
	}
	return other
}

// noise is what kernels write at any time: GoNB's advice to install a program that only
// editors need, and the log of its doings.
var noise = regexp.MustCompile("(?s)[^\n]*\nProgram gopls is not installed.*?```.*?```\n|(?m)^I\\d{4} [^\n]*\n")

// last returns the line that says why, if there is one, and the last n lines that are not
// blank, without noise.
func (t *tail) last(n int) (why, words string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := noise.ReplaceAllString(plain(string(t.buf)), "")
	var list []string
	for l := range strings.Lines(text) {
		if l = strings.TrimRight(l, " \t\r\n"); l != "" {
			list = append(list, l)
		}
	}
	return lastWhy(text, t.why), strings.Join(list[max(0, len(list)-n):], "\n")
}
