package nbclient

import (
	"encoding/json"
	"errors"
	"fmt"
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
	limit    int  // of all messages, in bytes; 0: none
	size     int  // of those so far
}

// errFlood is the error of a collector that has just gone beyond its limit.
var errFlood = errors.New("too much output")

// add takes in one message; messages that are no outputs do nothing. The message that
// goes beyond the limit gives errFlood; it and those after it are dropped.
func (c *collector) add(m message) error {
	if c.limit > 0 {
		before := c.size
		if c.size += len(m.Content); c.size > c.limit {
			if before <= c.limit {
				return errFlood
			}
			return nil
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
			Data, Metadata map[string]any
			Count          int `json:"execution_count"`
			Transient      struct {
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
	c.cell.Outputs = nil
	c.displays.forget(c.cell)
	c.clear = false
}

// push appends an output.
func (c *collector) push(o Output) {
	if c.clear {
		c.reset()
	}
	c.cell.Outputs = append(c.cell.Outputs, o)
}

// stream appends text, to the last output if that is of the same stream.
func (c *collector) stream(name, text string) {
	if c.clear {
		c.reset()
	}
	if n := len(c.cell.Outputs); n > 0 {
		if last := &c.cell.Outputs[n-1]; last.Type == "stream" && last.Stream == name {
			last.Text += text
			return
		}
	}
	c.push(Output{Type: "stream", Stream: name, Text: text})
}

// show appends a display, or puts it in place of the earlier ones of its id.
func (c *collector) show(typ, id string, o Output) {
	if typ == "update_display_data" {
		for _, p := range c.displays[id] {
			old := &p.cell.Outputs[p.index]
			old.Data, old.Metadata = o.Data, o.Metadata
		}
		return // an update of what was never shown shows nothing, as in Jupyter
	}
	o.Type = typ
	c.push(o)
	if id != "" {
		c.displays[id] = append(c.displays[id], place{c.cell, len(c.cell.Outputs) - 1})
	}
}
