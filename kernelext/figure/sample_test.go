package figure

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/blast"
	"coexplore/nas"
	"coexplore/nas/results"
	"coexplore/nas/space"
)

// sampleResult is a search as it might have gone: rewards that rise, and a
// third of the networks too slow.
func sampleResult(method string, seed uint64, episodes int) *nas.Result {
	rng := rand.New(rand.NewPCG(seed, 1))
	var trials []nas.Trial
	for i := range episodes {
		t := nas.Trial{Index: i, Episode: i, Status: nas.Trained, Reward: -1}
		t.Network = fmt.Sprintf("%dx%d,%dx%ds%d", 1+2*(i%3), 16+4*(i/2), 3+2*(i%2), 24+12*(i%7), 1+i%2)
		t.FastSeconds, t.TrainSeconds = 0.4+0.2*rng.Float64(), 0
		t.Entropy, t.Baseline = 0.2+1.1*math.Exp(-float64(i)/25)+0.03*rng.NormFloat64(), 0.85*(1-math.Exp(-float64(i)/12))
		progress := 1 - math.Exp(-float64(i)/20)
		u := min(1, 0.70+0.22*progress+0.1*rng.NormFloat64()*0.6)
		switch {
		case rng.Float64() < 0.45-0.3*progress:
			t.Status, t.Efficiency, t.Throughput = nas.Pruned, 0.6+rng.Float64(), 20
		case rng.Float64() < 0.1:
			t.Status = nas.Reused
		case i == 17:
			t.Status = nas.Failed
		}
		if t.Status == nas.Trained || t.Status == nas.Reused {
			t.Efficiency, t.Throughput = u, 36+4*rng.Float64()
			t.Accuracy = min(0.97, 0.92-0.25*(u-0.75)+0.03*rng.NormFloat64()+0.03*progress)
			t.Reward = (t.Accuracy + t.Efficiency) / 2
			t.TrainSeconds = 3 + 2*rng.Float64()
		}
		trials = append(trials, t)
	}
	return nas.NewResult(&nas.Problem{Space: space.Tiny(), Spec: 35}, &nas.Settings{Seed: seed}, method, trials)
}

// sampleForecasts gives the trials of a search forecasts that get narrower.
func sampleForecasts(r *nas.Result) {
	rng := rand.New(rand.NewPCG(6, 6))
	for i := range r.Trials {
		t := &r.Trials[i]
		width := 0.025 + 0.05*math.Exp(-float64(i)/15) // a standard deviation
		expected := min(0.985, t.Accuracy+width*rng.NormFloat64())
		t.Forecast = &nas.Forecast{Accuracy: expected, Low: expected - 1.28*width, High: min(0.99, expected+1.28*width)}
	}
}

// samplePipeline has a stage for each utilization.
func samplePipeline(utilization ...float64) *hw.Pipeline {
	p := &hw.Pipeline{Feasible: true, ThroughputFPS: 35.5}
	for i, u := range utilization {
		p.Stages = append(p.Stages, hw.Stage{Device: "XC7Z015", First: 3 * i, Last: 3*i + 2 - i%2*2, Utilization: u})
		p.Efficiency += u / float64(len(utilization))
	}
	return p
}

// sampleSteps are the steps of one fast exploration.
func sampleSteps(stages, n int) []nas.FastStep {
	rng := rand.New(rand.NewPCG(3, 3))
	best := 0.8
	steps := make([]nas.FastStep, n)
	for i := range steps {
		s := nas.FastStep{Episode: 4, Step: i + 1, Meets: true}
		sum := 0.0
		for range stages {
			u := 0.75 + 0.2*float64(i)/float64(n) + 0.12*rng.NormFloat64()
			r := u
			if u > 1 {
				r, s.Meets = max(-1, 2-u), false
			}
			s.Rewards = append(s.Rewards, r)
			sum += u / float64(stages)
		}
		s.Efficiency = sum
		if s.Meets {
			best = max(best, sum)
		}
		s.Best = best
		steps[i] = s
	}
	return steps
}

// sampleComparison is a comparison of three made-up methods.
func sampleComparison() *results.Comparison {
	return sampleMethods("coexplore", "random", "evolution")
}

