package nas

import (
	"slices"

	"coexplore/nas/pareto"
)

// A Result is what a search found and what it cost.
type Result struct {
	Method   string `json:"method"`
	Space    string `json:"space"`
	Seed     uint64 `json:"seed"`
	Episodes int    `json:"episodes"` // networks proposed
	Trained  int    `json:"trained"`
	Pruned   int    `json:"pruned"`
	Reused   int    `json:"reused"`
	Stopped  int    `json:"stopped,omitempty"` // trained for some epochs only: see [Halving]
	Epochs   int    `json:"epochs,omitempty"`  // trained in all
	Refused  int    `json:"refused"`           // not trained, since that would have taken more than the budget
	Failed   int    `json:"failed"`
	// LastFailure names the network of the last trial that failed, and says why.
	LastFailure string `json:"last_failure,omitempty"`
	// Collapse says that the method's policy came to propose one network alone; nil: it
	// did not.
	Collapse *Collapse `json:"collapse,omitempty"`
	Plans    int       `json:"plans"` // what searching costs beside training: see [Settings.MaxPlans]

	FastSeconds  float64 `json:"fast_seconds"`
	TrainSeconds float64 `json:"train_seconds"`

	Spec          float64    `json:"fps"`                  // the specification, frames/s
	AccuracyFloor float64    `json:"accuracy_floor"`       // the floor that OptHW keeps
	OptHW         *Design    `json:"opthw"`                // highest efficiency among those that keep the floor; nil if nothing was trained
	OptSW         *Design    `json:"optsw"`                // highest accuracy; nil if nothing was trained
	Objectives    Objectives `json:"objectives,omitempty"` // of the problem; none: accuracy and efficiency
	Front         []Design   `json:"front"`                // Pareto front, the best in the first objective first

	// Hypervolume is the volume that the front dominates, down to the objectives'
	// worst values: for accuracy and efficiency an area above (0, 0), where 1 would be
	// a network with no error on a pipeline with no idle time.
	Hypervolume float64 `json:"hypervolume"`

	Trials []Trial `json:"-"`
}

// NewResult sums up trials, in the order in which they were finished.
func NewResult(p *Problem, s *Settings, method string, trials []Trial) *Result {
	r := &Result{
		Method: method, Space: p.Space.Name(), Seed: s.Seed, Spec: p.Spec, Objectives: p.Objectives,
		LastFailure: lastFailure(trials), Front: []Design{}, Trials: trials,
	}
	var policy CollapseWatch
	for i := range trials {
		t := &trials[i]
		policy.See(t)
		r.Episodes = max(r.Episodes, t.Episode+1)
		r.Plans += t.Plans
		r.Epochs += t.Epochs
		r.FastSeconds += t.FastSeconds
		r.TrainSeconds += t.TrainSeconds
		switch t.Status {
		case Trained:
			r.Trained++
		case Reused:
			r.Reused++
		case Pruned:
			r.Pruned++
		case Stopped:
			r.Stopped++
		case Refused:
			r.Refused++
		case Failed:
			r.Failed++
		}
	}
	r.Collapse = policy.Collapse()
	r.summarise(p.AccuracyFloor)
	return r
}

// Designs are the networks with a known accuracy that meet the specification, in
// the order in which they were found. A network that was planned more than once
// counts with its best plan, or plans, if none is better in every objective.
func (r *Result) Designs() []Design { return designsOf(r.candidates()) }

// candidates are the first trials of the designs.
func (r *Result) candidates() []Trial {
	plans := make(map[string][]int) // places in the list, by network
	directions := r.Objectives.Directions()
	var list []Trial
next:
	for i := range r.Trials {
		t := &r.Trials[i]
		if t.Status != Trained && t.Status != Reused || !r.Meets(t) {
			continue
		}
		values := r.Objectives.Values(t)
		for _, k := range plans[t.Network] {
			known := r.Objectives.Values(&list[k])
			if slices.Equal(known, values) || pareto.Dominates(known, values, directions...) {
				continue next
			}
			if pareto.Dominates(values, known, directions...) {
				list[k] = *t
				continue next
			}
		}
		plans[t.Network] = append(plans[t.Network], len(list))
		list = append(list, *t)
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
	r.AccuracyFloor = floor
	candidates := r.candidates()
	if len(candidates) == 0 {
		return
	}
	front := r.Objectives.Front(candidates)
	r.Front, r.Hypervolume = designsOf(front), r.Objectives.Hypervolume(front)
	designs := Front(designsOf(candidates)) // by falling accuracy and rising efficiency
	r.OptSW = &designs[0]
	if floor == 0 {
		r.AccuracyFloor = max(0, r.OptSW.Accuracy-DefaultFloor)
	}
	for i := range designs {
		if designs[i].Accuracy >= r.AccuracyFloor {
			r.OptHW = &designs[i]
		}
	}
}
