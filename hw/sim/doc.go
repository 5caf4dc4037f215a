// Package sim moves frames through a pipeline event by event, to hold against the
// analytic figures and to show what they leave out: waiting, uneven times, frames
// that arrive slowly.
//
//	machine, err := sim.New(&answer.Pipeline, net, target)
//	result, err := machine.Run(1000)
//	fmt.Println(result.ThroughputFPS, result.FirstMS, result.MaxMS)
package sim
