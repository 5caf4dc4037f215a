package figures

import (
	"fmt"

	"coexplore/internal/cli"
	"coexplore/kernelext/figure"
	"coexplore/nas"
	"coexplore/nas/run"
)

// replayPlots are the figures of what a replay found: the fast exploration of the episode that
// took most steps of it, and the policy on the way to the network.
func replayPlots(p *run.Replay, space nas.Space) []cli.Plot {
	var longest []nas.FastStep
	for from := 0; from < len(p.Steps); {
		to := from
		for to < len(p.Steps) && p.Steps[to].Episode == p.Steps[from].Episode {
			to++
		}
		if to-from > len(longest) {
			longest = p.Steps[from:to]
		}
		from = to
	}
	var decisions []figure.Decision
	for i, of := range p.Policy {
		d := space.Decisions()[i]
		list := figure.Decision{Name: string(d.Kind), Probabilities: of}
		if d.Layer >= 0 {
			list.Name = fmt.Sprintf("%s %d", d.Kind, d.Layer+1)
		}
		for _, v := range d.Values {
			list.Choices = append(list.Choices, fmt.Sprint(v))
		}
		decisions = append(decisions, list)
	}
	return cli.Drawable(cli.Plot{Name: "fast", Figure: figure.FastSteps(longest)}, cli.Plot{Name: "policy", Figure: figure.Policy(decisions)})
}
