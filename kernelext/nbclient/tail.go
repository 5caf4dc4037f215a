package nbclient

import (
	"regexp"
	"strings"
	"sync"
)

// tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

const tailMax = 32 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - tailMax; over > 0 {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

// noise is what kernels write at any time: GoNB's advice to install a program that only
// editors need, and the log of its doings.
var noise = regexp.MustCompile("(?s)[^\n]*\nProgram gopls is not installed.*?```.*?```\n|(?m)^I\\d{4} [^\n]*\n")

// last returns the last n lines that are not blank, without noise.
func (t *tail) last(n int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var list []string
	for l := range strings.Lines(noise.ReplaceAllString(plain(string(t.buf)), "")) {
		if l = strings.TrimRight(l, " \t\r\n"); l != "" {
			list = append(list, l)
		}
	}
	return strings.Join(list[max(0, len(list)-n):], "\n")
}
