package study_test

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"coexplore/internal/cli/clitest"
	command "coexplore/internal/cli/study"
	"coexplore/nas/evaluate"
)

// TestStudyFronts checks that what is printed is a front, that OptSW is its most
// accurate design, and that a figure is drawn for each pool.
func TestStudyFronts(t *testing.T) {
	dir := t.TempDir()
	var r command.FrontsReport
	clitest.JSON(t, &r, "study", "fronts", "--trained", "15", "--episodes", "100", "--out", dir, "--format", "svg")
	if len(r.Pools) != 2 || r.Pools[0].Pool != "XC7Z015:2" || r.Pools[1].Pool != "XC7Z015:3" {
		t.Fatalf("pools %+v", r.Pools)
	}
	table, err := evaluate.TinyTable()
	if err != nil {
		t.Fatal(err)
	}
	for _, pool := range r.Pools {
		if len(pool.Results) != 2 || pool.Results[0].Method != "hwaware" || pool.Results[1].Method != "coexplore" {
			t.Fatalf("%s: %d results", pool.Pool, len(pool.Results))
		}
		for _, result := range pool.Results {
			if result.Trained < 1 || result.Trained > 15 || len(result.Front) == 0 {
				t.Fatalf("%s on %s: %d trained, a front of %d", result.Method, pool.Pool, result.Trained, len(result.Front))
			}
			for i, d := range result.Front {
				if want := table.Accuracies(d.Network); len(want) == 0 || math.Abs(d.Accuracy-stat.Mean(want, nil)) > 1e-12 {
					t.Errorf("%s: accuracy %g, the table has %v", d.Network, d.Accuracy, want)
				}
				if d.Throughput < r.FPS*(1-1e-9) {
					t.Errorf("%s runs at %g frames/s, %g are asked for", d.Network, d.Throughput, r.FPS)
				}
				if i > 0 && (d.Accuracy >= result.Front[i-1].Accuracy || d.Efficiency <= result.Front[i-1].Efficiency) {
					t.Errorf("%s on %s: designs %d and %d of the front dominate one another", result.Method, pool.Pool, i, i+1)
				}
			}
			if result.OptSW == nil || !reflect.DeepEqual(*result.OptSW, result.Front[0]) {
				t.Errorf("OptSW is %v, want %v", result.OptSW, result.Front[0])
			}
		}
	}
	want := []string{filepath.Join(dir, "fronts-2.svg"), filepath.Join(dir, "fronts-3.svg")}
	if !slices.Equal(r.Figures, want) {
		t.Errorf("figures %v, want %v", r.Figures, want)
	}
	for _, path := range want {
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestStudyFrontsTrains checks that --data really trains.
func TestStudyFrontsTrains(t *testing.T) {
	var r command.FrontsReport
	clitest.JSON(t, &r, "study", "fronts", "--data", "shapes", "--train-images", "100", "--test-images", "50", "--epochs", "1",
		"--trained", "2", "--counts", "3", "--methods", "coexplore,random")
	for _, result := range r.Pools[0].Results {
		if result.Trained != 2 || result.TrainSeconds <= 0 {
			t.Errorf("%s: %d trained in %g s", result.Method, result.Trained, result.TrainSeconds)
		}
	}
}

// TestStudyCost checks the accounts of a small study of cost: no search trains
// more than the budget, one that reaches the goal stops there, and ratios follow.
func TestStudyCost(t *testing.T) {
	var r command.CostReport
	args := []string{"study", "cost", "--data", "shapes", "--train-images", "128", "--test-images", "100", "--epochs", "1", "--trained", "3", "--seeds", "2"}
	clitest.JSON(t, &r, args...)
	if len(r.Searches) != 6 {
		t.Fatalf("%d searches, want 3 for each of 2 seeds", len(r.Searches))
	}
	goal, until := 0.0, 0
	for i, s := range r.Searches {
		if i%3 == 0 {
			goal, until = s.Accuracy, s.Children
			if s.Method != "hwaware" || !s.Reached || s.Ratio != 1 || s.Whole == nil || s.Whole.Children < s.Children || s.Whole.Children > 3 {
				t.Errorf("hardware-aware NAS: %+v", s)
			}
			continue
		}
		if s.Goal != goal || s.Children < 1 || s.Children > 3 || s.TrainSeconds <= 0 {
			t.Errorf("%s, seed %d: %+v", s.Method, s.Seed, s)
		}
		if s.Reached != (s.Accuracy >= goal) {
			t.Errorf("%s, seed %d: accuracy %g, goal %g, reached: %t", s.Method, s.Seed, s.Accuracy, goal, s.Reached)
		}
		if !s.Reached && (s.Ratio != 0 || s.Children != 3) {
			t.Errorf("%s, seed %d, did not reach the goal: %+v", s.Method, s.Seed, s)
		}
		if s.Reached && math.Abs(s.Ratio*float64(s.Children)-float64(until)) > 1e-9 {
			t.Errorf("%s, seed %d: ratio %g of %d to %d networks", s.Method, s.Seed, s.Ratio, until, s.Children)
		}
	}
	if len(r.Paper) != 4 || r.Paper[1].Children != 308 {
		t.Errorf("the paper's figures: %+v", r.Paper)
	}
}

func TestStudyRefuses(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"share --space huge", 2, "unknown space"},
		{"share --space " + clitest.WideSpace, 2, "--fps is needed"},
		{"share --counts 0", 2, "--counts"},
		{"share --counts 1,1", 2, "distinct"},
		{"share --fpga XC7Z015:2", 2, "--counts says how many"},
		{"share --fpga NOSUCH", 2, "NOSUCH"},
		{"share --samples 0", 2, "--samples"},
		{"share --fps 10,-1", 2, "--fps"},
		{"share --strides some", 2, "--strides"},
		{"share --bits 7", 2, "7"},
		{"share --format gif", 2, "gif"},
		{"fronts --methods magic", 2, "magic"},
		{"fronts --methods random,random", 2, "twice"},
		{"fronts --data shapes --table builtin", 2, "exclude"},
		{"fronts --space cifar10", 2, "tiny space"},
		{"fronts --trained 0", 2, "--trained"},
		{"fronts --fps 1e8", 1, "no network of space tiny"},
		{"cost", 2, "--data is needed"},
		{"cost --data shapes --methods hwaware", 2, "sets the goal"},
		{"cost --data shapes --seeds 0", 2, "--seeds"},
		{"cost --data no/such/folder", 1, "no/such/folder"},
	} {
		if errs := clitest.Complains(t, strings.Fields("study "+c.args), c.code, c.want); strings.Count(errs, "\n") != 1 {
			t.Errorf("study %s: more than one line: %q", c.args, errs)
		}
	}
}

