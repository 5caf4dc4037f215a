package blast

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"coexplore/hw"
)

// TestPrecomputeLayers compares plans by the tables of a list of layers with plans
// without, for random networks, the specification met and not, and for partitions.
func TestPrecomputeLayers(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 3))
	byTable := 0
	for k := range 200 {
		tg := randomTarget(rng)
		if rng.IntN(2) == 0 {
			tg.LinkGbps = float64(1+rng.IntN(20)) / 10
		}
		var pool hw.Pool
		for i := range 1 + rng.IntN(3) {
			d := randomDevice(rng, tg)
			d.Part, d.BRAM18 = fmt.Sprint("tiny", i), d.BRAM18+20
			pool = append(pool, hw.PoolEntry{Device: d, Count: 1 + rng.IntN(2)})
		}
		plain, err := New(Options{Pool: pool, Target: tg})
		if err != nil {
			t.Fatal(err)
		}
		var nets []*hw.Network
		var layers []hw.Loops
		for range 3 {
			_, net := randomNetwork(rng, 5)
			nets = append(nets, net)
			layers = append(layers, net.Loops()...)
		}
		tables, ok := plain.PrecomputeLayers(layers)
		if !ok {
			continue
		}
		for _, net := range nets {
			want, err := plain.planFor(net, 0, hw.MaxThroughput)
			if err != nil {
				if _, again := tables.planFor(net, 0, hw.MaxThroughput); again == nil {
					t.Fatalf("case %d: a plan by tables for what does not fit", k)
				}
				continue
			}
			byTable++
			fps := want.ThroughputFPS * (0.2 + rng.Float64())
			for _, obj := range objectives {
				want, err := plain.planFor(net, fps, obj)
				if err != nil {
					t.Fatal(err)
				}
				got, err := tables.planFor(net, fps, obj)
				if err != nil {
					t.Fatal(err)
				}
				checkSame(t, &want.Pipeline, &got.Pipeline)
			}
			at := 1 + rng.IntN(len(net.Layers))
			partition := []hw.Placement{{Device: pool[0].Device.Part, Layers: at}}
			if at < len(net.Layers) {
				partition = append(partition, hw.Placement{Device: pool[len(pool)-1].Device.Part, Layers: len(net.Layers) - at})
			}
			want, err = plain.placeFor(net, fps, partition)
			got, again := tables.placeFor(net, fps, partition)
			if (err == nil) != (again == nil) {
				t.Fatalf("case %d, partition %v: %v and %v", k, partition, err, again)
			}
			if err == nil {
				checkSame(t, &want.Pipeline, &got.Pipeline)
			}
		}
	}
	if byTable < 200 {
		t.Errorf("only %d networks were planned by tables", byTable)
	}
}

// TestPrecomputeLayersOnly checks that other layers, and chains, are planned as before.
func TestPrecomputeLayersOnly(t *testing.T) {
	pool := parsePool(t, "XC7Z015:2")
	p := mustNew(Options{Pool: pool, Target: hw.DefaultTarget()})
	chain := hw.Chain{{Kernel: 3, Filters: 16, Stride: 1}, {Kernel: 1, Filters: 24, Stride: 2}, {Kernel: 5, Filters: 16, Stride: 1}}
	in := hw.Shape{C: 3, H: 32, W: 32}
	net, err := chain.Network(in, 10, hw.PoolHead)
	if err != nil {
		t.Fatal(err)
	}
	want, err := p.planFor(net, 100, hw.MaxUtilization)
	if err != nil {
		t.Fatal(err)
	}
	for _, layers := range [][]hw.Loops{nil, {{}}} {
		if with, ok := p.PrecomputeLayers(layers); ok || with != p {
			t.Error("tables of nothing")
		}
	}
	p, ok := p.PrecomputeLayers(net.Loops()[:2])
	if !ok {
		t.Fatal("no tables")
	}
	for range 2 {
		got, err := p.planFor(net, 100, hw.MaxUtilization)
		if err != nil {
			t.Fatal(err)
		}
		checkSame(t, &want.Pipeline, &got.Pipeline)
		var again hw.Pipeline
		if err := p.planChain(&again, chain, in, 10, hw.PoolHead, 100, hw.MaxUtilization); err != nil {
			t.Fatal(err)
		}
		checkSame(t, &want.Pipeline, &again)
	}
}
