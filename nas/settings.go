package nas

// Settings are a search's seed and limits.
type Settings struct {
	Seed     uint64
	Episodes int // networks that the method may propose; at least 1
	// MaxTrained ends the search when so many networks were trained, or with Halving as
	// many epochs as training so many to the end takes; zero: no limit.
	MaxTrained int
	// Halving, if not nil, stops most networks early. The evaluator must be a [Gradual].
	Halving *Halving
	// MaxPlans ends the search when so many plans were made, with all that plan:
	// planning is cheap beside training, but what one method plans for free another
	// may plan too. Zero: no limit. Methods that plan more than what they propose
	// spread the plans over the networks: see [Search.MayPlan]. What a
	// [Finisher] plans at the very end is counted and not limited.
	MaxPlans int
	// Workers is how many networks are trained at once; zero means 1. It changes
	// the time that a search takes, not its result. For most methods there are more
	// than one to train only with InFlight.
	Workers int
	// InFlight is how many networks may wait for their accuracies at once; zero means 1,
	// with which every network is proposed knowing all accuracies before it. With n the
	// method proposes on while fewer than n are in flight, and is told what became of its
	// networks in the order in which it proposed them, whichever is done first: so the
	// result depends on n, and neither on Workers nor on how long anything takes. It
	// cannot be combined with Halving.
	InFlight int
	// Retries is how often an evaluation that failed is tried again, with the same seed,
	// before its network counts as failed. Zero means DefaultRetries, a negative number
	// never.
	Retries int
	// MaxFailures ends the search with an error when the evaluations of so many networks
	// in a row failed: then the evaluator is at fault rather than a network. Zero means
	// DefaultMaxFailures, a negative number that there is no limit.
	MaxFailures int
	// Stop, if not nil, is asked after each trial, in order; true ends the search
	// there, and nothing that the method proposed after it counts.
	Stop     func(*Trial) bool
	Recorder Recorder // nil: nobody watches
	Resume   *State   // nil: start anew
	// Evaluated are trials of this very search that were made after Resume, or before
	// its first State. Their steps are done again, and the networks that were trained in
	// them need not be. With Halving they are.
	Evaluated []Trial
}

// What is done about failures where the settings are zero.
const (
	DefaultRetries     = 2
	DefaultMaxFailures = 5
)

// orDefault is n, or def where n is zero.
func orDefault(n, def int) int {
	if n == 0 {
		return def
	}
	return n
}

// State is all that resuming a search needs: a Recorder that is a
// [Checkpointer] is handed one after every step, and Settings.Resume takes it.
type State struct {
	Method   string  `json:"method"`
	Episodes int     `json:"episodes"` // episodes done
	Plans    int     `json:"plans"`    // plans made
	Rand     []byte  `json:"rand"`     // the random source
	Data     []byte  `json:"data"`     // the method's own state
	Trials   []Trial `json:"-"`        // all trials so far
}
