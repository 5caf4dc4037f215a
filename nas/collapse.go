package nas

import (
	"cmp"
	"fmt"
)

// When a policy counts as collapsed: it has proposed the same network so many times in a
// row, and the mean entropy of its decisions, which was exploring or more, is below certain,
// both in nats.
const (
	collapseRow = 50
	exploring   = 0.1
	certain     = 0.1
)

// A Collapse is the end of a search that goes on: the policy of its method has become
// certain of one network and proposes it again and again, so that hardly anything new is
// planned or trained. Its entropy bonus was too small or its learning rate too high for
// the rewards.
type Collapse struct {
	Network string  `json:"network"`
	Episode int     `json:"episode"` // the first of the row, from 0
	Times   int     `json:"times"`   // in a row that it was proposed
	Entropy float64 `json:"entropy"` // mean of the policy's decisions after the last, nats
}

// String says what happened, in a line.
func (c *Collapse) String() string {
	return fmt.Sprintf("the policy has collapsed: since episode %d it has proposed %s %d times in a row (mean entropy of its decisions: %.2g nats)",
		c.Episode+1, c.Network, c.Times, c.Entropy)
}

// A CollapseWatch looks at the trials of a search, in order, for a policy that
// collapses. The zero value is ready. Methods without a policy, whose trials have no
// entropy, never collapse.
type CollapseWatch struct {
	row     Collapse // the present one
	longest *Collapse
	highest float64 // entropy so far
}

// See looks at the next trial. It is true for the first with which the policy counts as
// collapsed: once for a search.
func (w *CollapseWatch) See(t *Trial) bool {
	if proposed := cmp.Or(t.Sampled, t.Network); proposed != w.row.Network {
		w.row = Collapse{Network: proposed, Episode: t.Episode}
	}
	w.row.Times++
	w.row.Entropy, w.highest = t.Entropy, max(w.highest, t.Entropy)
	if w.row.Times < collapseRow || w.row.Entropy >= certain || w.highest < exploring {
		return false
	}
	first := w.longest == nil
	if first || w.row.Times > w.longest.Times {
		longest := w.row
		w.longest = &longest
	}
	return first
}

// Collapse is the longest row of the same network; nil if the policy has not collapsed.
func (w *CollapseWatch) Collapse() *Collapse { return w.longest }
