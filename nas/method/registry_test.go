package method_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/study/ablation"
)

// TestStandard checks that every method of the registry and every ablation says its own
// name, searches with its defaults, and is refused values out of range.
func TestStandard(t *testing.T) {
	registry := ablation.Methods()
	for i := range registry {
		d := &registry[i]
		m, err := d.Make(nil)
		if err != nil {
			t.Fatal(err)
		}
		if m.Name() != d.Name || d.Usage == "" {
			t.Errorf("method %q calls itself %q (%s)", d.Name, m.Name(), d.Usage)
		}
		r, err := nas.Explore(context.Background(), searchtest.Problem(t, &searchtest.Counting{}), nas.Settings{Seed: 1, Episodes: 30}, m)
		if err != nil || r.Trained == 0 {
			t.Errorf("%s with its defaults: %v, %+v", d.Name, err, r)
		}
		for _, p := range d.Parameters {
			for _, bad := range []float64{p.Min - 1, p.Max + 1, math.NaN(), p.Default + 0.5} {
				if math.IsInf(bad, 0) || p.Check(bad) == nil && !p.Integer {
					continue
				}
				if _, err := d.Make(method.Values{p.Name: bad}); err == nil || !strings.Contains(err.Error(), p.Name) {
					t.Errorf("%s with %s %g: error %v", d.Name, p.Name, bad, err)
				}
			}
		}
		others := method.Values{"no-such-parameter": 1}
		if v, err := d.Values(others); err != nil || len(v) != len(d.Parameters) {
			t.Errorf("%s: values %v, %v", d.Name, v, err)
		}
		if _, err := d.Make(others); err == nil || !strings.Contains(err.Error(), `"no-such-parameter"`) {
			t.Errorf("%s: made with a parameter that it does not have: %v", d.Name, err)
		}
	}
}

// own is a method of another module.
type own struct{ method.Random }

func (own) Name() string { return "own" }

// TestRegistryAdd adds a method to a registry: it shows up there, and nowhere else.
func TestRegistryAdd(t *testing.T) {
	registry := method.Standard()
	d := method.Description{
		Name: "own", Usage: "for a test", New: func(method.Values) nas.Method { return &own{} },
		Parameters: []method.Parameter{{Name: "reach", Usage: "how far", Default: 3, Integer: true, Min: 1, Max: 9}},
	}
	if err := registry.Add(d); err != nil {
		t.Fatal(err)
	}
	found, err := registry.Lookup("own")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := found.Values(nil); err != nil || len(v) != 1 || v.Int("reach") != 3 {
		t.Errorf("values %v, %v", v, err)
	}
	if m, err := found.Make(nil); err != nil || m.Name() != "own" {
		t.Errorf("made %v, %v", m, err)
	}
	parameters := registry.Parameters()
	if last := parameters[len(parameters)-1]; last.Name != "reach" {
		t.Errorf("the last parameter is %s", last.Name)
	}
	if _, err := method.Standard().Lookup("own"); err == nil || !strings.Contains(err.Error(), "coexplore, surrogate") {
		t.Errorf("in a registry that it was not added to: %v", err)
	}
	same := d
	same.Name, same.Parameters = "same", slices.Clone(d.Parameters)
	same.Parameters[0].Default++
	if err := registry.Add(same); err != nil || registry.Defaults(same.Parameters[0].Name)["same"] != same.Parameters[0].Default {
		t.Errorf("a default of its own: %v, %v", registry.Defaults(same.Parameters[0].Name), err)
	}
	other := d
	other.Name, other.Parameters = "other", []method.Parameter{{Name: "beta", Default: 2, Max: 3}}
	for _, c := range []struct {
		name string
		d    method.Description
		want string
	}{
		{"a name that is taken", d, "already"},
		{"no name", method.Description{New: d.New}, "name"},
		{"no constructor", method.Description{Name: "x"}, "New"},
		{"another beta", other, "differs"},
		{"a default out of range", method.Description{Name: "x", New: d.New, Parameters: []method.Parameter{{Name: "y", Default: 2, Max: 1}}}, "default"},
	} {
		if err := registry.Add(c.d); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.want)
		}
	}
}
