package nbclient

import (
	"bytes"
	"encoding/json"
	"testing"
)

// FuzzMessages has a kernel send a message of any content, signed as it should be, and
// bare frames: what becomes of a cell can be written and read again.
func FuzzMessages(f *testing.F) {
	for _, seed := range [][2]string{
		{"stream", `{"name":"stdout","text":"a\rb\u001b[31m"}`},
		{"display_data", `{"data":{"text/plain":["x"],"image/png":1},"metadata":{},"transient":{"display_id":"i"}}`},
		{"update_display_data", `{"data":{"text/html":"<p>"},"transient":{"display_id":"i"}}`},
		{"execute_result", `{"data":null,"execution_count":-1}`},
		{"clear_output", `{"wait":true}`},
		{"error", `{"ename":"E","evalue":"","traceback":[null]}`},
		{"status", `[]`},
	} {
		f.Add(seed[0], []byte(seed[1]), []byte(delimiter))
	}
	f.Fuzz(func(t *testing.T, typ string, content, frame []byte) {
		c := codec{key: []byte("key"), session: "s"}
		if _, err := c.decode(bytes.SplitAfter(frame, []byte("\n"))); err == nil {
			t.Errorf("%q is taken for a message", frame)
		}
		frames, _, err := c.encode(typ, json.RawMessage(content))
		if err != nil {
			return // not JSON
		}
		m, err := c.decode(frames)
		if err != nil {
			t.Fatalf("what was encoded cannot be decoded: %v", err)
		}
		cell := &Cell{Type: "code"}
		out := newCollector(cell, displays{}, 1000)
		for range 2 {
			if out.add(m) != nil {
				return
			}
		}
		out.finish()
		nb := &Notebook{Cells: []*Cell{cell}}
		raw, err := nb.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(raw); err != nil {
			t.Errorf("what %s %s left cannot be read: %v\n%s", typ, content, err, raw)
		}
	})
}
