package rtl

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Pipeline is stages, each on an accelerator with a memory of its own, that work on
// successive frames at the same time, and the links between them.
type Pipeline struct {
	// Stages have words of the same size. The first layer of each but the first reads
	// what the last layer of the stage before put out.
	Stages []Program
	Link   Link
	Frames [][]int32 // input maps
}

// Link is how fast words cross from stage to stage: so many at a time, every so many
// cycles.
type Link struct {
	Words int `json:"words"`
	Every int `json:"every"`
}

// Cycles is how long a map takes across the link.
func (l Link) Cycles(words int) int64 { return int64(ceil(words, l.Words)) * int64(l.Every) }

// Span is when a stage or a link worked on a frame, in cycles.
type Span struct {
	Frame int   `json:"frame"`
	Start int64 `json:"start"`
	End   int64 `json:"end"`
}

// Spans is what each stage and each link did: those of frame f are at f.
type Spans struct {
	Stages [][]Span `json:"stages"`
	Links  [][]Span `json:"links"`
}

// Check refuses what cannot be built.
func (p *Pipeline) Check() error {
	switch {
	case len(p.Stages) < 2:
		return fmt.Errorf("rtl: a pipeline of %d stages: want 2 or more", len(p.Stages))
	case len(p.Frames) == 0:
		return fmt.Errorf("rtl: a pipeline without frames: want 1 or more")
	case p.Link.Words < 1 || p.Link.Words > 64 || p.Link.Every < 1 || p.Link.Every > 1<<20:
		return fmt.Errorf("rtl: a link of %d words every %d cycles: want 1 to 64 words and 1 to %d cycles", p.Link.Words, p.Link.Every, 1<<20)
	}
	for i, s := range p.programs() {
		if s.Bits != p.Stages[0].Bits {
			return fmt.Errorf("rtl: stage %d has words of %d bits, stage 1 of %d: want the same", i+1, s.Bits, p.Stages[0].Bits)
		}
		if err := s.Check(); err != nil {
			return fmt.Errorf("rtl: stage %d: %w", i+1, err)
		}
		if i == 0 {
			continue
		}
		before := &p.Stages[i-1].Layers[len(p.Stages[i-1].Layers)-1]
		if have, want := before.outputs(), len(s.Layers[0].Input); have != want {
			return fmt.Errorf("rtl: stage %d reads %d words, stage %d makes %d", i+1, want, i, have)
		}
	}
	for n, f := range p.Frames {
		if len(f) != len(p.Frames[0]) {
			return fmt.Errorf("rtl: frame %d has %d words, frame 1 %d", n+1, len(f), len(p.Frames[0]))
		}
	}
	return nil
}

// programs are the stages with an input each: the first frame, and empty maps.
func (p *Pipeline) programs() []Program {
	out := slices.Clone(p.Stages)
	for i := range out {
		s := &out[i]
		if len(s.Layers) == 0 {
			continue
		}
		s.Layers = slices.Clone(s.Layers)
		l := &s.Layers[0]
		if i == 0 {
			l.Input = p.Frames[0]
		} else {
			l.Input = make([]int32, l.InRows*l.InCols*l.N)
		}
	}
	return out
}

// Part is a stage's or a link's time for a frame: by the formula, and by the tile
// simulation with what a start and an end take, which is the RTL's.
type Part struct {
	Formula   int64 `json:"formula"`
	Simulated int64 `json:"simulated"`
}

// What the model leaves out of a pipeline, in cycles: of a layer, from when it is launched
// to its first request and from its last store to the next launch; of a stage, and of a
// link, from when it is told to start to when its end is seen, beyond that; and from then
// to the start with the next frame.
const (
	launch      = 3
	stageLaunch = 2
	linkLaunch  = 4
	turn        = 1
)

// Model is what the parts of the pipeline take for a frame, in their order: the first
// stage, the link behind it, the second stage, and so on.
func (p *Pipeline) Model() ([]Part, error) {
	var out []Part
	for i := range p.Stages {
		runs, err := p.Stages[i].Model(1)
		if err != nil {
			return nil, err
		}
		stage := Part{Simulated: stageLaunch}
		for _, c := range runs {
			stage.Formula += c.Formula
			stage.Simulated += c.Simulated + launch
		}
		out = append(out, stage)
		if i < len(p.Stages)-1 {
			link := p.Link.Cycles(p.Stages[i].Layers[len(runs)-1].outputs())
			out = append(out, Part{link, link + linkLaunch})
		}
	}
	return out, nil
}

// Outputs computes what the last stage puts out for every frame, with the plain
// reference.
func (p *Pipeline) Outputs() [][]int32 {
	var out [][]int32
	stages := p.programs()
	for _, x := range p.Frames {
		for i := range stages {
			stages[i].Layers[0].Input = x
			maps := stages[i].Outputs()
			x = maps[len(maps)-1]
		}
		out = append(out, x)
	}
	return out
}