// TestStudyFast checks that every way of exploring is measured in both parts, that a
// figure is drawn of each, and that what is printed says who is who.
func TestStudyFast(t *testing.T) {
	dir := t.TempDir()
	args := []string{"study", "fast", "--space", "tiny", "--fps", "600", "--pipelines", "2", "--plans", "20",
		"--size-pipelines", "2", "--size-plans", "10", "--stages", "2,3", "--layers", "3"}
	var r command.FastReport
	clitest.JSON(t, &r, append(args, "--out", dir, "--format", "svg")...)
	if len(r.Curves) != 6 || r.Plans[len(r.Plans)-1] != 20 || r.Sizes == nil || len(r.Sizes.Cells) != 2 || len(r.Figures) != 2 {
		t.Fatalf("%+v", r)
	}
	for _, c := range r.Sizes.Cells {
		if len(c.Curves) != 6 || c.Plans[len(c.Plans)-1] != 10 || !(c.Sum < c.Product) {
			t.Errorf("%+v", c)
		}
	}
	for _, path := range r.Figures {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	status, out, errs := clitest.Run(t, append(args, "--sizes=false")...)
	if status != 0 || strings.Contains(out, "layers  product") {
		t.Errorf("status %d, %s%s", status, out, errs)
	}
	for _, c := range r.Curves {
		if !strings.Contains(out, c.Name) {
			t.Errorf("no column for %s:\n%s", c.Name, out)
		}
	}
}
