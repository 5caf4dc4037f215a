package nbclient

import (
	"bytes"
	"fmt"
)

// DefaultOutputLimit is how many bytes of printed text are kept of one cell where
// Options say nothing. Of what is more, a notebook keeps the last 16 KiB, with a notice
// of how much is missing in between.
const DefaultOutputLimit = 256 << 10

const (
	floodTail    = 16 << 10 // bytes of the end of a flood that are kept
	displayLimit = 64 << 20 // bytes of figures and the like of one cell
)

// flood is what a cell outputs beyond the limits: counted, and the end of it kept, of
// either stream its own, so that neither hides the other's last words.
type flood struct {
	stdout, stderr []byte
	cut, lines     int // bytes and line breaks that were dropped
	shown          int // bytes of displays
	hidden         int // displays that were dropped
}

// add takes in text and drops what is not of the end any more.
func (f *flood) add(stream, text string) {
	end := &f.stdout
	if stream == "stderr" {
		end = &f.stderr
	}
	if *end = append(*end, text...); len(*end) > 4*floodTail {
		f.trim(end)
	}
}

// trim leaves the last whole lines that may stay.
func (f *flood) trim(end *[]byte) {
	over := len(*end) - floodTail
	if over <= 0 {
		return
	}
	if n := bytes.IndexByte((*end)[over-1:], '\n'); n >= 0 && over+n < len(*end) {
		over += n
	}
	f.cut += over
	f.lines += bytes.Count((*end)[:over], []byte("\n"))
	*end = append([]byte(nil), (*end)[over:]...)
}

// end writes the notice and the ends of the flood.
func (f *flood) end(c *collector) {
	f.trim(&f.stdout)
	f.trim(&f.stderr)
	if f.cut > 0 {
		c.write("stdout", fmt.Sprintf("[%d lines, %.1f MB, are left out here: of what a cell prints, the first %d KB and the last %d KB are kept]\n",
			f.lines, float64(f.cut)/1e6, c.limit>>10, floodTail>>10))
	}
	if len(f.stdout) > 0 {
		c.write("stdout", string(f.stdout))
	}
	if f.hidden > 0 {
		c.write("stdout", fmt.Sprintf("[%d figures are left out: a cell's may take %d MB together]\n", f.hidden, displayLimit>>20))
	}
	if len(f.stderr) > 0 {
		c.write("stderr", string(f.stderr))
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
