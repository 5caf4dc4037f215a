package blast

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"coexplore/hw"
)

func ExampleMILP_WriteTo() {
	in := Instance{Layers: 2, Types: []InstanceType{{"A", 2, 1.5}}, Candidates: []Candidate{
		{First: 0, Last: 0, Cycles: 3, Sum: 3}, {First: 0, Last: 1, Cycles: 7, Sum: 7}, {First: 1, Last: 1, Cycles: 4, Sum: 4, Link: 2}}}
	var b strings.Builder
	if _, err := (&MILP{Instance: &in, Objective: hw.MinCost, Budget: 5}).WriteTo(&b); err != nil {
		panic(err)
	}
	fmt.Print(b.String())
	// Output:
	// Minimize
	//  price: + 1.5 z_0 + 1.5 z_1 + 1.5 z_2
	// Subject To
	//  place_0: + 1 z_0 + 1 z_1 = 1
	//  assign_0_0: + 1 z_0 + 1 z_1 - 1 a_0_0 = 0
	//  runs_0: + 1 a_0_0 >= 1
	//  cut_0: + 1 z_0 + 1 z_1 - 1 b_0 = 0
	//  stage_0: + 3 z_0 + 7 z_1 - T <= 0
	//  link_0: - T <= 0
	//  place_1: + 1 z_1 + 1 z_2 = 1
	//  assign_1_0: + 1 z_1 + 1 z_2 - 1 a_1_0 = 0
	//  runs_1: + 1 a_1_0 >= 1
	//  cut_1: + 1 z_2 - 1 b_1 = 0
	//  stage_1: + 7 z_1 + 4 z_2 - T <= 0
	//  link_1: + 2 z_2 - T <= 0
	//  count_0: + 1 z_0 + 1 z_1 + 1 z_2 <= 2
	// Bounds
	//  T <= 5
	//  T >= 0
	// Binary
	//  z_0 z_1 z_2 b_0 a_0_0 b_1 a_1_0
	// End
}

// glpk solves a programme with glpsol: its objective, false where no solution
// exists.
func glpk(m io.WriterTo, dir string) (value float64, ok bool, err error) {
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return 0, false, err
	}
	lp, sol := filepath.Join(dir, "p.lp"), filepath.Join(dir, "p.sol")
	if err := os.WriteFile(lp, b.Bytes(), 0o600); err != nil {
		return 0, false, err
	}
	log, err := exec.CommandContext(context.Background(), "glpsol", "--lp", lp, "-w", sol).CombinedOutput()
	if err != nil {
		return 0, false, fmt.Errorf("glpsol: %w\n%s", err, log)
	}
	out, err := os.ReadFile(sol)
	if err != nil {
		return 0, false, err
	}
	// The line of the solution: "s mip rows columns status objective", with
	// status o (optimal) or n (there is none).
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) == 6 && f[0] == "s" && f[1] == "mip" {
			value, err = strconv.ParseFloat(f[5], 64)
			switch f[4] {
			case "o":
				return value, true, err
			case "n":
				return 0, false, nil
			}
		}
	}
	if strings.Contains(string(log), "NO PRIMAL FEASIBLE SOLUTION") || strings.Contains(string(log), "NO INTEGER FEASIBLE SOLUTION") {
		return 0, false, nil
	}
	return 0, false, fmt.Errorf("glpsol: no answer in\n%s%s", log, out)
}

// optimum is the value of the objective as GLPK finds it.
func optimum(in *Instance, obj hw.Objective, budget int64, dir string) (value float64, ok bool, err error) {
	m := MILP{Instance: in, Objective: obj, Budget: budget}
	return overFPGAs(in, obj, func(n int) (float64, bool, error) {
		m.FPGAs = n
		return glpk(&m, dir)
	})
}

// overFPGAs solves once, or for the mean utilisation with every number of
// FPGAs.
func overFPGAs(in *Instance, obj hw.Objective, solve func(n int) (float64, bool, error)) (value float64, ok bool, err error) {
	if obj != hw.MaxUtilization {
		return solve(0)
	}
	most := 0
	for _, t := range in.Types {
		most += t.Count
	}
	for n := 1; n <= most; n++ {
		v, found, err := solve(n)
		if err != nil {
			return 0, false, err
		}
		if v /= float64(n); found && (!ok || v > value) {
			value, ok = v, true
		}
	}
	return value, ok, nil
}

// TestSolveGLPK compares Solve with GLPK's solution of the mixed integer
// programme on 420 instances, 140 for each objective.
func TestSolveGLPK(t *testing.T) {
	if _, err := exec.LookPath("glpsol"); err != nil {
		t.Skip("SKIPPED: 420 instances against GLPK, for glpsol is not installed: apt-get install glpk-utils")
	}
	const instances = 420
	rng := rand.New(rand.NewPCG(4, 2))
	var met, missed, several int
	var mu sync.Mutex
	var group errgroup.Group
	group.SetLimit(4)
	for n := range instances {
		in, budget := randomInstance(rng)
		obj := objectives[n%3]
		dir := t.TempDir()
		group.Go(func() error {
			if obj == hw.MaxThroughput {
				budget = math.MaxInt32 // all that is larger than any interval is no limit
			}
			want, ok, err := optimum(in, obj, budget, dir)
			if err != nil {
				return err
			}
			got, found, err := in.Solve(obj, budget)
			if err != nil {
				return err
			}
			if found != ok {
				return fmt.Errorf("instance %d, %v: solution %v, GLPK %v\n%+v", n, obj, found, ok, in)
			}
			mu.Lock()
			defer mu.Unlock()
			if !ok {
				missed++
				return nil
			}
			met++
			if len(got.Candidates) > 1 {
				several++
			}
			value := got.Price
			switch obj {
			case hw.MaxUtilization:
				value = float64(got.Sum) / float64(got.FPGAs)
			case hw.MaxThroughput:
				value = float64(got.Interval)
			}
			if math.Abs(value-want) > 1e-6*math.Max(1, math.Abs(want)) {
				return fmt.Errorf("instance %d, %v: %v, GLPK %v\n%+v", n, obj, value, want, in)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if met < 210 || missed < instances/20 || several < instances/5 {
		t.Errorf("the instances are one-sided: %d solved, %d without solution, %d of several stages", met, missed, several)
	}
	t.Logf("%d instances: the same optimum on %d, no solution for both on %d; %d of several stages", instances, met, missed, several)
}
