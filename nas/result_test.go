package nas_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"coexplore/nas"
	"coexplore/nas/space"
)

// TestFrontAndHypervolume compares the front with its definition and the
// hypervolume with counting cells of a grid on which all points lie.
func TestFrontAndHypervolume(t *testing.T) {
	const grid = 20
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		designs := make([]nas.Design, 1+rng.IntN(12))
		for i := range designs {
			designs[i] = nas.Design{Accuracy: float64(rng.IntN(grid+1)) / grid, Efficiency: float64(rng.IntN(grid+1)) / grid}
		}
		front := nas.Front(designs)
		for i, d := range designs {
			dominated, twin := false, false
			for j, o := range designs {
				if o.Accuracy >= d.Accuracy && o.Efficiency >= d.Efficiency && (o.Accuracy > d.Accuracy || o.Efficiency > d.Efficiency) {
					dominated = true
				}
				twin = twin || j < i && reflect.DeepEqual(o, d)
			}
			in := 0
			for _, f := range front {
				if reflect.DeepEqual(f, d) {
					in++
				}
			}
			if want := !dominated; (in == 1) != want && !twin {
				t.Fatalf("%v: on the front %d times, dominated: %t\nfront %v", d, in, dominated, front)
			}
		}
		cells := 0
		for a := range grid {
			for u := range grid {
				for _, d := range designs {
					if d.Accuracy >= float64(a+1)/grid-1e-9 && d.Efficiency >= float64(u+1)/grid-1e-9 {
						cells++
						break
					}
				}
			}
		}
		if got, want := nas.Hypervolume(front), float64(cells)/grid/grid; math.Abs(got-want) > 1e-9 {
			t.Fatalf("hypervolume %g, counting gives %g", got, want)
		}
	}
}

// TestChosenDesigns checks OptHW and OptSW against their definition.
func TestChosenDesigns(t *testing.T) {
	trial := func(network string, accuracy, efficiency float64, status nas.Status) nas.Trial {
		return nas.Trial{Status: status, Design: nas.Design{Network: network, Accuracy: accuracy, Efficiency: efficiency, Throughput: 100}}
	}
	trials := []nas.Trial{
		trial("a", 0.80, 0.90, nas.Trained),
		trial("b", 0.78, 0.95, nas.Trained),
		trial("c", 0.70, 0.99, nas.Trained),
		trial("d", 0.82, 0.50, nas.Trained),
		trial("e", 0, 0.99, nas.Pruned),
		trial("b", 0.78, 0.95, nas.Reused),
		trial("f", 0, 1, nas.Failed),
	}
	for _, c := range []struct{ floor, want float64 }{{0, 0.95}, {0.6, 0.99}, {0.79, 0.90}, {0.81, 0.50}} {
		p := nas.Problem{Space: space.Tiny(), Spec: 50, AccuracyFloor: c.floor}
		r := nas.NewResult(&p, &nas.Settings{}, "x", trials)
		if r.OptSW == nil || r.OptSW.Network != "d" {
			t.Errorf("floor %g: OptSW %v, want d", c.floor, r.OptSW)
		}
		if r.OptHW == nil || r.OptHW.Efficiency != c.want {
			t.Errorf("floor %g: OptHW %v, want efficiency %g", c.floor, r.OptHW, c.want)
		}
		if len(r.Front) != 4 {
			t.Errorf("front %v, want 4 designs", r.Front)
		}
	}
	p := nas.Problem{Space: space.Tiny(), Spec: 50, AccuracyFloor: 0.9}
	if r := nas.NewResult(&p, &nas.Settings{}, "x", trials); r.OptHW != nil {
		t.Errorf("no network keeps the floor of 0.9, OptHW is %v", r.OptHW)
	}
}
