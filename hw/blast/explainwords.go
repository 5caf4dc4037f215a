package blast

import (
	"fmt"
	"strings"

	"coexplore/hw"
)

func (t *tracer) reach(s score) Reach {
	fps := t.p.FPS
	if fps == 0 {
		fps = t.p.clock.fps(t.chosen.slow)
	}
	r := Reach{Price: s.price, FPGAs: int(s.fpgas)}
	if s.fpgas > 0 {
		r.Utilization = t.p.clock.Seconds(s.sum) * fps / float64(t.p.Target.Batch) / float64(s.fpgas)
	}
	if s.slow > 0 {
		r.ThroughputFPS = t.p.clock.fps(s.slow)
	}
	return r
}

func (t *tracer) ms(cycles int64) float64 { return t.p.clock.Seconds(cycles) * 1e3 }

// fpgas names what a group runs on.
func (t *tracer) fpgas(g *Candidate) string {
	if g.Use == nil {
		return t.in.Types[g.Type].Name
	}
	return t.set(g.Use)
}

func (t *tracer) set(use []int) string {
	var items []string
	for k, n := range use {
		if n > 0 {
			items = append(items, fmt.Sprintf("%s:%d", t.in.Types[k].Name, n))
		}
	}
	return strings.Join(items, ",")
}

// loses says how another pipeline compares with the chosen one.
func (t *tracer) loses(s score) string {
	c, r := t.reach(t.chosen), t.reach(s)
	same := ""
	switch t.obj {
	case hw.MaxUtilization:
		if t.chosen.sum*s.fpgas != s.sum*t.chosen.fpgas {
			return fmt.Sprintf("utilization %.2f%%, not %.2f%%", 100*r.Utilization, 100*c.Utilization)
		}
		same = fmt.Sprintf("the same utilization of %.2f%%, ", 100*r.Utilization)
	case hw.MinCost:
		if t.chosen.price != s.price {
			return fmt.Sprintf("price %.4g, not %.4g", r.Price, c.Price)
		}
		same = fmt.Sprintf("the same price of %.4g, ", r.Price)
	}
	switch {
	case t.chosen.slow != s.slow:
		return same + fmt.Sprintf("%.4g frames/s, not %.4g", r.ThroughputFPS, c.ThroughputFPS)
	case t.chosen.fpgas != s.fpgas:
		return same + fmt.Sprintf("the same %.4g frames/s on %d FPGAs, not %d", r.ThroughputFPS, s.fpgas, t.chosen.fpgas)
	case t.chosen.price != s.price:
		return same + fmt.Sprintf("the same %.4g frames/s at a price of %.4g, not %.4g", r.ThroughputFPS, r.Price, c.Price)
	}
	return same + fmt.Sprintf("the same %.4g frames/s: a tie", r.ThroughputFPS)
}

// nothing says that there is no pipeline.
func (t *tracer) nothing() string {
	if t.obj == hw.MaxThroughput {
		return "the FPGAs do not suffice for the other layers"
	}
	return fmt.Sprintf("nothing meets %g frames/s", t.p.FPS)
}

// why is the choice in a sentence.
func (t *tracer) why(runnerUp *score) string {
	c := t.reach(t.chosen)
	s := ""
	switch t.obj {
	case hw.MaxUtilization:
		s = fmt.Sprintf("of all pipelines that meet %g frames/s it has the highest mean utilization, %.2f%%", t.p.FPS, 100*c.Utilization)
	case hw.MinCost:
		s = fmt.Sprintf("of all pipelines that meet %g frames/s it has the lowest price, %.4g", t.p.FPS, c.Price)
	default:
		s = fmt.Sprintf("of all pipelines it has the highest throughput, %.4g frames/s", c.ThroughputFPS)
	}
	if runnerUp != nil {
		s += "; the best on other FPGAs has " + t.loses(*runnerUp)
	}
	return s
}
