package grade

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"coexplore/kernelext"
	"coexplore/kernelext/nbclient"
)

// judge finds the mark among what a check has displayed. One that does not repeat the
// nonce is not the check's, and a second one neither.
func judge(c *nbclient.Cell, exercise, nonce string) Verdict {
	var marks []kernelext.Mark
	for _, o := range c.Outputs {
		v, ok := o.Data[kernelext.MarkType]
		if !ok {
			continue
		}
		var m kernelext.Mark
		raw, _ := v.(string)
		if err := json.Unmarshal([]byte(raw), &m); err != nil || m.Nonce != nonce || m.Exercise != exercise {
			return Verdict{Reason: "it shows a mark of its own making"}
		}
		m.Nonce = ""
		marks = append(marks, m)
	}
	switch len(marks) {
	case 0:
		return Verdict{Reason: "no mark: the program ended before the check was done"}
	case 1:
	default:
		return Verdict{Reason: "it shows a mark of its own making"}
	}
	m := marks[0]
	v := Verdict{Right: m.Right, Hint: m.Hint, Mark: &m, Reason: "right"}
	if !m.Right {
		v.Hint = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(m.String(), "Not yet"), ":"))
		v.Reason = line("not yet: " + v.Hint)
	} else if m.Score != nil {
		v.Reason = line(strings.ToLower(m.String()[:1]) + m.String()[1:])
	}
	return v
}

// reason says why an answer or its check failed to run. The cell's lines up to last
// are the answer's.
func (s *session) reason(failed *nbclient.CellError, last int) string {
	where := ""
	if 0 < failed.Line && failed.Line <= last {
		where = fmt.Sprintf("line %d: ", failed.Line)
	}
	exit := ""
	for _, o := range failed.Cell.Outputs {
		if o.Type == "error" {
			exit = o.ErrorValue
		}
	}
	ran := strings.HasPrefix(exit, "exit status") || strings.HasPrefix(exit, "signal: ")
	switch {
	case failed.Timeout:
		return fmt.Sprintf("out of time: it ran for %v", s.options.time())
	case failed.Flood:
		return "out of bounds: " + failed.Reason
	case ran && outOfMemory(failed, exit):
		return "out of memory"
	case ran:
		return line("it fails: " + where + failed.Reason)
	}
	return line("does not compile: " + where + failed.Reason)
}

// outOfMemory says whether the system refused the program memory, or ended it to have
// memory for others.
func outOfMemory(failed *nbclient.CellError, exit string) bool {
	return exit == "signal: killed" || strings.Contains(failed.Reason, "out of memory") || strings.Contains(failed.Reason, "cannot allocate memory")
}

// lineMax is the length of a reason, in characters.
const lineMax = 300

// line is a text in one line without control characters, cut where it is long.
func line(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if r := []rune(s); len(r) > lineMax {
		s = string(r[:lineMax-3]) + "..."
	}
	return s
}
