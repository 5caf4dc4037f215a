package figure

import "coexplore/nas"

// OverEpisodes are a value of the trials of results, a curve each, gathered by
// method in the order in which the methods first occur: what Bands draws. A trial
// of which keep is not true repeats the value before it, since its own says
// nothing (the reward of a network that was not trained); keep nil keeps all.
func OverEpisodes(value func(*nas.Trial) float64, keep func(*nas.Trial) bool, results ...*nas.Result) []CurveSet {
	var sets []CurveSet
	at := map[string]int{}
	for _, r := range results {
		if r == nil {
			continue
		}
		i, ok := at[r.Method]
		if !ok {
			i = len(sets)
			at[r.Method] = i
			sets = append(sets, CurveSet{Name: r.Method})
		}
		values := make([]float64, 0, len(r.Trials))
		for k := range r.Trials {
			t := &r.Trials[k]
			switch {
			case keep == nil || keep(t):
				values = append(values, value(t))
			case len(values) > 0:
				values = append(values, values[len(values)-1])
			default:
				values = append(values, 0)
			}
		}
		sets[i].Curves = append(sets[i].Curves, values)
	}
	return sets
}

// Rewards draws what searches earned over the episodes, penalties of networks that
// were pruned or refused included: the mean of the last ten episodes, median and quartiles
// over the searches of each method. A controller that learns raises it; that of a
// method that learns nothing is level.
func Rewards(results ...*nas.Result) *Figure {
	sets := OverEpisodes(func(t *nas.Trial) float64 { return t.Reward },
		func(t *nas.Trial) bool { return t.Status != nas.Failed }, results...)
	for i := range sets {
		for k, rewards := range sets[i].Curves {
			sets[i].Curves[k] = mean(rewards, rewardWindow)
		}
	}
	return Bands("Reward, mean of the last ten episodes", "episode", "reward (-1 to 1)", sets...)
}

// rewardWindow is the number of episodes that Rewards takes the mean of.
const rewardWindow = 10

// Controller draws how a controller learned, over the episodes: the mean entropy
// of its decisions (a) and the baseline that it compares rewards with (b), median
// and quartiles over the searches of each method.
func Controller(results ...*nas.Result) *Figure {
	entropy := Bands("Entropy of the decisions", "episode", "mean entropy (nats)",
		OverEpisodes(func(t *nas.Trial) float64 { return t.Entropy }, nil, results...)...)
	baseline := Bands("Baseline", "episode", "baseline (reward, 0 to 1)",
		OverEpisodes(func(t *nas.Trial) float64 { return t.Baseline }, nil, results...)...)
	return Panels(2, entropy, baseline).ShareX()
}