// sampleMethods is a comparison of made-up methods, the best first.
func sampleMethods(names ...string) *results.Comparison {
	rng := rand.New(rand.NewPCG(8, 8))
	c := &results.Comparison{Problem: "tiny", Seeds: 9, Trained: 40, Hypervolume: 0.97}
	for i, name := range names {
		row := results.Row{Method: name}
		for range c.Seeds {
			h := 0.5 + 0.2*rng.Float64()
			var curve []float64
			for range c.Trained {
				h += (0.96 - h) * rng.Float64() * 0.2 / float64(i+1)
				curve = append(curve, h)
			}
			row.Curves = append(row.Curves, curve)
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

// sampleHistory is a training that learns and, late, learns by heart.
func sampleHistory(n int) []nas.Epoch {
	var history []nas.Epoch
	for i := range n {
		x := float64(i+1) / float64(n)
		history = append(history, nas.Epoch{Epoch: i + 1, Loss: 0.3 + 1.9*math.Exp(-2*x), TrainAccuracy: 0.93 - 0.7*math.Exp(-2*x),
			TestAccuracy: 0.70 - 0.5*math.Exp(-4*x), TestLoss: 0.9 + 1.3*math.Exp(-4*x) + 0.1*x})
	}
	return history
}

var sampleClasses = []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}

// sampleConfusion is what a network with favourites takes n classes for.
func sampleConfusion(n int) [][]int {
	rng := rand.New(rand.NewPCG(5, 5))
	counts := make([][]int, n)
	for i := range counts {
		counts[i] = make([]int, n)
		for range 1000 - 30*i {
			if j := rng.IntN(n); rng.Float64() < 0.3 {
				counts[i][j*j/n]++
			} else {
				counts[i][i]++
			}
		}
	}
	return counts
}

// sampleNetwork is planned on three FPGAs.
func sampleNetwork() (*hw.Network, *hw.Pipeline, hw.Pool) {
	net, err := hw.ParseNetwork("3x36,5x36,1x64,3x48s2,7x24,1x64", hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
	if err != nil {
		panic(err)
	}
	pool, err := hw.ParsePool("XC7Z015:2,ZU3EG:1")
	if err != nil {
		panic(err)
	}
	planner, err := blast.New(blast.Options{Pool: pool, Target: hw.DefaultTarget(), FPS: 90, Objective: hw.MaxThroughput})
	if err != nil {
		panic(err)
	}
	a, err := planner.Plan(net)
	if err != nil {
		panic(err)
	}
	return net, &a.Pipeline, pool
}

// sampleReport is that of sampleNetwork's pipeline.
func sampleReport() *accel.Report {
	net, pipe, pool := sampleNetwork()
	r, err := accel.Analyze(net, pipe, pool, hw.DefaultTarget())
	if err != nil {
		panic(err)
	}
	return r
}

// samplePictures are coloured patterns.
func samplePictures(n int) []Picture {
	rng := rand.New(rand.NewPCG(6, 6))
	var list []Picture
	for i := range n {
		m := image.NewRGBA(image.Rect(0, 0, 16, 16))
		for y := range 16 {
			for x := range 16 {
				m.SetRGBA(x, y, color.RGBA{uint8(16 * x), uint8(16 * y), uint8(25 * i), 0xff})
			}
		}
		p := Picture{Image: m, Truth: sampleClasses[i%10], Predicted: sampleClasses[i%10]}
		if rng.Float64() < 0.25 {
			p.Predicted = sampleClasses[rng.IntN(10)]
		}
		list = append(list, p)
	}
	return list
}

// samplePolicy settles on a choice a decision.
func samplePolicy(episodes int) []Decision {
	list := []Decision{
		{Name: "kernel 1", Choices: []string{"1", "3", "5", "7"}},
		{Name: "filters 1", Choices: []string{"24", "36", "48", "64"}},
		{Name: "kernel 2", Choices: []string{"1", "3", "5", "7"}},
	}
	for i := range list {
		for e := range episodes {
			p, sum := make([]float64, 4), 0.0
			for k := range p {
				p[k] = math.Exp(-float64(e) / float64(episodes) * 4 * math.Abs(float64(k-(i+1)%4)))
				sum += p[k]
			}
			for k := range p {
				p[k] /= sum
			}
			list[i].Probabilities = append(list[i].Probabilities, p)
		}
	}
	return list
}

// sampleReach is how fast exploration may go after each number of plans.
func sampleReach(stages, layers int, plans ...int) *results.Reach {
	r := &results.Reach{Pipelines: 40, Plans: plans}
	for i, name := range []string{"an RNN for each stage", "the same, judged together", "a single RNN", "hill climbing", "uniform, a stage at a time", "uniform"} {
		c := results.ReachCurve{Method: []string{"split", "joint", "single", "climb", "stages", "uniform"}[i], Name: name}
		for _, n := range plans {
			slow := []float64{1, float64(stages), 1.4 * float64(stages), 0.8, 1.5, 3 * float64(stages)}[i]
			at := 1 - 0.4/math.Pow(1+float64(n)/float64(layers), 0.5/math.Sqrt(slow))
			c.Quartiles = append(c.Quartiles, [3]float64{max(0, at-0.3*(1-at)), max(0, at), at + 0.3*(1-at)})
			c.Mean = append(c.Mean, at)
		}
		r.Curves = append(r.Curves, c)
	}
	return r
}
