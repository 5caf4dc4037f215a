package nbclient

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// displays finds the outputs that a display id names, in this cell and in
// those before it.
type displays map[string][]place

// place is where an output stands.
type place struct {
	cell  *Cell
	index int
}

// forget drops the places in a cell whose outputs are cleared.
func (d displays) forget(c *Cell) {
	for id, list := range d {
		kept := list[:0]
		for _, p := range list {
			if p.cell != c {
				kept = append(kept, p)
			}
		}
		d[id] = kept
	}
}

// collector puts together the outputs of one cell from the kernel's messages.
type collector struct {
	cell     *Cell
	displays displays
	clear    bool // clear_output with wait: clear when the next output comes

	open  []byte // text of the last output, if that is a stream; not yet in it
	room  int    // bytes of printed text that may still come
	limit int    // what room was at the beginning
	flood flood

	max  int // of all messages, in bytes; 0: none
	size int // of those so far
}

// errFlood is the error of a collector whose max has just been passed.
var errFlood = errors.New("too much output")

func newCollector(c *Cell, d displays, limit int) *collector {
	if limit <= 0 {
		limit = DefaultOutputLimit
	}
	out := &collector{cell: c, displays: d, limit: limit}
	out.reset()
	return out
}

// add takes in one message; messages that are no outputs do nothing. The message that
// passes the max gives errFlood; it and those after it are dropped.
func (c *collector) add(m message) error {
	if before := c.size; c.max > 0 {
		if c.size += len(m.Content); before > c.max {
			return nil
		}
		if c.size > c.max {
			return errFlood
		}
	}
	switch m.Header.Type {
	case "stream":
		var s struct{ Name, Text string }
		if err := decode(m, &s); err != nil {
			return err
		}
		c.stream(s.Name, s.Text)
	case "display_data", "execute_result", "update_display_data":
		var d struct {
			Data      bundle
			Metadata  map[string]any
			Count     int `json:"execution_count"`
			Transient struct {
				ID string `json:"display_id"`
			}
		}
		if err := decode(m, &d); err != nil {
			return err
		}
		c.show(m.Header.Type, d.Transient.ID, Output{Data: joinData(d.Data), Metadata: d.Metadata, Count: d.Count})
	case "error":
		var e struct {
			Name      string `json:"ename"`
			Value     string `json:"evalue"`
			Traceback []string
		}
		if err := decode(m, &e); err != nil {
			return err
		}
		c.push(Output{Type: "error", ErrorName: e.Name, ErrorValue: e.Value, Traceback: e.Traceback})
	case "clear_output":
		var o struct{ Wait bool }
		if err := decode(m, &o); err != nil {
			return err
		}
		if c.clear = o.Wait; !o.Wait {
			c.reset()
		}
	}
	return nil
}

func decode(m message, to any) error {
	if err := json.Unmarshal(m.Content, to); err != nil {
		return fmt.Errorf("%s message: %w", m.Header.Type, err)
	}
	return nil
}

func (c *collector) reset() {
	c.cell.Outputs, c.open = nil, nil
	c.displays.forget(c.cell)
	c.clear = false
	c.room, c.flood = c.limit, flood{}
}

// settle puts the text that has come into the last output.
func (c *collector) settle() {
	if c.open != nil {
		c.cell.Outputs[len(c.cell.Outputs)-1].Text = string(c.open)
		c.open = nil
	}
}

// push appends an output. An error stands at the end.
func (c *collector) push(o Output) {
	if c.clear {
		c.reset()
	}
	if o.Type == "error" {
		c.flood.end(c)
	}
	c.settle()
	c.cell.Outputs = append(c.cell.Outputs, o)
}

// stream takes in printed text; what is too much is left to the flood.
func (c *collector) stream(name, text string) {
	if c.clear {
		c.reset()
	}
	fits := len(text)
	if c.room < fits {
		fits = strings.LastIndexByte(text[:c.room], '\n') + 1
		c.flood.add(name, text[fits:])
		c.room = 0
	} else {
		c.room -= fits
	}
	if fits > 0 {
		c.write(name, text[:fits])
	}
}

// write appends text, to the last output if that is of the same stream.
func (c *collector) write(name, text string) {
	if n := len(c.cell.Outputs); n == 0 || c.cell.Outputs[n-1].Type != "stream" || c.cell.Outputs[n-1].Stream != name {
		c.push(Output{Type: "stream", Stream: name})
	} else if c.open == nil {
		c.open = []byte(c.cell.Outputs[n-1].Text)
	}
	c.open = append(c.open, text...)
}

// overwritten is what a terminal would have written over: nbconvert leaves it out too.
var overwritten = regexp.MustCompile(`.*\r([^\n])`)

// finish completes the outputs when the cell has ended.
func (c *collector) finish() {
	c.flood.end(c)
	c.settle()
	for i := range c.cell.Outputs {
		if o := &c.cell.Outputs[i]; strings.Contains(o.Text, "\r") {
			o.Text = overwritten.ReplaceAllString(o.Text, "$1")
		}
	}
}

// show appends a display. Those that have its id already show the same from now on.
func (c *collector) show(typ, id string, o Output) {
	if id != "" {
		for _, p := range c.displays[id] {
			old := &p.cell.Outputs[p.index]
			old.Data, old.Metadata = o.Data, o.Metadata
		}
	}
	if typ == "update_display_data" {
		return // an update of what was never shown shows nothing, as in Jupyter
	}
	if c.flood.shown += size(o); c.flood.shown > displayLimit {
		c.flood.hidden++
		return
	}
	o.Type = typ
	c.push(o)
	if id != "" {
		c.displays[id] = append(c.displays[id], place{c.cell, len(c.cell.Outputs) - 1})
	}
}
