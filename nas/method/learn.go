package method

import (
	"coexplore/nas"
	"coexplore/nas/controller"
)

// learn lets a policy learn from the rewards of trials, whose networks are those of
// actions, and notes in each the baseline and the entropy of the update. A trial that
// failed has no reward: nothing is learned from it, and if all have failed the policy
// stays as it is.
func learn(policy *controller.Policy, trials []nas.Trial, actions [][]int) {
	var episodes [][]int
	var rewards []float64
	for i := range trials {
		if trials[i].Status != nas.Failed {
			episodes, rewards = append(episodes, actions[i]), append(rewards, trials[i].Reward)
		}
	}
	var stats controller.Stats
	if len(episodes) > 0 {
		stats = policy.Update(episodes, rewards)
	} else {
		stats.Baseline, stats.Entropy = policy.Baseline(), policy.Entropy(actions[0])
	}
	for i := range trials {
		trials[i].Baseline, trials[i].Entropy = stats.Baseline, stats.Entropy
	}
}
