package method

import (
	"fmt"
	"math"

	"coexplore/nas"
)

// DefaultHardwareSample is how many networks hardware is chosen by, where
// HardwareAware.Sample is zero.
const DefaultHardwareSample = 50

// drawsEach is how many networks are drawn, at most, for each that hardware is chosen
// by: the others miss the specification on any hardware.
const drawsEach = 20

// fixHardware is the hardware that hardware-aware NAS fixes at the specification: the
// best fixed design for a sample of networks that meet it.
//
// Networks are drawn at random until n of them meet the specification, each on its own
// best pipeline, or 20n are drawn. The candidates are these pipelines, partition and
// accelerators, as hardware for every network: see nas.Fixer. All networks of the
// sample are planned on each, and the candidate with the highest mean efficiency is
// chosen, where a network that misses the specification counts as 0; of equals the one
// drawn first. So a candidate is worth what a network drawn at random earns on it: the
// mean over those networks alone that meet the specification would be highest where
// only a few do, and the most that meet it where most FPGAs stand idle.
//
// That is at most 20n + n*n plans, which count as the search's. Where it may not make
// many, see nas.Settings.MaxPlans, n is smaller: a quarter of them is for drawing, a
// quarter for choosing. It is an error if no network of the sample meets the
// specification.
func fixHardware(s *nas.Search, f nas.Fixer, n int) (nas.Hardware, error) {
	draws := drawsEach * n
	if most := s.Settings.MaxPlans; most > 0 {
		draws = max(1, min(draws, most/4))
		n = max(1, min(n, int(math.Sqrt(float64(most/4)))))
	}
	var networks [][]int
	var candidates []nas.Hardware
	for range draws {
		if len(networks) == n {
			break
		}
		actions := nas.Random(s.Problem.Space, s.Choices(), s.Rand)
		plan, err := s.Plan(actions)
		if err != nil {
			return nil, err
		}
		if !plan.Feasible {
			continue
		}
		h, err := f.Fix(actions, plan)
		if err != nil {
			return nil, err
		}
		networks, candidates = append(networks, actions), append(candidates, h)
	}
	if len(candidates) == 0 {
		return nil, fmt.Errorf("method: hardware is fixed for networks that meet the specification, and none of %d drawn at random meets %g frames/s: lower the specification, or draw more",
			draws, s.Problem.Spec)
	}
	var best nas.Hardware
	highest := math.Inf(-1)
	for _, h := range candidates {
		sum, err := sampleEfficiency(h, networks, s.Problem.Spec)
		if err != nil {
			return nil, err
		}
		if sum > highest {
			best, highest = h, sum
		}
	}
	return best, nil
}

// sampleEfficiency is the sum of the networks' efficiencies on the hardware, 0 for each
// that misses the specification.
func sampleEfficiency(h nas.Hardware, networks [][]int, fps float64) (float64, error) {
	sum := 0.0
	for _, actions := range networks {
		plan, err := h.Plan(actions, fps)
		if err != nil {
			return 0, err
		}
		if plan.Feasible {
			sum += plan.Efficiency
		}
	}
	return sum, nil
}
