// Package controller is the recurrent policy that proposes networks, and the
// policy gradient by which it learns from their rewards.
//
// A proposal is a fixed sequence of T decisions: kernel, filters and stride of
// the first layer, then of the second, and so on. Decision t picks one of
// choices[t] options. The policy reads its own earlier picks and gives the
// options of the next decision their probabilities:
//
//	x_t = embedding of the pick at t-1 (of a start token for the first decision)
//	(h_t, c_t) = LSTM(x_t, h_(t-1), c_(t-1))
//	pi(. | a_1 .. a_(t-1)) = softmax(V_t h_t + v_t)
//
// One LSTM serves all decisions of one policy; every decision has a softmax
// head (V_t, v_t) of its own. The embedding has as many numbers as there are
// hidden units. Settings.Period says which decisions share an embedding table.
//
// Learning is Monte Carlo policy gradient (REINFORCE; Williams, Machine
// Learning 8, 1992), with m episodes a batch, discount gamma, and a moving
// average b of earlier rewards as the baseline (Jiang et al., arXiv 1907.04650,
// the controller's update rule):
//
//	grad J = 1/m * sum_k sum_t gamma^(T-t) * grad log pi(a_t | a_1 .. a_(t-1)) * (R_k - b)
//
// to which an entropy bonus may be added, and which Adam turns into a step.
// Policy.Update gives the details.
//
//	rng := rand.New(rand.NewPCG(1, 2))
//	policy, err := controller.New([]int{4, 4, 2}, controller.DefaultSettings(), rng)
//	...
//	actions := policy.Sample(rng, nil)
//	stats := policy.Update([][]int{actions}, []float64{reward(actions)})
//
// Policy.Segment cuts out an independent policy for a run of decisions, which
// is how one controller becomes one small controller for each pipeline stage.
//
// Results are the same on every machine: each product is rounded before it is
// added (no fused multiply-add), exponential and logarithm are this package's
// own, and no sum depends on how many cores there are.
package controller
