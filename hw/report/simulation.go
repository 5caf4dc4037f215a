package report

import (
	"fmt"
	"io"

	"coexplore/hw"
	"coexplore/hw/sim"
)

// Simulation is what frames on their way through a pipeline took.
type Simulation struct {
	Frames        int           `json:"frames"`
	Jitter        float64       `json:"jitter"`
	ThroughputFPS float64       `json:"throughput_fps"` // after warm-up
	FirstMS       float64       `json:"first_ms"`       // until the first frame is done
	MeanMS        float64       `json:"mean_ms"`        // a frame takes
	MaxMS         float64       `json:"max_ms"`
	Stages        []sim.Waiting `json:"stages"`
	ClockMHz      float64       `json:"clock_mhz"` // of the trace's cycles
	Trace         []sim.Span    `json:"trace,omitempty"`
}

// print writes what was simulated beside the analytic figures.
func (s *Simulation) print(out io.Writer, pipe *hw.Pipeline) {
	fmt.Fprintf(out, "\nSimulated, %d frames", s.Frames)
	if s.Jitter > 0 {
		fmt.Fprintf(out, " with a jitter of %g", s.Jitter)
	}
	fmt.Fprintf(out, ": %.4g frames/s after warm-up (analytic %.4g); the first frame after %.4g ms (analytic %.4g), all others in up to %.4g ms\n",
		s.ThroughputFPS, pipe.ThroughputFPS, s.FirstMS, pipe.LatencyMS, s.MaxMS)
	for i, u := range s.Stages {
		fmt.Fprintf(out, "stage %d: %s busy, %s waiting for a frame, %s waiting for an output buffer\n", i+1,
			Percent(u.Busy), Percent(u.Starved), Percent(u.Blocked))
	}
}
