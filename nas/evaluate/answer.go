package evaluate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"coexplore/nas"
)

// maxLine is the length of a line of output that can be an answer, in bytes. No more
// of a longer one is kept.
const maxLine = 1 << 20

// output is the standard output of an external program. It keeps the last line that
// is an answer, and for messages the beginning of the last line of all, whatever the
// amount that is written. Lines end with \n or \r, as a progress bar writes it.
type output struct {
	line  []byte // the one under way, cut off at maxLine+1
	last  []byte // the beginning of the last one that is not blank
	found *answer
}

// answer is a line that is a JSON object with an accuracy, of whatever type.
type answer struct {
	Accuracy json.RawMessage `json:"accuracy"`
	Loss     json.RawMessage `json:"loss"`
	Epochs   json.RawMessage `json:"epochs"`
	Reason   json.RawMessage `json:"reason"`
}

func (o *output) Write(p []byte) (int, error) {
	n := len(p)
	for {
		end := bytes.IndexAny(p, "\r\n")
		part := p
		if end >= 0 {
			part = p[:end]
		}
		o.line = append(o.line, part[:min(len(part), maxLine+1-len(o.line))]...)
		if end < 0 {
			return n, nil
		}
		o.endLine()
		p = p[end+1:]
	}
}

// endLine makes sense of the line under way.
func (o *output) endLine() {
	line := bytes.TrimSpace(bytes.TrimPrefix(o.line, []byte("\ufeff")))
	if len(line) > 0 {
		o.last = append(o.last[:0], line[:min(len(line), maxQuote+1)]...)
		if len(o.line) <= maxLine {
			if a := parseAnswer(line); a != nil {
				o.found = a
			}
		}
	}
	o.line = o.line[:0]
}

// parseAnswer is the answer that a line is, or nil.
func parseAnswer(line []byte) *answer {
	if line[0] != '{' {
		return nil
	}
	var a answer
	if json.Unmarshal(line, &a) != nil {
		a = answer{}
		if json.Unmarshal(withoutNaN(line), &a) != nil {
			return nil
		}
	}
	if a.Accuracy == nil {
		return nil
	}
	return &a
}

// withoutNaN replaces what Python's json.dumps writes for numbers that are not
// finite, which is not JSON, by null.
func withoutNaN(line []byte) []byte {
	var out []byte
	quoted := false
next:
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted && i+1 < len(line):
			out = append(out, c)
			i++
		case !quoted:
			for _, word := range []string{"NaN", "-Infinity", "Infinity"} {
				if bytes.HasPrefix(line[i:], []byte(word)) {
					out = append(out, "null"...)
					i += len(word) - 1
					continue next
				}
			}
		}
		out = append(out, line[i])
	}
	return out
}

// answer is the last answer in all that was written, which is complete. The error
// goes on where the program's name ends.
func (o *output) answer() (nas.Evaluation, error) {
	o.endLine()
	if o.found == nil {
		if o.last == nil {
			return nas.Evaluation{}, errors.New("wrote nothing; want a line that is a JSON object with accuracy")
		}
		if bytes.IndexByte(o.last, 0) >= 0 {
			return nas.Evaluation{}, errors.New("wrote a zero byte: this is UTF-16 or no text; have it write UTF-8")
		}
		return nas.Evaluation{}, fmt.Errorf("wrote no line that is a JSON object with accuracy; the last line is %s", quote(o.last))
	}
	accuracy, ok := number(o.found.Accuracy)
	if !ok || !(accuracy >= 0 && accuracy <= 1) {
		return nas.Evaluation{}, fmt.Errorf("answered with accuracy %s, which is not a number between 0 and 1", quote(o.found.Accuracy))
	}
	e := nas.Evaluation{Accuracy: accuracy}
	e.Loss, _ = number(o.found.Loss)
	if n, ok := number(o.found.Epochs); ok && n >= 0 && n <= math.MaxInt32 {
		e.Epochs = int(n)
	}
	if len(o.found.Reason) > 0 && json.Unmarshal(o.found.Reason, &e.Reason) != nil {
		e.Reason = ""
	}
	return e, nil
}

// number is the JSON number v, or 0 and false if it is none.
func number(v json.RawMessage) (float64, bool) {
	var x *float64
	if len(v) == 0 || json.Unmarshal(v, &x) != nil || x == nil {
		return 0, false
	}
	return *x, true
}

// maxQuote is how much of what a program wrote a message has, in bytes.
const maxQuote = 120

// quote shortens what a program wrote for a message.
func quote(b []byte) string {
	if len(b) > maxQuote {
		return fmt.Sprintf("%q...", b[:maxQuote])
	}
	return fmt.Sprintf("%q", b)
}
