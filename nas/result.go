package nas

// A Result is what a search found and what it cost.
type Result struct {
	Method   string `json:"method"`
	Space    string `json:"space"`
	Seed     uint64 `json:"seed"`
	Episodes int    `json:"episodes"` // networks proposed
	Trained  int    `json:"trained"`
	Pruned   int    `json:"pruned"`
	Reused   int    `json:"reused"`
	Refused  int    `json:"refused"` // not trained, since that would have taken more than the budget
	Failed   int    `json:"failed"`

	FastSeconds  float64 `json:"fast_seconds"`
	TrainSeconds float64 `json:"train_seconds"`

	Spec          float64  `json:"fps"`            // the specification, frames/s
	AccuracyFloor float64  `json:"accuracy_floor"` // the floor that OptHW keeps
	OptHW         *Design  `json:"opthw"`          // highest efficiency among those that keep the floor; nil if nothing was trained
	OptSW         *Design  `json:"optsw"`          // highest accuracy; nil if nothing was trained
	Front         []Design `json:"front"`          // Pareto front of (accuracy, efficiency), by falling accuracy

	// Hypervolume is the area that the front dominates in the plane of accuracy
	// and efficiency, above the reference point (0, 0): 1 would be a network
	// with no error on a pipeline with no idle time.
	Hypervolume float64 `json:"hypervolume"`

	Trials []Trial `json:"-"`
}

// NewResult sums up trials, in the order in which they were finished.
func NewResult(p *Problem, s *Settings, method string, trials []Trial) *Result {
	r := &Result{Method: method, Space: p.Space.Name(), Seed: s.Seed, Spec: p.Spec, Trials: trials, Front: []Design{}}
	for i := range trials {
		t := &trials[i]
		r.Episodes = max(r.Episodes, t.Episode+1)
		r.FastSeconds += t.FastSeconds
		r.TrainSeconds += t.TrainSeconds
		switch t.Status {
		case Trained:
			r.Trained++
		case Reused:
			r.Reused++
		case Pruned:
			r.Pruned++
		case Refused:
			r.Refused++
		case Failed:
			r.Failed++
		}
	}
	r.summarise(p.AccuracyFloor)
	return r
}

// Designs are the distinct networks with a known accuracy that meet the
// specification, in the order in which they were found. A network that was planned
// more than once counts with its highest efficiency.
func (r *Result) Designs() []Design {
	at := make(map[string]int)
	var list []Design
	for i := range r.Trials {
		t := &r.Trials[i]
		if t.Status != Trained && t.Status != Reused || !r.Meets(t) {
			continue
		}
		k, seen := at[t.Network]
		if !seen {
			at[t.Network] = len(list)
			list = append(list, t.Design)
		} else if t.Efficiency > list[k].Efficiency {
			list[k] = t.Design
		}
	}
	return list
}

// Meets tells whether a trial's pipeline meets the specification: methods that do
// not prune train networks that miss it.
func (r *Result) Meets(t *Trial) bool { return Meets(t.Throughput, r.Spec) }

// Meets tells whether a throughput meets a specification, both in frames/s, but for
// rounding.
func Meets(throughput, spec float64) bool { return throughput >= spec*(1-1e-9) }

// summarise finds the front, its hypervolume and the two chosen designs.
func (r *Result) summarise(floor float64) {
	designs := r.Designs()
	if len(designs) == 0 {
		r.AccuracyFloor = floor
		return
	}
	r.Front = Front(designs)
	r.Hypervolume = Hypervolume(r.Front)
	optSW := r.Front[0]
	r.OptSW = &optSW
	if floor == 0 {
		floor = max(0, optSW.Accuracy-DefaultFloor)
	}
	r.AccuracyFloor = floor
	for i := range r.Front {
		if r.Front[i].Accuracy >= floor {
			optHW := r.Front[i] // efficiency rises along the front
			r.OptHW = &optHW
		}
	}
}
