package method_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/method"
)

// A known network has an accuracy.
type known struct {
	actions      []int
	params, macs int64
	accuracy     float64
}

// tinyNetworks are all networks of the built-in table, with their first accuracy.
func tinyNetworks(t *testing.T) (nas.Space, []known) {
	t.Helper()
	p, err := tinyTable()
	if err != nil {
		t.Fatal(err)
	}
	table, err := evaluate.TinyTable()
	if err != nil {
		t.Fatal(err)
	}
	var all []known
	nas.All(p.Space, func(actions []int) bool {
		plan, err := p.Hardware.Plan(actions, p.Spec)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, known{append([]int(nil), actions...), plan.Params, plan.MACs, table.Accuracies(p.Space.Network(actions))[0]})
		return true
	})
	return p.Space, all
}

// modelOf is a model fitted to networks.
func modelOf(t *testing.T, s nas.Space, networks []known) *method.AccuracyModel {
	t.Helper()
	m := method.NewAccuracyModel(s)
	for _, n := range networks {
		m.Add(n.actions, n.params, n.macs, n.accuracy)
	}
	if err := m.Fit(); err != nil {
		t.Fatal(err)
	}
	return m
}

// TestAccuracyModelCalibrated checks the model's uncertainty on networks that it has not
// seen, in the mean of several draws of 10 to 60 networks to learn from: about 80 % of
// accuracies lie within the 80 % intervals (after 10 networks, too few to tell how much
// accuracies vary, at least 60 %), on the built-in table and where accuracies
// are made of multiply-accumulates, of single choices and of noise. And it errs less
// than the mean of the accuracies does.
func TestAccuracyModelCalibrated(t *testing.T) {
	s, table := tinyNetworks(t)
	rng := rand.New(rand.NewPCG(1, 9))
	choices := map[[2]int]float64{}
	made := make([]known, len(table))
	for i, n := range table {
		log := -1 - 0.5*math.Log(float64(n.macs)/1e6) + 0.1*rng.NormFloat64()
		for k, a := range n.actions {
			if _, ok := choices[[2]int{k, a}]; !ok {
				choices[[2]int{k, a}] = 0.15 * rng.NormFloat64()
			}
			log += choices[[2]int{k, a}]
		}
		made[i] = n
		made[i].accuracy = max(0, 1-math.Exp(log))
	}
	for _, kind := range []struct {
		name string
		all  []known
	}{{"built-in", table}, {"made up", made}} {
		name, all := kind.name, kind.all
		for _, count := range []int{10, 30, 60} {
			inside, n, square, plain := 0.0, 0.0, 0.0, 0.0
			for range 6 {
				rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
				m := modelOf(t, s, all[:count])
				mean := 0.0
				for _, e := range all[:count] {
					mean += e.accuracy / float64(count)
				}
				for _, e := range all[count:] {
					f := m.Predict(e.actions, e.params, e.macs).Forecast()
					if f.Within(e.accuracy) {
						inside++
					}
					square += math.Pow(e.accuracy-f.Accuracy, 2)
					plain += math.Pow(e.accuracy-mean, 2)
					n++
				}
			}
			t.Logf("%s, %d networks: %.1f %% within the 80 %% intervals; error %.4f, that of the mean %.4f",
				name, count, 100*inside/n, math.Sqrt(square/n), math.Sqrt(plain/n))
			if share := inside / n; math.Abs(share-nas.ForecastShare) > 0.15 && (count > 10 || share < 0.6) {
				t.Errorf("%s, %d networks: %.1f %% lie within the 80 %% intervals", name, count, 100*share)
			}
			if square > plain {
				t.Errorf("%s, %d networks: the model's error %.4f exceeds that of the mean, %.4f", name, count, math.Sqrt(square/n), math.Sqrt(plain/n))
			}
		}
	}
}

// TestAccuracyModelBelief checks what the model believes of networks before it knows an
// accuracy, and that one accuracy moves it.
func TestAccuracyModelBelief(t *testing.T) {
	s, all := tinyNetworks(t)
	m := modelOf(t, s, nil)
	small, large := all[0], all[0]
	for _, n := range all {
		if n.macs < small.macs {
			small = n
		}
		if n.macs > large.macs {
			large = n
		}
	}
	ask := func(n known) nas.Forecast { return m.Predict(n.actions, n.params, n.macs).Forecast() }
	if a, b := ask(small), ask(large); a != b || a.High-a.Low < 0.5 {
		t.Errorf("a small network is expected at %+v, a large one at %+v: nothing tells them apart yet", a, b)
	}
	m.Typical(small.params, small.macs)
	if err := m.Fit(); err != nil {
		t.Fatal(err)
	}
	before := ask(large)
	if a := ask(small); a.Accuracy >= before.Accuracy {
		t.Errorf("a small network is expected at %+v, a large one at %+v", a, before)
	}
	m.Add(small.actions, small.params, small.macs, 0.3)
	if err := m.Fit(); err != nil {
		t.Fatal(err)
	}
	after := ask(large)
	if after.Accuracy >= before.Accuracy {
		t.Errorf("a low accuracy changes %+v into %+v", before, after)
	}
	if f := ask(small); math.Abs(f.Accuracy-0.3) > 0.1 || !f.Within(0.3) {
		t.Errorf("a network that reached 0.3 is expected at %+v", f)
	}
}

// TestAccuracyModelHistory checks that a model depends on the accuracies and their order
// alone: one that was fitted after each of them predicts what one does that was fitted
// once.
func TestAccuracyModelHistory(t *testing.T) {
	s, all := tinyNetworks(t)
	rng := rand.New(rand.NewPCG(5, 5))
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	often := method.NewAccuracyModel(s)
	for i, n := range all[:45] {
		often.Add(n.actions, n.params, n.macs, n.accuracy)
		if err := often.Fit(); err != nil {
			t.Fatal(err)
		}
		if i%11 != 4 {
			continue
		}
		once := modelOf(t, s, all[:i+1])
		for _, n := range all[45:60] {
			if a, b := often.Predict(n.actions, n.params, n.macs), once.Predict(n.actions, n.params, n.macs); a != b {
				t.Fatalf("with %d accuracies: %+v, fitted once %+v", i+1, a, b)
			}
		}
	}
}
