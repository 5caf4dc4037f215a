package kernelext

import (
	"fmt"
	"html"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Control is something that a reader of the notebook can set in what Interact
// shows: a Slider or a Choice.
type Control interface {
	check() error
	count() int // of its positions
	start() int
	set(position int)
	html() string
	String() string
}

// labelStyle keeps a control in one line, whatever the front-end's own style is.
const labelStyle = "display: inline-flex; align-items: center; gap: 0.5em; margin: 0; font-weight: normal"

// SliderControl is a slider; Interact's function reads it with Value.
type SliderControl struct {
	label           string
	from, to, step  float64
	first, position int
}

// Slider returns a slider with the positions from, from+step, ... up to to, which
// stands at the one nearest to start.
func Slider(label string, from, to, step, start float64) *SliderControl {
	s := &SliderControl{label: label, from: from, to: to, step: step}
	if s.check() == nil {
		s.first = max(0, min(s.count()-1, int(math.Round((start-from)/step))))
		s.position = s.first
	}
	return s
}

// Value is where the slider stands.
func (s *SliderControl) Value() float64 { return s.at(s.position) }

// at is a position's value, without the noise of binary fractions.
func (s *SliderControl) at(position int) float64 {
	x, _ := strconv.ParseFloat(strconv.FormatFloat(s.from+float64(position)*s.step, 'g', 12, 64), 64)
	return x
}

func (s *SliderControl) check() error {
	if n := (s.to - s.from) / s.step; !(s.step > 0) || !(n >= 0) || n > 1e6 {
		return fmt.Errorf("kernelext: slider %q from %g to %g by %g: the end must not be before the beginning, and the step positive", s.label, s.from, s.to, s.step)
	}
	return nil
}

func (s *SliderControl) count() int       { return int((s.to-s.from)/s.step+1e-9) + 1 }
func (s *SliderControl) start() int       { return s.first }
func (s *SliderControl) set(position int) { s.position = position }

// String names the slider and where it stands.
func (s *SliderControl) String() string { return fmt.Sprintf("%s = %g", s.label, s.Value()) }

func (s *SliderControl) html() string {
	texts := make([]string, s.count())
	width := 0
	for i := range texts {
		texts[i] = fmt.Sprint(s.at(i))
		width = max(width, len(texts[i]))
	}
	return fmt.Sprintf(`<label style="%s">%s <input type="range" style="width: 14em; margin: 0" min="0" max="%d" value="%d" data-texts="%s"> <output style="padding: 0; min-width: %dch">%s</output></label>`,
		labelStyle, html.EscapeString(s.label), len(texts)-1, s.first, strings.Join(texts, " "), width, texts[s.first])
}

// ChoiceControl is a list to choose from; Interact's function reads it with Value.
type ChoiceControl struct {
	label    string
	values   []string
	position int
}

// Choice returns a list to choose from, of which the first is chosen.
func Choice(label string, values ...string) *ChoiceControl {
	return &ChoiceControl{label: label, values: slices.Clone(values)}
}

// Value is what is chosen; "" if there is nothing to choose from.
func (c *ChoiceControl) Value() string {
	if len(c.values) == 0 {
		return ""
	}
	return c.values[c.position]
}

func (c *ChoiceControl) check() error {
	if len(c.values) == 0 {
		return fmt.Errorf("kernelext: choice %q: nothing to choose from", c.label)
	}
	return nil
}

func (c *ChoiceControl) count() int       { return len(c.values) }
func (c *ChoiceControl) start() int       { return 0 }
func (c *ChoiceControl) set(position int) { c.position = position }

// String names the list and what is chosen.
func (c *ChoiceControl) String() string { return c.label + " = " + c.Value() }

func (c *ChoiceControl) html() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<label style=\"%s\">%s <select>", labelStyle, html.EscapeString(c.label))
	for i, v := range c.values {
		fmt.Fprintf(&b, `<option value="%d">%s</option>`, i, html.EscapeString(v))
	}
	b.WriteString("</select></label>")
	return b.String()
}
