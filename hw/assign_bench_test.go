package hw

import (
	"fmt"
	"testing"
)

// deepResidual is a residual network of bottlenecks with 160 layers, sums and
// pooling included.
func deepResidual(tb testing.TB) *Network {
	b := NewBuilder("resnet160", Shape{3, 224, 224}, 1000)
	resNet(true, 3, 5, 27, 3)(b)
	net, err := b.Network()
	if err != nil {
		tb.Fatal(err)
	}
	if len(net.Layers) != 160 {
		tb.Fatalf("%d layers", len(net.Layers))
	}
	return net
}

// chainCosts is an instance with made-up costs: so many layers, on types of so
// many FPGAs each.
func chainCosts(layers, types, count int) *Instance {
	in := &Instance{Layers: layers}
	for t := range types {
		in.Types = append(in.Types, InstanceType{string(rune('A' + t)), count, float64(t + 1)})
		for i := range layers {
			c := int64(0)
			for j := i; j < layers; j++ {
				c += int64(1000+(j*7919+t*104729)%997) / int64(t+1)
				in.Groups = append(in.Groups, Group{First: i, Last: j, Type: t, Cycles: c, Sum: c})
			}
		}
	}
	return in
}

// BenchmarkSolve is the dynamic programme alone, from known costs, and how it
// grows with layers and with sets of FPGAs.
func BenchmarkSolve(b *testing.B) {
	for _, v := range []struct{ layers, types, count int }{{7, 1, 3}, {14, 1, 1}, {14, 1, 2}, {14, 1, 3}, {14, 1, 6}, {14, 3, 1}, {28, 1, 3},
		{56, 1, 3}, {40, 4, 4}, {80, 4, 4}, {160, 4, 1}, {160, 4, 2}, {160, 4, 4}} {
		in := chainCosts(v.layers, v.types, v.count)
		for _, obj := range objectives {
			b.Run(fmt.Sprintf("layers=%d/fpgas=%dx%d/%v", v.layers, v.types, v.count, obj), func(b *testing.B) {
				b.ReportAllocs()
				for range b.N {
					if _, ok := in.Solve(obj, 1<<40); !ok {
						b.Fatal("no solution")
					}
				}
			})
		}
	}
}

// BenchmarkDeepResidual plans 160 layers on 16 FPGAs of 4 types: the first time,
// with every accelerator still to be found, and again.
func BenchmarkDeepResidual(b *testing.B) {
	net := deepResidual(b)
	pool, err := ParsePool("XC7Z020:4,XC7Z045:4,ZU3EG:4,ZU9EG:4")
	if err != nil {
		b.Fatal(err)
	}
	for _, obj := range objectives {
		b.Run("first/"+obj.String(), func(b *testing.B) {
			for range b.N {
				a, err := (&BLAST{Pool: pool, Target: DefaultTarget()}).Plan(net, 20, obj)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(a.ThroughputFPS, "frames/s")
				b.ReportMetric(float64(len(a.Stages)), "stages")
			}
		})
		b.Run("again/"+obj.String(), func(b *testing.B) {
			blast := &BLAST{Pool: pool, Target: DefaultTarget()}
			if _, err := blast.Plan(net, 20, obj); err != nil {
				b.Fatal(err)
			}
			b.ResetTimer()
			for range b.N {
				if _, err := blast.Plan(net, 20, obj); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("planner/"+obj.String(), func(b *testing.B) {
			for range b.N {
				p, err := NewPlanner(pool, DefaultTarget())
				if err != nil {
					b.Fatal(err)
				}
				if _, err := p.Plan(net, 20, obj); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkBLAST plans a published network of 14 convolutions on three FPGAs
// from known accelerators: all of BLAST, and the planner made for searches.
func BenchmarkBLAST(b *testing.B) {
	net, err := ReferenceNetwork("cifar10-optsw", Shape{}, 0)
	if err != nil {
		b.Fatal(err)
	}
	chain, err := ParseChain(publishedOptSW)
	if err != nil {
		b.Fatal(err)
	}
	pool, err := ParsePool("XC7Z015:3")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("solve", func(b *testing.B) {
		blast := &BLAST{Pool: pool, Target: DefaultTarget()}
		in, budget, err := blast.Instance(net, 35)
		if err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		for range b.N {
			if _, ok := in.Solve(MaxUtilization, budget); !ok {
				b.Fatal("no solution")
			}
		}
	})
	b.Run("plan", func(b *testing.B) {
		blast := &BLAST{Pool: pool, Target: DefaultTarget()}
		for range b.N {
			if _, err := blast.Plan(net, 35, MaxUtilization); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("planner", func(b *testing.B) {
		p, err := NewPlanner(pool, DefaultTarget())
		if err != nil {
			b.Fatal(err)
		}
		var pipe Pipeline
		p.Expect(net.Input, 10, FlattenHead, []int{1, 3, 5, 7}, []int{24, 36, 48, 64}, []int{1, 2})
		b.ResetTimer()
		for range b.N {
			if err := p.PlanChain(&pipe, chain, net.Input, 10, FlattenHead, 35, MaxUtilization); err != nil {
				b.Fatal(err)
			}
		}
	})
}
