package evaluate

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"
)

func TestAnswer(t *testing.T) {
	for _, c := range []struct {
		text     string
		accuracy float64 // -1: an error
		loss     float64
		epochs   int
	}{
		{`{"accuracy": 0.5, "loss": 1.5, "epochs": 3}`, 0.5, 1.5, 3},
		{"\ufeff{\"accuracy\": 0.5}\n", 0.5, 0, 0},
		{"log\n{\"accuracy\": 0.25}\n{\"accuracy\": 0.5}\n{\"loss\": 3}\nlog\n\n", 0.5, 0, 0},
		{"{\"accuracy\": 0.5}\rdone 100 %\r", 0.5, 0, 0},
		{`{"accuracy": 0.5, "loss": NaN, "epochs": -Infinity}`, 0.5, 0, 0},
		{`{"accuracy": 0.5, "loss": "1.5", "epochs": 1e99, "reason": 4}`, 0.5, 0, 0},
		{`{"accuracy": 0.5, "loss": 1e999}`, 0.5, 0, 0},
		{`{"accuracy": 0}`, 0, 0, 0},
		{strings.Repeat("x", 3*maxLine) + "\n" + `{"accuracy": 0.5}` + "\n" + strings.Repeat(" ", maxLine) + `{"accuracy": 0.9}`, 0.5, 0, 0},
		{`{"accuracy": 0.5}` + "\n" + `{"accuracy": NaN}`, -1, 0, 0},
		{`{"accuracy": null}`, -1, 0, 0},
		{`{"accuracy": "0.5"}`, -1, 0, 0},
		{`{"accuracy": 1.01}`, -1, 0, 0},
		{`{"accuracy": 0.5`, -1, 0, 0},
		{`[{"accuracy": 0.5}]`, -1, 0, 0},
		{`{"accuracy": 0.5} {}`, -1, 0, 0},
		{`{"note": "accuracy"}`, -1, 0, 0},
		{" \n", -1, 0, 0},
	} {
		var o output
		o.Write([]byte(c.text))
		e, err := o.answer()
		if c.accuracy < 0 {
			if err == nil {
				t.Errorf("%.60q: %+v, want an error", c.text, e)
			}
			continue
		}
		if err != nil || e.Accuracy != c.accuracy || e.Loss != c.loss || e.Epochs != c.epochs || e.Reason != "" {
			t.Errorf("%.60q: %+v, %v; want accuracy %g, loss %g, epochs %d", c.text, e, err, c.accuracy, c.loss, c.epochs)
		}
	}
}

// TestOutputIsBounded checks that the memory taken does not grow with the output.
func TestOutputIsBounded(t *testing.T) {
	var o output
	for _, piece := range []string{strings.Repeat("x", 1<<16), strings.Repeat("y\n", 1<<15)} {
		for range 200 {
			o.Write([]byte(piece))
		}
	}
	if c := cap(o.line) + cap(o.last); c > 4*maxLine {
		t.Errorf("%d bytes are kept", c)
	}
	last := &tail{limit: 4}
	for range 200 {
		last.Write(make([]byte, 1<<16))
	}
	last.Write([]byte("words"))
	if string(last.data) != "ords" || cap(last.data) > 64 {
		t.Errorf("the end is %q, with room for %d bytes", last.data, cap(last.data))
	}
}

// FuzzAnswer compares the answer that is found with that of looking through the
// lines from the last one on, however the output is cut into pieces.
func FuzzAnswer(f *testing.F) {
	f.Add("log\n{\"accuracy\": 0.5, \"loss\": NaN}\r\nbye", 3)
	f.Add("\ufeff{\"accuracy\": 1, \"reason\": \"a \\\"NaN\\\"\"}", 1)
	f.Add("{\"accuracy\": {}}\r{\"accuracy\": 2", 7)
	f.Fuzz(func(t *testing.T, text string, size int) {
		var whole, cut output
		whole.Write([]byte(text))
		size = max(1, size)
		for rest := text; rest != ""; {
			n := min(size, len(rest))
			cut.Write([]byte(rest[:n]))
			rest = rest[n:]
		}
		e, err := whole.answer()
		again, errAgain := cut.answer()
		if e != again || (err == nil) != (errAgain == nil) {
			t.Fatalf("in pieces of %d: %+v, %v; whole: %+v, %v", size, again, errAgain, e, err)
		}
		if err == nil && (!(e.Accuracy >= 0 && e.Accuracy <= 1) || math.IsNaN(e.Loss) || math.IsInf(e.Loss, 0) || e.Epochs < 0) {
			t.Fatalf("%q: %+v", text, e)
		}
		if strings.Contains(text, "NaN") || strings.Contains(text, "Infinity") {
			return
		}
		lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
		for i := len(lines) - 1; i >= 0; i-- {
			var object struct{ Accuracy json.RawMessage }
			line := strings.TrimSpace(strings.TrimPrefix(lines[i], "\ufeff"))
			if !strings.HasPrefix(line, "{") || json.Unmarshal([]byte(line), &object) != nil || object.Accuracy == nil {
				continue
			}
			v, bad := strconv.ParseFloat(string(object.Accuracy), 64)
			if good := bad == nil && v >= 0 && v <= 1; good != (err == nil) || good && v != e.Accuracy {
				t.Fatalf("%q: %+v, %v; the line %q says %s", text, e, err, line, object.Accuracy)
			}
			return
		}
		if err == nil {
			t.Fatalf("%q: %+v, but no line is an answer", text, e)
		}
	})
}
