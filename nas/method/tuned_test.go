package method

import (
	"slices"
	"testing"

	"coexplore/nas/controller"
)

// TestTuned checks that every method that learns gets the same controller by name with
// its defaults as without any settings, and that what is tuned are methods that learn.
func TestTuned(t *testing.T) {
	registry := Standard()
	rates := registry.Defaults(ControllerRate)
	for _, name := range Tuned() {
		if _, ok := rates[name]; !ok {
			t.Errorf("%s is tuned and has no controller", name)
		}
	}
	for i := range registry {
		d := &registry[i]
		if !slices.ContainsFunc(d.Parameters, func(p Parameter) bool { return p.Name == ControllerRate }) {
			continue
		}
		m, err := d.Make(nil)
		if err != nil {
			t.Fatal(err)
		}
		var got controller.Settings
		switch m := m.(type) {
		case *CoExploration:
			got = m.Controller
		case *HardwareAware:
			got = m.Controller
		case *Sequential:
			got = m.Controller
		}
		if want := tunedController(d.Name); got != want {
			t.Errorf("%s by name: %+v, without settings: %+v", d.Name, got, want)
		}
	}
	if c := tunedController("coexplore-paper"); c.Entropy != 0 {
		t.Errorf("the paper's method has an entropy bonus of %g", c.Entropy)
	}
}
