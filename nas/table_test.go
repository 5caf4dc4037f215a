package nas_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
)

// TestTableRoundTrip writes a table and reads it back.
func TestTableRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	table := &nas.Table{Info: []nas.TableInfo{{Key: "data", Value: "made up: nothing"}, {Key: "epochs", Value: "3"}}}
	nas.All(nas.TinySpace(), func(actions []int) bool {
		for range 1 + rng.IntN(3) {
			table.Add(nas.TinySpace().Network(actions), float64(rng.IntN(1001))/1000)
		}
		return true
	})
	var b bytes.Buffer
	n, err := table.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("wrote %d of %d bytes: %v", n, b.Len(), err)
	}
	again, err := nas.ReadTable(&b)
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Info) != 2 || again.Info[0] != table.Info[0] || again.Info[1] != table.Info[1] {
		t.Errorf("info %v, want %v", again.Info, table.Info)
	}
	if len(again.Networks()) != 1728 {
		t.Fatalf("%d networks", len(again.Networks()))
	}
	for i, network := range table.Networks() {
		if again.Networks()[i] != network {
			t.Fatalf("network %d is %s, want %s", i, again.Networks()[i], network)
		}
		got, want := again.Accuracies(network), table.Accuracies(network)
		if len(got) != len(want) {
			t.Fatalf("%s: %v, want %v", network, got, want)
		}
		for k := range got {
			if got[k] != want[k] {
				t.Fatalf("%s: %v, want %v", network, got, want)
			}
		}
	}
}

func TestTableErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "header"},
		{"# no colon\n", "line 1"},
		{"# a: b\nname,acc\n", "line 2"},
		{"network,accuracy\n", "no network"},
		{"# a: b\nnetwork,accuracy\n3x8,0.5\n3x8,0.6\n", "line 4: network 3x8 stands twice"},
		{"network,accuracy\n3x8,81\n", "line 2: accuracy \"81\""},
		{"network,accuracy\n3x8,x\n", "line 2: accuracy \"x\""},
		{"network,accuracy\n3x8\n", "line 2: 1 fields"},
		{"network,accuracy\n3x8,0.1,0.2\n", "line 2: 3 fields"},
	} {
		if _, err := nas.ReadTable(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want one that says %q", c.text, err, c.want)
		}
	}
}

// TestTableSpread checks the noise against a table made with a known one.
func TestTableSpread(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	table := &nas.Table{}
	nas.All(nas.TinySpace(), func(actions []int) bool {
		for range 3 {
			table.Add(nas.TinySpace().Network(actions), 0.5+0.1*float64(actions[0]-1)+0.01*rng.NormFloat64())
		}
		return true
	})
	lowest, highest, noise := table.Spread()
	if math.Abs(noise-0.01) > 0.0005 {
		t.Errorf("noise %g, the table was made with 0.01", noise)
	}
	if math.Abs(lowest-0.4) > 0.05 || math.Abs(highest-0.6) > 0.05 {
		t.Errorf("accuracies from %g to %g, made around 0.4 to 0.6", lowest, highest)
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add("# a: b\nnetwork,accuracy,accuracy2\n\"3x8,5x16\",0.5,0.25\n3x8,1\n")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := nas.ReadTable(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, network := range table.Networks() {
			for _, a := range table.Accuracies(network) {
				if !(a >= 0 && a <= 1) {
					t.Fatalf("%q has accuracy %g", network, a)
				}
			}
		}
	})
}

// TestTrueFront compares the true front with what a search finds that is given
// every network of a small space.
func TestTrueFront(t *testing.T) {
	space := nas.TinySpace()
	space.Filters = []int{8, 24}
	p := tinyProblem(t, nas.EvaluatorFunc(func(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
		return nas.Evaluation{Accuracy: curve(network)}, nil
	}))
	p.Space = space
	front, err := nas.TrueFront(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	r, err := nas.Explore(context.Background(), p, nas.Settings{Episodes: 20000}, &nas.RandomSearch{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Trained+r.Reused+r.Pruned != 20000 || len(front) != len(r.Front) {
		t.Fatalf("true front %v\nfound %v", front, r.Front)
	}
	for i := range front {
		if front[i].Accuracy != r.Front[i].Accuracy || front[i].Efficiency != r.Front[i].Efficiency {
			t.Errorf("design %d of the front is %+v, found %+v", i, front[i], r.Front[i])
		}
	}
}

// TestCompare checks a comparison's figures against its searches.
func TestCompare(t *testing.T) {
	problem := func() nas.Problem { return tinyProblem(t, &counting{}) }
	front, err := nas.TrueFront(context.Background(), problem())
	if err != nil {
		t.Fatal(err)
	}
	contenders := []nas.Contender{
		{New: everyMethod["random"]},
		{Name: "evolution of 5", New: everyMethod["evolution"]},
	}
	run := func(searches int) *nas.Comparison {
		c, err := nas.Compare(context.Background(), problem, contenders,
			nas.CompareSettings{Seeds: 3, Trained: 25, Front: front, Within: 0.9, Searches: searches})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := run(1)
	if c.Rows[0].Method != "random" || c.Rows[1].Method != "evolution of 5" {
		t.Errorf("methods %s and %s", c.Rows[0].Method, c.Rows[1].Method)
	}
	for _, row := range c.Rows {
		for k, r := range row.Results {
			if r.Seed != uint64(k+1) || r.Trained != 25 || len(row.Curves[k]) != 25 {
				t.Errorf("%s: search %d has seed %d, %d trained, a curve of %d", row.Method, k, r.Seed, r.Trained, len(row.Curves[k]))
			}
			if math.Abs(row.Curves[k][len(row.Curves[k])-1]-r.Hypervolume) > 1e-12 {
				t.Errorf("%s: the curve ends at %g, the result's hypervolume is %g", row.Method, row.Curves[k], r.Hypervolume)
			}
			arrived := 0
			for i := len(row.Curves[k]) - 1; i >= 0; i-- {
				if i > 0 && row.Curves[k][i] < row.Curves[k][i-1] {
					t.Errorf("%s: the hypervolume falls at %d", row.Method, i)
				}
				if row.Curves[k][i] >= 0.9*c.Hypervolume {
					arrived = i + 1
				}
			}
			if row.Arrived[k] != arrived {
				t.Errorf("%s: arrived after %d, want %d", row.Method, row.Arrived[k], arrived)
			}
		}
	}
	again := run(4)
	for i, row := range again.Rows {
		for k := range row.Results {
			sameTrials(t, row.Method, row.Results[k].Trials, c.Rows[i].Results[k].Trials)
		}
	}
}

// ExampleExplore searches the tiny space with a made-up accuracy in place of
// training.
func ExampleExplore() {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		panic(err)
	}
	evaluator := nas.EvaluatorFunc(func(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
		return nas.Evaluation{Accuracy: curve(network)}, nil
	})
	problem := nas.Problem{Space: nas.TinySpace(), Pool: pool, Spec: 600, Evaluator: evaluator}
	result, err := nas.Explore(context.Background(), problem, nas.Settings{Seed: 1, Episodes: 30}, &nas.CoExploration{Beta: 0.5})
	if err != nil {
		panic(err)
	}
	fmt.Println(result.Method, "proposed", result.Episodes, "networks")
	fmt.Println("every design of the front meets the specification:", result.Front[0].Throughput >= 600)
	// Output:
	// coexplore proposed 30 networks
	// every design of the front meets the specification: true
}
