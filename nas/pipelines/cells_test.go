package pipelines

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/blast"
	"coexplore/nas"
	"coexplore/nas/space"
)

var pixels = hw.Shape{C: 3, H: 32, W: 32}

func newCells(t *testing.T, pool string) *Cells {
	t.Helper()
	p, err := hw.ParsePool(pool)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewCells(p, hw.Target{}, pixels, 10)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func randomCells(seed uint64, n int) [][]int {
	rng := rand.New(rand.NewPCG(seed, 7))
	list := make([][]int, n)
	for i := range list {
		list[i] = nas.Random(cellSpace, nas.Choices(cellSpace), rng)
	}
	return list
}

// TestCellsAgainstPlanner compares plans with those of a planner that knows nothing of
// the space, on pools of one and of two types.
func TestCellsAgainstPlanner(t *testing.T) {
	for pool, fps := range map[string]float64{"XC7Z015:2": 70, "XC7Z015:1,ZU3EG:1": 200} {
		c := newCells(t, pool)
		plain, err := blast.New(blast.Options{Pool: c.Pool(), Target: hw.DefaultTarget(), FPS: fps})
		if err != nil {
			t.Fatal(err)
		}
		feasible := 0
		for _, actions := range randomCells(3, 15) {
			net, err := cellSpace.Build(actions, pixels, 10)
			if err != nil {
				t.Fatal(err)
			}
			want, err := plain.Plan(net.Network)
			if err != nil {
				t.Fatal(err)
			}
			got, err := c.Plan(actions, fps)
			if err != nil {
				t.Fatal(err)
			}
			if got.Feasible != want.Feasible || got.Efficiency != want.Efficiency || got.Throughput != want.ThroughputFPS ||
				got.FPGAs != len(want.Stages) || got.MACs != want.MACs || got.Params != want.Params || (got.Reason == "") != got.Feasible {
				t.Errorf("%s on %s: %+v, the planner alone has %+v", net.Name, pool, got, want)
			}
			u := got.Stages[0].Utilization
			if len(got.Stages) != 1 || got.Stages[0].From != 0 || got.Stages[0].To != 6 || got.Feasible != (u <= 1) {
				t.Errorf("%s: stages of decisions %+v", net.Name, got.Stages)
			}
			if got.Feasible {
				feasible++
			}
		}
		if feasible == 0 || feasible == 15 {
			t.Errorf("%s: %d of 15 feasible, which shows little", pool, feasible)
		}
	}
}

// TestCarryCuts compares cuts with the parts of the networks as they are built: a cut
// outside of cells stays at its layer, one in a cell at its share of it; taken to a
// network of the same depth, all stay.
func TestCarryCuts(t *testing.T) {
	byDepth := map[int]*space.CellNetwork{}
	nas.All(cellSpace, func(actions []int) bool {
		net, err := cellSpace.Build(actions, pixels, 10)
		if err != nil {
			t.Fatal(err)
		}
		byDepth[net.Parts[2]-net.Parts[1]] = net
		return len(byDepth) < 10
	})
	if len(byDepth) != 10 {
		t.Fatalf("cells of %d depths, want 0 to 9 layers", len(byDepth))
	}
	for was, a := range byDepth {
		if got := cellDepth(len(a.Layers)); got != was {
			t.Fatalf("%d layers are taken for cells of %d, are of %d", len(a.Layers), got, was)
		}
		for is, b := range byDepth {
			for layer := range a.Layers {
				part := 0 // the last that begins at or before the layer, and has some
				for i, first := range a.Parts {
					if first <= layer {
						part = i
					}
				}
				offset := layer - a.Parts[part]
				want := b.Parts[part] + offset
				if cell := part != 0 && part != 6 && part != 12 && part != 18; cell {
					want = b.Parts[part] + int(math.Round(float64(offset)/float64(was)*float64(is)))
				}
				if got := carryCut(layer, was, is); got != want || was == is && got != layer {
					t.Fatalf("cells of %d layers to cells of %d: the cut before layer %d goes to %d, want %d", was, is, layer, got, want)
				}
			}
		}
	}
}

// TestCarry checks that every network takes every partition: all stages have layers
// that run on FPGAs, and together all of them.
func TestCarry(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 2000 {
		layers, other := skeletonTotal+cellsTotal*rng.IntN(10), skeletonTotal+cellsTotal*rng.IntN(10)
		dense := hw.DensePlace(rng.IntN(2))
		cuts := rng.Perm(layers - 2)[:min(rng.IntN(14), layers-2)]
		slices.Sort(cuts)
		stages := make([]hw.Stage, len(cuts)+1)
		for i, c := range cuts {
			stages[i].Last, stages[i+1].First = c, c+1
		}
		stages[len(cuts)].Last = layers - 1
		placements := carry(stages, other, dense)
		sum := 0
		for _, p := range placements {
			if p.Layers < 1 {
				t.Fatalf("an empty stage: %v", placements)
			}
			sum += p.Layers
		}
		if last := placements[len(placements)-1]; sum != other || dense == hw.DenseOnHost && last.Layers < 2 {
			t.Fatalf("placements %v for %d layers", placements, other)
		}
		if other == layers {
			for i, p := range placements {
				if p.Layers != stages[i].Last-stages[i].First+1 {
					t.Fatalf("stages %v became %v", stages, placements)
				}
			}
		}
	}
}

// TestCellsReplan checks that a network on its own partition is planned as before, and
// that no network is better on a given partition than on its best.
func TestCellsReplan(t *testing.T) {
	c := newCells(t, "XC7Z015:3")
	const fps = 90
	all := randomCells(5, 40)
	for i, actions := range all {
		plan, err := c.Plan(actions, fps)
		if err != nil {
			t.Fatal(err)
		}
		again, err := c.Replan(actions, fps, plan)
		if err != nil {
			t.Fatal(err)
		}
		if again.Efficiency != plan.Efficiency || again.Throughput != plan.Throughput || again.FPGAs != plan.FPGAs {
			t.Errorf("%v: %+v on its own partition, was %+v", actions, again, plan)
		}
		other := all[(i+1)%len(all)]
		best, err := c.Plan(other, fps)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := c.Replan(other, fps, plan)
		if err != nil {
			t.Fatal(err)
		}
		if kept.Feasible && (!best.Feasible || kept.Efficiency > best.Efficiency) || kept.FPGAs != plan.FPGAs {
			t.Errorf("%v: %+v on a given partition, %+v on its best", other, kept, best)
		}
	}
	if _, err := c.Replan(all[0], fps, &nas.Plan{}); err == nil {
		t.Error("planned on a plan that is no pipeline")
	}
}

// TestCellsFixed compares networks on fixed hardware with planning by hand: its designs
// and partition.
func TestCellsFixed(t *testing.T) {
	const fps = 60
	c := newCells(t, "XC7Z015:2")
	preset, err := c.Preset()
	if err != nil {
		t.Fatal(err)
	}
	list := []nas.Hardware{preset}
	for _, actions := range randomCells(4, 6) {
		plan, err := c.Plan(actions, fps)
		if err != nil {
			t.Fatal(err)
		}
		h, err := c.Fix(actions, plan)
		if err != nil {
			t.Fatal(err)
		}
		again, err := h.Plan(actions, fps)
		if err != nil || again.Efficiency != plan.Efficiency || again.Throughput != plan.Throughput {
			t.Errorf("%+v on hardware fixed to its own plan, %+v: %v", again, plan, err)
		}
		list = append(list, h)
	}
	two := 0
	for _, h := range list {
		f := h.(*fixedCells)
		for _, actions := range randomCells(9, 10) {
			plan, err := h.Plan(actions, fps)
			if err != nil {
				t.Fatal(err)
			}
			net, err := cellSpace.Build(actions, pixels, 10)
			if err != nil {
				t.Fatal(err)
			}
			two += len(plan.Pipeline.Stages) - 1
			places := carry(f.stages, len(net.Layers), hw.DenseOnHost)
			var slow int64
			for i, st := range plan.Pipeline.Stages {
				var sum int64
				for _, l := range net.Loops()[st.First : st.Last+1] {
					if l.R == 1 && l.Weighted { // the dense layer, which runs on the host
						continue
					}
					cost, err := accel.LayerCost(l, f.stages[i].Design, hw.DefaultTarget())
					if err != nil {
						t.Fatal(err)
					}
					sum += cost.Cycles
				}
				if st.Cycles != sum || st.Design != f.stages[i].Design || st.Last-st.First+1 != places[i].Layers {
					t.Errorf("stage %d: %d layers in %d cycles with %v, want %d in %d with %v", i+1, st.Last-st.First+1, st.Cycles, st.Design, places[i].Layers, sum, f.stages[i].Design)
				}
				slow = max(slow, sum)
			}
			if want := 100e6 / float64(slow); math.Abs(plan.Throughput-want) > 1e-9*want {
				t.Errorf("%g frames/s, want %g", plan.Throughput, want)
			}
			again, err := h.Replan(actions, fps, plan)
			if err != nil || again.Efficiency != plan.Efficiency || again.Throughput != plan.Throughput {
				t.Errorf("planned again: %+v, %v", again, err)
			}
		}
	}
	if two == 0 {
		t.Error("every network on one FPGA, which shows little")
	}
	if _, err := newCells(t, "XC7Z015:1,ZU3EG:1").Preset(); err == nil || !strings.Contains(err.Error(), "one type") {
		t.Errorf("preset hardware of two types: %v", err)
	}
	if _, err := c.Fix(randomCells(4, 1)[0], &nas.Plan{}); err == nil {
		t.Error("fixed to a plan that is no pipeline")
	}
}

// TestCellsSideBySide checks that several searches at once get the same plans.
func TestCellsSideBySide(t *testing.T) {
	c := newCells(t, "XC7Z015:2")
	all := randomCells(1, 60)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, actions := range all {
				if _, err := c.Plan(actions, 60); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	alone := newCells(t, "XC7Z015:2")
	for _, actions := range all {
		a, _ := c.Plan(actions, 60)
		b, err := alone.Plan(actions, 60)
		if err != nil || a.Efficiency != b.Efficiency || a.Throughput != b.Throughput {
			t.Errorf("%v: %+v and %+v, %v", actions, a, b, err)
		}
		if again, _ := c.Plan(actions, 60); again != a {
			t.Errorf("%v was planned twice", actions)
		}
	}
	done, cancel := context.WithCancel(context.Background())
	cancel()
	if err := c.PlanAll(done, 61); !errors.Is(err, context.Canceled) {
		t.Errorf("planning all after the end: %v", err)
	}
}

// TestCellsObjectives checks metrics against the pipeline, and bounds.
func TestCellsObjectives(t *testing.T) {
	c := newCells(t, "XC7Z015:2")
	const fps = 60
	objectives, err := c.Objectives(fps, "throughput", "params", "macs", "latency", "energy", "power", "dsp", "bram18", "price", "fpgas")
	if err != nil {
		t.Fatal(err)
	}
	for _, actions := range randomCells(4, 60) {
		plan, err := c.Plan(actions, fps)
		if err != nil {
			t.Fatal(err)
		}
		if !plan.Feasible {
			continue
		}
		m := plan.Measure(plan, actions)
		if m["latency_ms"] != plan.Pipeline.LatencyMS || m["price"] != float64(plan.FPGAs)*c.Pool()[0].Device.Price {
			t.Errorf("metrics %v of %+v", m, plan.Pipeline)
		}
		trial := nas.Trial{Design: nas.Design{Throughput: plan.Throughput, Params: plan.Params, MACs: plan.MACs, FPGAs: plan.FPGAs, Metrics: m}}
		for i, v := range objectives.Values(&trial) {
			if o := &objectives[i]; o.Maximize && v < o.Worst*(1-1e-9) || !o.Maximize && v >= o.Worst {
				t.Errorf("%v: %s is %g, the worst should be %g", actions, o.Name, v, o.Worst)
			}
		}
	}
}
