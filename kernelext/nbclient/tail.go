package nbclient

import (
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

// last returns the last n lines that are not blank.
func (t *tail) last(n int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var list []string
	for l := range strings.Lines(plain(string(t.buf))) {
		if l = strings.TrimRight(l, " \t\r\n"); l != "" {
			list = append(list, l)
		}
	}
	return strings.Join(list[max(0, len(list)-n):], "\n")
}
