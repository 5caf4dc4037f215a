package rtl

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/internal/heavy"
)

// twoStages is a network cut in two behind a layer, on different accelerators, and
// frames for it.
func twoStages(t *testing.T, bits, cut, frames int, link Link) *Pipeline {
	t.Helper()
	net := parse(t, "3x4,max2,3x8,1x5", hw.Shape{C: 3, H: 8, W: 8})
	p := &Pipeline{Link: link, Stages: []Program{
		{Bits: bits, Design: hw.Design{Tiling: hw.Tiling{Tm: 3, Tn: 3, Tr: 6, Tc: 5}, Ports: hw.Ports{W: 2, I: 2, O: 2}}},
		{Bits: bits, Design: hw.Design{Tiling: hw.Tiling{Tm: 4, Tn: 2, Tr: 4, Tc: 4}, Ports: hw.Ports{W: 1, I: 2, O: 1}}},
	}}
	cuts := []int{0, cut, 4}
	for i := range p.Stages {
		s := &p.Stages[i]
		var err error
		if s.Layers, err = FromNetwork(net, cuts[i], cuts[i+1]-1, bits); err != nil {
			t.Fatal(err)
		}
		s.Randomize(uint64(i))
	}
	rng := rand.New(rand.NewPCG(19, 12))
	for range frames {
		f := make([]int32, 3*8*8)
		for k := range f {
			f[k] = int32(rng.IntN(1<<bits) - 1<<(bits-1))
		}
		p.Frames = append(p.Frames, f)
	}
	return p
}

// TestPipeline holds a pipeline of two stages against the model: the time of a stage is
// the sum of its layers', that of a link its words', and the interval between frames
// that of the slowest of the three, but for the constants of Interval; every frame's
// output is the plain reference's. Each of the three is the slowest in turn, the last
// where heavy tests run.
func TestPipeline(t *testing.T) {
	for _, c := range []struct {
		bits, cut int
		link      Link
		slowest   int // stage 1, link, stage 2
		icarus    bool
	}{
		{16, 2, Link{Words: 2, Every: 1}, 0, true},
		{8, 2, Link{Words: 3, Every: 80}, 1, true},
		{16, 1, Link{Words: 1, Every: 1}, 2, true},
		{16, 3, Link{Words: 5, Every: 2}, 0, false},
	}[:heavy.Count(2, 4)] {
		p := twoStages(t, c.bits, c.cut, 4, c.link)
		if c.slowest == 2 {
			p.Stages[1].Design.Tm = 2
		}
		dir := t.TempDir()
		if err := p.Write(dir); err != nil {
			t.Fatal(err)
		}
		s, err := p.Verify(t.Context(), dir, Options{Icarus: c.icarus})
		skipMissing(t, err)
		want, err := p.Model()
		if err != nil {
			t.Fatal(err)
		}
		for n, list := range [][]Span{s.Stages[0], s.Links[0], s.Stages[1]} {
			for _, span := range list {
				if got := span.End - span.Start; got != want[n].Simulated {
					t.Errorf("cut behind %d, part %d, frame %d: %d cycles, simulated %d", c.cut, n, span.Frame, got, want[n].Simulated)
				}
			}
		}
		slowest := int64(0)
		for _, w := range want {
			slowest = max(slowest, w.Simulated)
		}
		if got := s.Interval(); got != slowest+turn || want[c.slowest].Simulated != slowest {
			t.Errorf("cut behind %d: a frame every %d cycles, want %d; %+v, %+v", c.cut, got, slowest+turn, want, s)
		}
		t.Logf("cut behind layer %d, %+v: %+v, a frame every %d cycles", c.cut, c.link, want, s.Interval())
	}
}

func TestPipelineRefuses(t *testing.T) {
	for want, change := range map[string]func(p *Pipeline){
		"1 stages":         func(p *Pipeline) { p.Stages = p.Stages[:1] },
		"without frames":   func(p *Pipeline) { p.Frames = nil },
		"a link of 0":      func(p *Pipeline) { p.Link.Words = 0 },
		"words of 8 bits":  func(p *Pipeline) { p.Stages[1].Bits = 8 },
		"0 layers":         func(p *Pipeline) { p.Stages[1].Layers = nil },
		"stage 1 makes":    func(p *Pipeline) { p.Stages[0].Layers = p.Stages[0].Layers[:1] },
		"frame 2 has 1":    func(p *Pipeline) { p.Frames[1] = p.Frames[1][:1] },
		"stage 1: rtl: co": func(p *Pipeline) { p.Stages[0].Layers[0].Shift = 41 },
	} {
		p := twoStages(t, 16, 2, 2, Link{Words: 1, Every: 1})
		change(p)
		if err := p.Write(t.TempDir()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	p := twoStages(t, 16, 2, 2, Link{Words: 1, Every: 1})
	dir := t.TempDir()
	if err := p.Write(dir); err != nil {
		t.Fatal(err)
	}
	_, err := p.Verify(t.Context(), dir, Options{Icarus: true, Limit: 100})
	if m := (*MissingError)(nil); !errors.As(err, &m) && !errors.Is(err, ErrLimit) {
		t.Error(err)
	}
}