// Verify runs the pipeline that Write put into the folder, in Verilator or in Icarus
// Verilog, and compares the outputs of every frame with Outputs. Of the options it
// takes Icarus, Wave and Limit alone: its memories are always ready.
func (p *Pipeline) Verify(ctx context.Context, dir string, o Options) (Spans, error) {
	o.Latency, o.Stall, o.Gap, o.Lanes = 1, 0, 0, nil
	if o.Limit == 0 {
		o.Limit = 100_000
		parts, err := p.Model()
		if err != nil {
			return Spans{}, err
		}
		for _, part := range parts {
			o.Limit += 4 * part.Simulated * int64(len(p.Frames))
		}
	}
	text, err := simulate(ctx, dir, o)
	if err != nil {
		return Spans{}, err
	}
	spans, err := p.readSpans(text)
	if err != nil {
		return spans, err
	}
	last := p.stage(len(p.Stages) - 1)
	words, err := readWords(filepath.Join(dir, "result.hex"), last.Bits, last.words)
	if err != nil {
		return spans, err
	}
	for f, want := range p.Outputs() {
		at := last.outAt + f*len(want)
		for k, v := range want {
			if got := words[at+k]; got != v {
				return spans, fmt.Errorf("rtl: frame %d: word %d is %d, want %d", f+1, k, got, v)
			}
		}
	}
	return spans, nil
}

// readSpans takes the testbench's lines.
func (p *Pipeline) readSpans(text string) (Spans, error) {
	s := Spans{Stages: make([][]Span, len(p.Stages)), Links: make([][]Span, len(p.Stages)-1)}
	for line := range strings.Lines(text) {
		var what string
		var n int
		var span Span
		if strings.HasPrefix(line, "limit") {
			return s, fmt.Errorf("%w: %s", ErrLimit, strings.TrimSpace(line))
		}
		if !strings.HasPrefix(line, "stage") && !strings.HasPrefix(line, "link") {
			continue
		}
		_, err := fmt.Sscanf(line, "%s %d frame %d from %d to %d", &what, &n, &span.Frame, &span.Start, &span.End)
		to := s.Stages
		if what == "link" {
			to = s.Links
		}
		if err != nil || n < 0 || n >= len(to) || span.Frame != len(to[n]) {
			return s, fmt.Errorf("rtl: the testbench says %q", strings.TrimSpace(line))
		}
		to[n] = append(to[n], span)
	}
	for i, list := range append(slices.Clone(s.Stages), s.Links...) {
		if len(list) != len(p.Frames) {
			return s, fmt.Errorf("rtl: %d of %d frames left part %d of the pipeline", len(list), len(p.Frames), i+1)
		}
	}
	return s, nil
}

// Interval is the cycles from frame to frame, once the pipeline is full: those between
// the ends of the last two frames. By the model it is the time of the slowest part; the
// RTL takes one cycle more, in which it turns to the next frame.
func (s *Spans) Interval() int64 {
	last := s.Stages[len(s.Stages)-1]
	if len(last) < 2 {
		return last[0].End
	}
	return last[len(last)-1].End - last[len(last)-2].End
}

// Write makes the folder, if need be, and writes the pipeline into it, as
// Program.Write does an accelerator.
func (p *Pipeline) Write(dir string) error {
	if err := p.Check(); err != nil {
		return err
	}
	names := slices.DeleteFunc(slices.Clone(modules), func(m string) bool { return m == "design_pkg" || m == "accelerator" })
	names = slices.Insert(names, 1, "pipeline_pkg")
	names = append(names, "link")
	files := append(shared(), file{"link.sv", verbatim("pipeline/link.sv")}, file{"plain.sed", writePlain},
		file{"pipeline_pkg.sv", p.writePackage}, file{"testbench.sv", p.writeTestbench})
	for i := range p.Stages {
		s := p.stage(i)
		n := fmt.Sprint(i + 1)
		names = slices.Insert(names, 2+i, "design"+n+"_pkg")
		names = append(names, "accelerator"+n, "stage"+n)
		files = append(files, file{"design" + n + "_pkg.sv", renamed(s.writeDesign, n)},
			file{"accelerator" + n + ".sv", renamed(verbatim("accelerator.sv"), n)},
			file{"stage" + n + ".sv", renamed(verbatim("pipeline/stage.sv"), n)},
			file{"program" + n + ".hex", s.writeProgram}, file{"bias" + n + ".hex", s.writeBiases}, file{"memory" + n + ".hex", s.writeMemory})
	}
	files = append(files, file{"Makefile", makefile(names, "")})
	return writeFolder(dir, files)
}
