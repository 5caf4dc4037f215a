package notebooks

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// turns lets several tasks that go on at the same time write as if one ran after the
// other: the first that has not ended writes at once, what those behind it write is
// kept until it is their turn.
type turns struct {
	mu    sync.Mutex
	w     io.Writer
	at    int
	kept  []bytes.Buffer
	ended []bool
}

func newTurns(w io.Writer, n int) *turns {
	return &turns{w: w, kept: make([]bytes.Buffer, n), ended: make([]bool, n)}
}

// turnWriter is where task i writes.
type turnWriter struct {
	t *turns
	i int
}

func (t *turns) writer(i int) io.Writer { return turnWriter{t, i} }

func (w turnWriter) Write(p []byte) (int, error) {
	w.t.mu.Lock()
	defer w.t.mu.Unlock()
	if w.i == w.t.at {
		return w.t.w.Write(p)
	}
	return w.t.kept[w.i].Write(p)
}

// end says that task i writes no more.
func (t *turns) end(i int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended[i] = true
	for t.at < len(t.ended) && t.ended[t.at] {
		if t.at++; t.at < len(t.ended) {
			t.w.Write(t.kept[t.at].Bytes())
			t.kept[t.at].Reset()
		}
	}
}

// cellStatus shows which cells run and how long already. On a terminal that is the last
// line, written over and over; in a log a line for a cell that takes long, when it has
// run for half a minute, a minute, two, and so on.
type cellStatus struct {
	mu    sync.Mutex
	logs  *turns
	term  io.Writer // nil: no terminal
	cells []oneStatus
	drawn time.Time
	wide  int // width of the line that stands there
}

// oneStatus is the status of one notebook.
type oneStatus struct {
	all  *cellStatus
	i    int
	text string        // "" between cells
	next time.Duration // when a log has its next line
}

// firstNote is after how long a log names a cell that runs.
const firstNote = 30 * time.Second

// newCellStatus shows the cells on stderr. On a terminal, logs writes there through the
// status, so that lines of either do not meet.
func newCellStatus(stderr io.Writer, logs *turns) *cellStatus {
	s := &cellStatus{logs: logs, cells: make([]oneStatus, len(logs.ended))}
	if f, ok := stderr.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		s.onTerminal(stderr)
	}
	return s
}

func (s *cellStatus) onTerminal(w io.Writer) { s.term, s.logs.w = w, s }

func (s *cellStatus) of(i int) *oneStatus {
	s.cells[i].all, s.cells[i].i, s.cells[i].next = s, i, firstNote
	return &s.cells[i]
}

// Write writes lines of the log in place of the status.
func (s *cellStatus) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	return s.term.Write(p)
}

// clear takes the status away. The lock is held.
func (s *cellStatus) clear() {
	if s.wide > 0 {
		fmt.Fprintf(s.term, "\r%s\r", strings.Repeat(" ", s.wide))
		s.wide, s.drawn = 0, time.Time{}
	}
}

// running is called several times a second while a cell runs.
func (o *oneStatus) running(file string, number int, source string, took time.Duration) {
	s := o.all
	if s.term == nil {
		if took >= o.next {
			fmt.Fprintf(s.logs.writer(o.i), "  cell %2d  runs for %v  %s\n", number, o.next, source)
			o.next *= 2
		}
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o.text = fmt.Sprintf("cell %2d  %4.0f s ...  %s", number, took.Seconds(), source)
	if len(s.cells) > 1 {
		o.text = fmt.Sprintf("%s: cell %d, %.0f s", filepath.Base(file), number, took.Seconds())
	}
	if took < time.Second || time.Since(s.drawn) < time.Second {
		return
	}
	var all []string
	for i := range s.cells {
		if s.cells[i].text != "" {
			all = append(all, s.cells[i].text)
		}
	}
	line := []rune("  " + strings.Join(all, "; "))
	line = line[:min(len(line), 78)]
	fmt.Fprintf(s.term, "\r%-*s", s.wide, string(line))
	s.wide, s.drawn = len(line), time.Now()
}

// finished says that no cell runs.
func (o *oneStatus) finished() {
	o.all.mu.Lock()
	defer o.all.mu.Unlock()
	o.text, o.next = "", firstNote
	o.all.clear()
}
