package nas

// PrunedReward is the reward of a network that no pipeline runs fast enough
// (arXiv 1907.04650, section IV-B).
const PrunedReward = -1

// Reward is a trial's beta*accuracy + (1-beta)*efficiency (arXiv 1907.04650, section IV-B):
// PrunedReward for one that was pruned or refused. Of one that was stopped the accuracy
// is that of its last rung. A trial that failed says nothing
// about its network: its reward is 0, and methods do not learn from it.
func Reward(t *Trial, beta float64) float64 {
	switch t.Status {
	case Trained, Reused, Stopped:
		return beta*t.Accuracy + (1-beta)*t.Efficiency
	case Failed:
		return 0
	}
	return PrunedReward
}

// BestRewarded is the trial with the highest reward for beta, the first of equals; nil if
// none was trained.
func BestRewarded(trials []Trial, beta float64) *Trial {
	var best *Trial
	for i := range trials {
		t := &trials[i]
		if t.Status != Trained && t.Status != Reused {
			continue
		}
		if best == nil || Reward(t, beta) > Reward(best, beta) {
			best = t
		}
	}
	return best
}
