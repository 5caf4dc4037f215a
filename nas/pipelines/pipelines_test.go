package pipelines

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/space"
)

// TestLimit compares three FPGAs of which at most two may be used with a pool of two.
func TestLimit(t *testing.T) {
	hardware := func(pool string, most int) *Hardware {
		p, err := hw.ParsePool(pool)
		if err != nil {
			t.Fatal(err)
		}
		h, err := New(space.CIFAR10(), p, hw.DefaultTarget())
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Limit(most); err != nil {
			t.Fatal(err)
		}
		return h
	}
	limited, small, whole := hardware("XC7Z015:3", 2), hardware("XC7Z015:2", 0), hardware("XC7Z015:3", 0)
	choices := nas.Choices(space.CIFAR10())
	rng := rand.New(rand.NewPCG(2, 1))
	more := 0
	for range 50 {
		actions := nas.Random(space.CIFAR10(), choices, rng)
		var best [3]float64
		for i, h := range []*Hardware{limited, small, whole} {
			var err error
			if best[i], err = h.BestThroughput(actions); err != nil {
				t.Fatal(err)
			}
		}
		if best[0] != best[1] || best[2] < best[0] {
			t.Errorf("best throughputs %v, want the first two to be equal and the last no lower", best)
		}
		if best[2] > best[0] {
			more++
		}
	}
	if more == 0 {
		t.Error("a third FPGA never helps")
	}
}

// TestLimitOfLargePools: 66 FPGAs of eleven types can be planned for if few of them
// may be used, and are refused at once otherwise.
func TestLimitOfLargePools(t *testing.T) {
	var items []string
	for _, d := range hw.Devices() {
		items = append(items, d.Part+":6")
	}
	pool, err := hw.ParsePool(strings.Join(items, ","))
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(space.CIFAR10(), pool, hw.DefaultTarget())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Limit(0); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("a pool of %d types with %d FPGAs can be used in more ways", len(items), 6*len(items))) {
		t.Errorf("no limit: %v", err)
	}
	if err := h.Limit(2); err != nil {
		t.Errorf("2 FPGAs: %v", err)
	}
	plan, err := h.Plan(space.CIFAR10().Largest(), 1)
	if err != nil || !plan.Feasible || plan.FPGAs > 2 {
		t.Errorf("%+v, %v", plan, err)
	}
}
