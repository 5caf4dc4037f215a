package kernelext

import (
	"encoding/json"
	"fmt"
	"html"
	"math"
	"os"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// MarkType is the media type of an exercise's mark: a Mark as JSON, in the same
// display as the words for the reader.
const MarkType = "application/vnd.coexplore.mark+json"

// MarkNonceVariable names the environment variable whose value a Mark repeats as its
// Nonce. `coexplore notebooks grade` sets it, anew for every check that it runs.
const MarkNonceVariable = "COEXPLORE_MARK_NONCE"

// A Mark says how an exercise went, for programs.
type Mark struct {
	Exercise string   `json:"exercise"`
	Right    bool     `json:"right"`
	Hint     string   `json:"hint,omitempty"`   // what to look at; empty if right
	Score    *float64 `json:"score,omitempty"`  // of an open exercise whose conditions hold
	Unit     string   `json:"unit,omitempty"`   // of the score and the target
	Target   *float64 `json:"target,omitempty"` // of an open exercise
	Nonce    string   `json:"nonce,omitempty"`  // value of $COEXPLORE_MARK_NONCE
}

// A Checker looks at the answer to an exercise: it collects conditions, and Done says
// what came of them. The first condition that does not hold decides the hint; the
// others are ignored.
type Checker struct {
	mark   Mark
	looked bool // at something
	failed bool
	done   bool
}

// Exercise begins the check of the exercise of that name. What was to be answered is
// in a cell above, as a function or a value:
//
//	ex := Exercise("interval")
//	ex.Near(interval(3, 40), 120, 1e-9, "the slowest stage decides, not the sum")
//	ex.Want(interval(0, 40) == 0, "no stages take no time")
//	ex.Done()
//
// An open exercise has a score instead of one right answer:
//
//	ex.Want(plan.FPGAs <= 3, "use at most three FPGAs")
//	ex.Score(plan.Throughput, "frames/s", 1200)
func Exercise(name string) *Checker { return &Checker{mark: Mark{Exercise: name}} }

// Want asks for a condition to hold. The hint says, in a sentence that begins small,
// what to look at if it does not; it must not give the answer away.
func (c *Checker) Want(ok bool, hint string) {
	c.looked = true
	if !ok && !c.failed {
		c.failed, c.mark.Hint = true, hint
	}
}

// Near asks for got to differ from want by at most tolerance times |want|; by at
// most tolerance where want is zero. A got that is infinite or not a number fails.
func (c *Checker) Near(got, want, tolerance float64, hint string) {
	limit := tolerance * math.Abs(want)
	if want == 0 {
		limit = tolerance
	}
	c.Want(math.Abs(got-want) <= limit && !math.IsInf(got, 0), hint)
}

// Score gives an open exercise its score, in that unit; larger is better, and one
// that reaches the target is right. It counts, and has a place on the leaderboard of
// `coexplore notebooks grade`, whether or not it reaches the target, but only if all
// conditions before and after it hold. A score that is infinite or not a number is none.
func (c *Checker) Score(value float64, unit string, target float64) {
	c.looked = true
	c.mark.Unit = unit
	if !math.IsNaN(target) && !math.IsInf(target, 0) {
		c.mark.Target = &target
	}
	if math.IsNaN(value) || math.IsInf(value, 0) {
		c.Want(false, fmt.Sprintf("a score of %v is none", value))
		return
	}
	c.mark.Score = &value
}

// Done shows "Right." or "Not yet", with the hint, and the score if there is one, and
// leaves a Mark for programs in the same display. Calling it again does nothing.
func (c *Checker) Done() error {
	if c.done {
		return nil
	}
	c.done = true
	m := c.Mark()
	text := m.String()
	if !gonbui.IsNotebook {
		_, err := fmt.Println(text)
		return err
	}
	raw, err := json.Marshal(m)
	if err == nil {
		err = send("", map[protocol.MIMEType]any{
			protocol.MIMETextHTML:  m.html(),
			protocol.MIMETextPlain: text,
			MarkType:               string(raw),
		})
	}
	if err == nil {
		err = flush()
	}
	return report(err)
}

// Mark is how the exercise went, as far as it was looked at.
func (c *Checker) Mark() Mark {
	m := c.mark
	m.Nonce = os.Getenv(MarkNonceVariable)
	switch {
	case !c.looked:
		m.Hint = "nothing was looked at: the check has no condition"
	case c.failed:
		m.Score = nil
	case m.Score != nil && (m.Target == nil || *m.Score < *m.Target):
	default:
		m.Right = true
	}
	return m
}

// String is the mark in words: "Right.", "Not yet: the slowest stage decides.", or
// "Right: 1250 frames/s; the target is 1200."
func (m Mark) String() string {
	verdict, rest := m.words()
	return verdict + rest
}

// words is the verdict and what follows it.
func (m Mark) words() (verdict, rest string) {
	verdict = "Not yet"
	if m.Right {
		verdict = "Right"
	}
	switch {
	case m.Hint != "":
		return verdict, ": " + sentence(m.Hint)
	case m.Score != nil && m.Target != nil:
		return verdict, ": " + sentence(fmt.Sprintf("%s; the target is %s", quantity(*m.Score, m.Unit), figures(*m.Target)))
	case m.Score != nil:
		return verdict, ": " + sentence(quantity(*m.Score, m.Unit))
	}
	return verdict, "."
}

// quantity is a figure with its unit, if it has one.
func quantity(x float64, unit string) string {
	if unit == "" {
		return figures(x)
	}
	return figures(x) + " " + unit
}

// sentence ends s with a full stop where it has no end of its own.
func sentence(s string) string {
	switch s[len(s)-1] {
	case '.', '!', '?':
		return s
	}
	return s + "."
}

// html is the mark for a browser: a frame, green or amber, which the word and its
// sign repeat for those who do not see the colour.
func (m Mark) html() string {
	verdict, rest := m.words()
	colour, sign := "#9a6700", "&#8230;"
	if m.Right {
		colour, sign = "#1a7f37", "&#10003;"
	}
	return fmt.Sprintf("<div style=\"border: 2px solid %s; padding: 6px 12px\"><b>%s %s</b>%s</div>",
		colour, sign, verdict, html.EscapeString(rest))
}
