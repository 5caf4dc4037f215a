package nas

// PrunedReward is the reward of a network that no pipeline runs fast enough
// (arXiv 1907.04650, section IV-B).
const PrunedReward = -1

// Reward is METHOD's reward of a trial, beta*accuracy + (1-beta)*efficiency:
// PrunedReward for all that have no accuracy.
func Reward(t *Trial, beta float64) float64 {
	if t.Status != Trained && t.Status != Reused {
		return PrunedReward
	}
	return beta*t.Accuracy + (1-beta)*t.Efficiency
}
