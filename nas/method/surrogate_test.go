package method_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/pareto"
)

// bothLog is hardware that remembers everything that it planned, freely or on a
// partition that is given.
type bothLog struct {
	nas.Hardware
	plans []plannedOnce
}

type plannedOnce struct {
	actions []int
	plan    nas.Plan
}

func (l *bothLog) log(actions []int, p *nas.Plan, err error) (*nas.Plan, error) {
	if err == nil {
		l.plans = append(l.plans, plannedOnce{append([]int(nil), actions...), *p})
	}
	return p, err
}

func (l *bothLog) Plan(actions []int, fps float64) (*nas.Plan, error) {
	p, err := l.Hardware.Plan(actions, fps)
	return l.log(actions, p, err)
}

func (l *bothLog) Replan(actions []int, fps float64, fixed *nas.Plan) (*nas.Plan, error) {
	p, err := l.Hardware.Replan(actions, fps, fixed)
	return l.log(actions, p, err)
}

// TestSurrogateChoice checks the choice of every trial but the first against working out
// the expected improvement of all that was planned so far, from a model of its own; and
// the forecasts against what that model says.
func TestSurrogateChoice(t *testing.T) {
	for name, m := range map[string]*method.Surrogate{
		"surrogate": {Beta: 0.5, Screen: 60, Pool: 10000},
		"random":    {Beta: 0.5, Screen: 60, Pool: 10000, Random: true},
		"local":     {Beta: 0.5, Screen: 60, Pool: 10000, Local: true},
		"certain":   {Beta: 0.5, Screen: 60, Pool: 10000, Certain: true},
	} {
		p := searchtest.Problem(t, &searchtest.Counting{})
		log := &bothLog{Hardware: p.Hardware}
		p.Hardware = log
		r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 8, Episodes: 25}, m)
		if err != nil {
			t.Fatal(err)
		}
		model := method.NewAccuracyModel(p.Space)
		evaluated, efficiency, at := map[string]bool{}, map[string]float64{}, map[string]plannedOnce{}
		var points [][]float64
		planned, steps := 1, 0 // the first is the check of the specification
		for i, trial := range r.Trials {
			if trial.Plans > 61 || trial.Plans < 50 {
				t.Errorf("%s, trial %d: %d plans, at most 60 and one for the choice are allowed", name, i, trial.Plans)
			}
			for _, o := range log.plans[planned : planned+trial.Plans-1] {
				network := p.Space.Network(o.actions)
				if o.plan.Feasible {
					efficiency[network] = max(efficiency[network], o.plan.Efficiency)
					at[network] = o
				}
			}
			planned += trial.Plans
			steps += trial.FastSteps
			if err := model.Fit(); err != nil {
				t.Fatal(err)
			}
			improvement := func(network string) float64 {
				o := at[network]
				prediction := model.Predict(o.actions, o.plan.Params, o.plan.MACs)
				if m.Certain {
					prediction.Deviation = 0
				}
				stairs, err := pareto.NewStaircase(points, [2]float64{})
				if err != nil {
					t.Fatal(err)
				}
				return stairs.ExpectedImprovement(prediction.Excess(), efficiency[network])
			}
			if i > 0 {
				chosen := improvement(trial.Network)
				for network := range at {
					if better := improvement(network); !evaluated[network] && better > chosen+1e-12 {
						t.Fatalf("%s, trial %d: %s is expected to improve by %g, %s by %g", name, i, trial.Network, chosen, network, better)
					}
				}
				o := at[trial.Network]
				if want := model.Predict(o.actions, o.plan.Params, o.plan.MACs).Forecast(); trial.Forecast == nil || *trial.Forecast != want {
					t.Errorf("%s, trial %d: forecast %+v, want %+v", name, i, trial.Forecast, want)
				}
			}
			if trial.Status != nas.Trained || evaluated[trial.Network] {
				t.Errorf("%s, trial %d: %s was %s", name, i, trial.Network, trial.Status)
			}
			evaluated[trial.Network] = true
			points = append(points, []float64{trial.Accuracy, trial.Efficiency})
			model.Add(at[trial.Network].actions, trial.Params, trial.MACs, trial.Accuracy)
		}
		if fast := name == "surrogate" || name == "certain"; fast != (steps > 0) {
			t.Errorf("%s: %d steps of fast exploration", name, steps)
		}
	}
}

