package nbclient

import (
	"fmt"
	"strings"
)

// DefaultOutputLimit is how many bytes of printed text are kept of one cell where
// Options say nothing. Of what is more, a notebook keeps the last 16 KiB, with a notice
// of how much is missing in between.
const DefaultOutputLimit = 256 << 10

const (
	floodTail    = 16 << 10 // bytes of the end of a flood that are kept
	displayLimit = 64 << 20 // bytes of figures and the like of one cell
)

// flood is what a cell outputs beyond the limits: counted, and the end of it kept.
type flood struct {
	tail       []piece
	size       int // of tail, bytes
	cut, lines int // bytes and line breaks that were dropped
	shown      int // bytes of displays
	hidden     int // displays that were dropped
}

// piece is text of one stream.
type piece struct{ stream, text string }

// add takes in text and drops what is not of the end any more.
func (f *flood) add(stream, text string) {
	if n := len(f.tail); n > 0 && f.tail[n-1].stream == stream && len(f.tail[n-1].text) < 1024 {
		f.tail[n-1].text += text
	} else {
		f.tail = append(f.tail, piece{stream, text})
	}
	f.size += len(text)
	for f.size > floodTail {
		first := &f.tail[0]
		n := min(len(first.text), f.size-floodTail)
		f.drop(first.text[:n])
		if first.text = first.text[n:]; first.text == "" {
			f.tail = f.tail[1:]
		}
	}
}

func (f *flood) drop(text string) {
	f.size -= len(text)
	f.cut += len(text)
	f.lines += strings.Count(text, "\n")
}

// end writes the notice and the end of the flood.
func (f *flood) end(c *collector) {
	if f.cut > 0 { // begin with a whole line
		if before, after, ok := strings.Cut(f.tail[0].text, "\n"); ok && after != "" {
			f.drop(before + "\n")
			f.tail[0].text = after
		}
		c.write("stderr", fmt.Sprintf("[%d lines, %.1f MB, are left out here: of what a cell prints, the first %d KB and the last %d KB are kept]\n",
			f.lines, float64(f.cut)/1e6, c.limit>>10, floodTail>>10))
	}
	for _, p := range f.tail {
		c.write(p.stream, p.text)
	}
	if f.hidden > 0 {
		c.write("stderr", fmt.Sprintf("[%d figures are left out: a cell's may take %d MB together]\n", f.hidden, displayLimit>>20))
	}
	*f = flood{}
}

// size is about how many bytes a display takes in a notebook.
func size(o Output) int {
	n := 0
	for _, v := range o.Data {
		if s, ok := v.(string); ok {
			n += len(s)
		} else {
			n += 100
		}
	}
	return n
}
