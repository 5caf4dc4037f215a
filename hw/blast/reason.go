package blast

import (
	"fmt"
	"strings"
)

// giveReason says what limits an answer that misses its specification.
func (b *BLAST) giveReason(a *Answer, any bool, fps float64) {
	if !any {
		a.Reason = b.nowhere()
		return
	}
	worst, what := int64(-1), ""
	at := 0 // stages before the group
	for k, gi := range a.Solution.Groups {
		g := &a.Instance.Groups[gi]
		if g.Cycles > worst {
			slow := at
			for i := at; i < len(a.Stages) && a.Stages[i].First == a.Stages[at].First; i++ {
				if a.Stages[i].Cycles > a.Stages[slow].Cycles {
					slow = i
				}
			}
			s := &a.Stages[slow]
			worst = g.Cycles
			what = fmt.Sprintf("stage %d (%s on %s, %s bound) takes %.4g ms", k+1, s.layers(), s.Device, s.Bottleneck, s.LatencyMS)
		}
		if g.Link > worst {
			worst = g.Link
			what = fmt.Sprintf("the link before stage %d (layer %d) takes %.4g ms a frame at %g Gbit/s", k+1, a.Stages[at].First+1,
				b.Target.Seconds(g.Link)*1e3/float64(b.Target.Batch), b.Target.LinkGbps)
		}
		at++
		for at < len(a.Stages) && a.Stages[at].First == a.Stages[at-1].First {
			at++
		}
	}
	a.Reason = fmt.Sprintf("%g frames/s is out of reach: %s; the best that %s reaches is %.4g frames/s", fps, what, b.among(), a.BestFPS)
}

// among names the FPGAs that may be used.
func (b *BLAST) among() string {
	if b.MaxFPGAs > 0 && b.MaxFPGAs < b.Pool.Count() {
		return fmt.Sprintf("at most %d of the pool %v", b.MaxFPGAs, b.Pool)
	}
	return "the pool " + b.Pool.String()
}

// layers names a stage's layers, counted from 1.
func (s *hw.Stage) layers() string {
	switch {
	case s.Shard != nil:
		return fmt.Sprintf("layer %d, %v", s.First+1, s.Shard)
	case s.First == s.Last:
		return fmt.Sprintf("layer %d", s.First+1)
	}
	return fmt.Sprintf("layers %d to %d", s.First+1, s.Last+1)
}

// nowhere says why there is no pipeline at all.
func (b *BLAST) nowhere() string {
	w := b.work()
	for i := range w.loops {
		var last error
		fits := false
		for t := range b.types {
			if b.types[t].planner.exact(0, i, i+1) < hw.NeverCycles {
				fits = true
				break
			}
			_, last = b.types[t].planner.accelerator(0, w.loops[i:i+1])
		}
		if !fits {
			return fmt.Sprintf("layer %d fits no FPGA of the pool %v: %s", w.layer[i]+1, b.Pool, strings.TrimPrefix(last.Error(), "hw: "))
		}
	}
	return fmt.Sprintf("the layers fit %s one by one, but these are too few FPGAs to take them all", b.among())
}
