package controller

import (
	"fmt"
	"math"
)

// Settings are the policy's size and the constants of its learning rule.
type Settings struct {
	// Hidden is the number of hidden units of the LSTM, and of numbers in an
	// embedding. 1 to 4096.
	Hidden int `json:"hidden"`
	// LearningRate is Adam's step size at the first update. Positive.
	LearningRate float64 `json:"learning_rate"`
	// Decay multiplies the learning rate after every update. In (0, 1]; 1 keeps
	// the rate constant.
	Decay float64 `json:"decay"`
	// Discount is gamma: decision t of an episode of T decisions weighs
	// gamma^(T-t), so that the last one weighs 1. In (0, 1].
	Discount float64 `json:"discount"`
	// Baseline is the weight of the past in the moving average of rewards:
	// b <- Baseline*b + (1-Baseline)*mean reward of the batch. In [0, 1].
	Baseline float64 `json:"baseline"`
	// Entropy is the weight of the entropy bonus, in units of reward a nat.
	// 0 or more; 0 means no bonus.
	Entropy float64 `json:"entropy"`
	// Clip is the largest Euclidean norm of the gradient; a longer gradient is
	// shortened to it. 0 means no clipping.
	Clip float64 `json:"clip"`
	// Period says which decisions share an embedding table: decisions t and
	// t+Period do. With kernel, filters and stride decided in turn, 3 gives
	// one table for kernels, one for filters and one for strides. 0 gives
	// every decision a table of its own, and 1 one table to all.
	Period int `json:"period"`
}

// DefaultSettings are settings that learn in a few hundred episodes.
func DefaultSettings() Settings {
	return Settings{
		Hidden:       35,
		LearningRate: 0.01,
		Decay:        1,
		Discount:     1,
		Baseline:     0.9,
		Entropy:      0.001,
		Clip:         5,
		Period:       0,
	}
}

// check reports the first setting that is out of range.
func (s Settings) check() error {
	type rule struct {
		name  string
		value float64
		ok    bool
		want  string
	}
	for _, r := range []rule{
		{"Hidden", float64(s.Hidden), s.Hidden >= 1 && s.Hidden <= maxHidden, fmt.Sprintf("1 to %d", maxHidden)},
		{"LearningRate", s.LearningRate, s.LearningRate > 0 && !math.IsInf(s.LearningRate, 0), "a positive number"},
		{"Decay", s.Decay, s.Decay > 0 && s.Decay <= 1, "above 0 and at most 1"},
		{"Discount", s.Discount, s.Discount > 0 && s.Discount <= 1, "above 0 and at most 1"},
		{"Baseline", s.Baseline, s.Baseline >= 0 && s.Baseline <= 1, "0 to 1"},
		{"Entropy", s.Entropy, s.Entropy >= 0 && !math.IsInf(s.Entropy, 0), "0 or more"},
		{"Clip", s.Clip, s.Clip >= 0 && !math.IsInf(s.Clip, 0), "0 (no clipping) or more"},
		{"Period", float64(s.Period), s.Period >= 0 && s.Period <= maxDecisions, fmt.Sprintf("0 to %d", maxDecisions)},
	} {
		if !r.ok {
			return fmt.Errorf("controller: setting %s is %v, must be %s", r.name, r.value, r.want)
		}
	}
	return nil
}