// TestSurrogateSaves checks, where accuracy rises with the work of a network, that the
// surrogate comes within 1 % of the true front's hypervolume with fewer networks trained
// than the screened methods need, in the mean of 6 seeds, at equal plans.
func TestSurrogateSaves(t *testing.T) {
	const trained, seeds = 25, 6
	p := searchtest.Problem(t, &searchtest.Counting{})
	front, err := nas.TrueFront(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	goal := 0.99 * nas.Hypervolume(front)
	needed := func(make func() nas.Method) (sum float64) {
		for seed := range uint64(seeds) {
			p := searchtest.Problem(t, &searchtest.Counting{})
			r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: seed + 1, Episodes: 20 * trained, MaxTrained: trained, MaxPlans: 100 * trained}, make())
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			var designs []nas.Design
			for _, trial := range r.Trials {
				if trial.Status != nas.Trained {
					continue
				}
				n++
				if designs = append(designs, trial.Design); nas.Hypervolume(nas.Front(designs)) >= goal {
					break
				}
				if n == trained {
					n++
				}
			}
			sum += float64(n) / seeds
		}
		return sum
	}
	own := needed(func() nas.Method { return &method.Surrogate{Beta: 0.5} })
	for name, rival := range map[string]func() nas.Method{
		"screened-random": func() nas.Method { return &method.Screened{Proposer: &method.Random{Beta: 0.5}} },
		"hillclimb":       func() nas.Method { return &method.HillClimb{Beta: 0.5} },
	} {
		n := needed(rival)
		t.Logf("surrogate %.1f networks, %s %.1f (of at most %d, 1 more where it took longer)", own, name, n, trained)
		if own >= n {
			t.Errorf("surrogate needs %.1f networks, %s %.1f", own, name, n)
		}
	}
}

// TestSurrogateNaive checks that a model that never learns stays as unsure as it was,
// where one that does gets surer.
func TestSurrogateNaive(t *testing.T) {
	width := func(m nas.Method) float64 {
		r, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}), nas.Settings{Seed: 2, Episodes: 20}, m)
		if err != nil {
			t.Fatal(err)
		}
		f := r.Trials[len(r.Trials)-1].Forecast
		return f.High - f.Low
	}
	naive, taught := width(&method.Surrogate{Beta: 0.5, Screen: 40, Naive: true}), width(&method.Surrogate{Beta: 0.5, Screen: 40})
	if naive < 0.3 || taught > naive/3 {
		t.Errorf("the last interval is %.3f wide, without learning %.3f", taught, naive)
	}
}

// TestSurrogateMisses asks for what few networks reach: what is pruned comes nearer to
// the specification than random networks do, and what meets it is trained.
func TestSurrogateMisses(t *testing.T) {
	p := searchtest.Problem(t, &searchtest.Counting{})
	p.Spec = 2200
	r, err := nas.Explore(context.Background(), p, nas.Settings{Seed: 1, Episodes: 15}, &method.Surrogate{Beta: 0.5, Screen: 8})
	if err != nil {
		t.Fatal(err)
	}
	if r.Trained == 0 || r.Failed > 0 {
		t.Errorf("%d of %d were trained", r.Trained, r.Episodes)
	}
	for _, trial := range r.Trials {
		if (trial.Forecast != nil) != (trial.Status == nas.Trained) {
			t.Errorf("trial %d was %s, its forecast is %v", trial.Index, trial.Status, trial.Forecast)
		}
	}
}

// TestFastMerit checks that fast exploration with a merit finds the network with the
// most of all that it planned, on one RNN and on one for each stage, and that rewards are
// shares of it.
func TestFastMerit(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, mode := range []method.FastMode{method.Split{}, method.Single{}} {
		for range 3 {
			h, policy, actions, plan := fastSetup(t, rng)
			s := method.DefaultFastSettings()
			s.Mode = mode
			f, err := method.NewFastExploration(h, 35, policy, s, actions, plan)
			if err != nil {
				t.Fatal(err)
			}
			most, best := 0.0, ""
			f.Merit = func(actions []int, plan *nas.Plan) float64 {
				if !plan.Feasible {
					t.Error("merit was asked of a network that misses the specification")
				}
				merit := 1 / float64(plan.Params)
				if merit > most {
					most, best = merit, fmt.Sprint(actions)
				}
				return merit
			}
			for range 20 {
				if err := f.Step(rng); err != nil {
					t.Fatal(err)
				}
				for i, r := range f.Rewards {
					if r < -1 || r > 1 {
						t.Fatalf("the RNN of stage %d has the mean reward %g", i, r)
					}
				}
			}
			again, err := h.Replan(f.BestActions, 35, plan)
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(f.BestActions) != best || math.Abs(again.Efficiency-f.Best) > 1e-12 || !again.Feasible {
				t.Errorf("the best network is %v with U %g, want %s with %g", f.BestActions, f.Best, best, again.Efficiency)
			}
		}
	}
}

// Surrogate co-exploration on the built-in table: what it expects of a network is written
// down before the network counts as trained.
func ExampleSurrogate() {
	problem, err := tinyTable()
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := nas.Explore(context.Background(), problem, nas.Settings{Seed: 1, Episodes: 20}, &method.Surrogate{Beta: 0.5})
	if err != nil {
		fmt.Println(err)
		return
	}
	within, all := nas.Forecasts(result.Trials)
	fmt.Printf("%d networks trained; a forecast for %d; at least half within their intervals: %t\n", result.Trained, all, 2*within >= all)
	// Output: 20 networks trained; a forecast for 20; at least half within their intervals: true
}
