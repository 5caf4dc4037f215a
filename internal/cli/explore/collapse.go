package explore

import (
	"fmt"
	"io"
	"strings"

	"coexplore/nas"
	"coexplore/nas/method"
)

// collapseNotice is a recorder that says, once, that a policy has collapsed, and what to
// change.
type collapseNotice struct {
	nas.NopRecorder
	w          io.Writer
	parameters method.Values
	watch      nas.CollapseWatch
}

// Begin implements nas.Recorder.
func (n *collapseNotice) Begin(_ *nas.Problem, s *nas.Settings, _ string) error {
	if s.Resume != nil {
		for i := range s.Resume.Trials {
			n.see(&s.Resume.Trials[i])
		}
	}
	return nil
}

// Trial implements nas.Recorder.
func (n *collapseNotice) Trial(t nas.Trial) error {
	n.see(&t)
	return nil
}

func (n *collapseNotice) see(t *nas.Trial) {
	if n.watch.See(t) {
		fmt.Fprintf(n.w, "\n%s; %s\n", n.watch.Collapse(), collapseAdvice(n.parameters))
	}
}

// collapseAdvice says what to change of a method with these parameters.
func collapseAdvice(parameters method.Values) string {
	var changes []string
	if bonus, ok := parameters[method.EntropyBonus]; ok {
		changes = append(changes, fmt.Sprintf("a larger --%s than %g", method.EntropyBonus, bonus))
	}
	if rate, ok := parameters[method.ControllerRate]; ok {
		changes = append(changes, fmt.Sprintf("a smaller --%s than %g", method.ControllerRate, rate))
	}
	if changes == nil {
		return "it will hardly find anything new"
	}
	return "it will hardly find anything new: begin anew with " + strings.Join(changes, " or ")
}
