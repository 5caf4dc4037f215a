package nbclient

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// collect feeds messages, as "type content" lines, to a cell.
func collect(t *testing.T, d displays, script ...string) *Cell {
	t.Helper()
	c := &Cell{Type: "code"}
	col := newCollector(c, d, 0)
	for _, line := range script {
		typ, content, _ := strings.Cut(line, " ")
		if err := col.add(message{Header: header{Type: typ}, Content: json.RawMessage(content)}); err != nil {
			t.Fatal(err)
		}
	}
	col.finish()
	return c
}

// brief is a short form of outputs.
func brief(c *Cell) string {
	var list []string
	for _, o := range c.Outputs {
		switch o.Type {
		case "stream":
			list = append(list, o.Stream+"="+o.Text)
		case "error":
			list = append(list, o.ErrorName)
		default:
			list = append(list, fmt.Sprint(o.Data["text/plain"]))
		}
	}
	return strings.Join(list, "|")
}

func TestCollector(t *testing.T) {
	for _, c := range []struct {
		name, want string
		script     []string
	}{
		{"streams merge", "stdout=ab|stderr=c|stdout=d", []string{
			`stream {"name":"stdout","text":"a"}`, `stream {"name":"stdout","text":"b"}`,
			`stream {"name":"stderr","text":"c"}`, `stream {"name":"stdout","text":"d"}`}},
		{"update in place", "new|other", []string{
			`display_data {"data":{"text/plain":"old"},"transient":{"display_id":"i"}}`,
			`display_data {"data":{"text/plain":"other"}}`,
			`update_display_data {"data":{"text/plain":"new"},"transient":{"display_id":"i"}}`}},
		{"update of both that have the id", "new|new", []string{
			`display_data {"data":{"text/plain":"1"},"transient":{"display_id":"i"}}`,
			`display_data {"data":{"text/plain":"2"},"transient":{"display_id":"i"}}`,
			`update_display_data {"data":{"text/plain":"new"},"transient":{"display_id":"i"}}`}},
		{"update of nothing", "", []string{
			`update_display_data {"data":{"text/plain":"new"},"transient":{"display_id":"i"}}`}},
		{"clear", "stdout=b", []string{
			`stream {"name":"stdout","text":"a"}`, `clear_output {"wait":false}`, `stream {"name":"stdout","text":"b"}`}},
		{"clear when the next comes", "stdout=b", []string{
			`stream {"name":"stdout","text":"a"}`, `clear_output {"wait":true}`, `stream {"name":"stdout","text":"b"}`}},
		{"clear that waits for nothing", "stdout=a", []string{
			`stream {"name":"stdout","text":"a"}`, `clear_output {"wait":true}`}},
		{"a cleared display cannot be updated", "x", []string{
			`display_data {"data":{"text/plain":"old"},"transient":{"display_id":"i"}}`, `clear_output {"wait":false}`,
			`display_data {"data":{"text/plain":"x"}}`,
			`update_display_data {"data":{"text/plain":"new"},"transient":{"display_id":"i"}}`}},
		{"others are no outputs", "", []string{`status {"execution_state":"busy"}`, `execute_input {}`, `comm_open {}`}},
		{"error", "E", []string{`error {"ename":"E","evalue":"v","traceback":["t"]}`}},
	} {
		if got := brief(collect(t, displays{}, c.script...)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestUpdateOfAnEarlierCell(t *testing.T) {
	d := displays{}
	first := collect(t, d, `display_data {"data":{"text/plain":"old"},"transient":{"display_id":"i"}}`)
	second := collect(t, d, `update_display_data {"data":{"text/plain":"new"},"transient":{"display_id":"i"}}`)
	if brief(first) != "new" || brief(second) != "" {
		t.Errorf("cells show %q and %q", brief(first), brief(second))
	}
}

func TestSignature(t *testing.T) {
	c := newCodec()
	frames, id, err := c.encode("execute_request", map[string]any{"code": "x"})
	if err != nil {
		t.Fatal(err)
	}
	routed := append([][]byte{[]byte("address")}, frames...)
	m, err := c.decode(routed)
	if err != nil || m.Header.ID != id || string(m.Content) != `{"code":"x"}` {
		t.Fatalf("decoded %+v, %v", m, err)
	}
	for i := 2; i < 7; i++ {
		forged := make([][]byte, len(routed))
		for j := range routed {
			forged[j] = append([]byte{}, routed[j]...)
		}
		forged[i][len(forged[i])-1] ^= 1
		if _, err := c.decode(forged); !errors.Is(err, errSignature) {
			t.Errorf("frame %d changed: error %v, want %v", i, err, errSignature)
		}
	}
	if _, err := newCodec().decode(routed); !errors.Is(err, errSignature) {
		t.Errorf("another kernel's key: error %v, want %v", err, errSignature)
	}
	if _, err := c.decode(routed[:4]); err == nil {
		t.Error("a message with missing frames is accepted")
	}
}
