package rtl

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// stage is a program with room for several frames: copies of its input and output
// map behind its memory.
type stage struct {
	*Program
	frames              [][]int32 // the contents of the input's copies
	inAt, outAt         int
	inCopies, outCopies int
	words               int
}

// stage lays out the memory of one: every frame's input in the first, every frame's
// output in the last, and else two, for one to be moved while the other is in use.
func (p *Pipeline) stage(i int) *stage {
	program := p.programs()[i]
	l := program.layout()
	s := &stage{Program: &program, inAt: l.words, inCopies: 2, outCopies: 2}
	if i == 0 {
		s.frames, s.inCopies = p.Frames, len(p.Frames)
	}
	if i == len(p.Stages)-1 {
		s.outCopies = len(p.Frames)
	}
	s.outAt = s.inAt + s.inCopies*len(program.Layers[0].Input)
	s.words = s.outAt + s.outCopies*s.last().outputs()
	return s
}

func (s *stage) last() *Layer { return &s.Layers[len(s.Layers)-1] }

// writeDesign writes the package with the sizes of the accelerator and the places of
// its maps.
func (s *stage) writeDesign(w io.Writer) {
	l := s.layout()
	fmt.Fprintf(w, "// The sizes of one stage's accelerator: %v, %d-bit words.\npackage design_pkg;\n", s.Design, s.Bits)
	for _, c := range append(s.constants(), constant{"IN_AT", s.inAt, "the first of the copies of the input"}, constant{"IN_MAP", len(s.Layers[0].Input), "words of one"},
		constant{"IN_COPIES", s.inCopies, "of them"}, constant{"IN_WAS", l.in[0], "the input's place in the program"},
		constant{"OUT_AT", s.outAt, "the same of the output"}, constant{"OUT_MAP", s.last().outputs(), ""},
		constant{"OUT_COPIES", s.outCopies, ""}, constant{"OUT_WAS", l.out[len(s.Layers)-1], ""}) {
		if c.name == "MEMORY_WORDS" {
			c.value = s.words
		}
		fmt.Fprintln(w, c)
	}
	fmt.Fprintln(w, "endpackage")
}

// writeMemory writes the program's words and then the frames.
func (s *stage) writeMemory(w io.Writer) {
	s.Program.writeMemory(w)
	digits, mask := s.Bits/4, uint32(1)<<s.Bits-1
	words := s.inAt
	for _, f := range s.frames {
		for _, v := range f {
			fmt.Fprintf(w, "%0*x\n", digits, uint32(v)&mask)
			words++
		}
	}
	for range s.words - words {
		fmt.Fprintf(w, "%0*x\n", digits, 0)
	}
}

// renamed makes a stage's own of what is written for one accelerator.
func renamed(write func(io.Writer), n string) func(io.Writer) {
	return func(w io.Writer) {
		var b bytes.Buffer
		write(&b)
		strings.NewReplacer("design_pkg", "design"+n+"_pkg", "module accelerator ", "module accelerator"+n+" ", "accelerator dut", "accelerator"+n+" dut",
			"module stage ", "module stage"+n+" ", "program.hex", "program"+n+".hex", "bias.hex", "bias"+n+".hex", "memory.hex", "memory"+n+".hex").WriteString(w, b.String())
	}
}

func (p *Pipeline) writePackage(w io.Writer) {
	fmt.Fprintln(w, "// The links, and the frames of the testbench.\npackage pipeline_pkg;")
	for _, c := range []constant{{"PORT", p.Link.Words, "words that cross a link at a time,"}, {"EVERY", p.Link.Every, "every so many cycles"}, {"FRAMES", len(p.Frames), "to work on"}} {
		fmt.Fprintln(w, c)
	}
	fmt.Fprintln(w, "endpackage")
}

// writeTestbench writes the stages, the links, and what has them begin: a stage with a
// frame that has come and whose output has room, a link with a frame that is made
// and whose input has room.
func (p *Pipeline) writeTestbench(w io.Writer) {
	n := len(p.Stages)
	io.WriteString(w, `// A pipeline: stages on accelerators of their own, and links. A line is printed for each
// frame that a stage or a link has done.
//
//   +limit=N  give up after so many cycles
//   +vcd      a waveform, wave.vcd
module testbench;
  import pipeline_pkg::*;
  logic clk = 1'b0;
  always #5 clk = !clk;
  longint now = 0, limit;
  initial begin
    if ($value$plusargs("limit=%d", limit) == 0) limit = 100000000;
    if ($test$plusargs("vcd") != 0) begin
      $dumpfile("wave.vcd");
      $dumpvars(0, testbench);
    end
  end
`)
	fmt.Fprintf(w, "  localparam BITS = %d;\n", p.Stages[0].Bits)
	for i := 1; i <= n; i++ {
		give := fmt.Sprintf(".give(give%[1]d), .give_frame(link_frame%[1]d), .give_at(give_at%[1]d), .give_count(give_count%[1]d), .given(given%[1]d)", i-1)
		if i == 1 {
			give = ".give(1'b0), .give_frame('0), .give_at('0), .give_count('0), .given('0)"
		}
		take := fmt.Sprintf(".take_frame(link_frame%[1]d), .take_at(take_at%[1]d), .taken(taken%[1]d)", i)
		if i == n {
			take = ".take_frame('0), .take_at('0), .taken()"
		}
		fmt.Fprintf(w, `
  // Stage %[1]d: frames that it has begun and done, the one that it works on, and since when.
  logic        start%[1]d = 1'b0, busy%[1]d = 1'b0, ready%[1]d;
  logic [31:0] begun%[1]d = '0, done%[1]d = '0, frame%[1]d = '0;
  longint      since%[1]d = 0;
  stage%[1]d stage%[1]d (
      .clk, .start(start%[1]d), .frame(frame%[1]d), .ready(ready%[1]d),
      %[2]s,
      %[3]s
  );
`, i, take, give)
		if i == n {
			break
		}
		fmt.Fprintf(w, `
  // The link from stage %[1]d to stage %[2]d.
  logic        link_start%[1]d = 1'b0, link_on%[1]d = 1'b0, link_busy%[1]d, give%[1]d;
  logic [31:0] link_begun%[1]d = '0, link_done%[1]d = '0, link_frame%[1]d = '0, take_at%[1]d, give_at%[1]d;
  logic [15:0] give_count%[1]d;
  logic [PORT*BITS-1:0] taken%[1]d, given%[1]d;
  longint      link_since%[1]d = 0;
  link #(.WORDS(design%[1]d_pkg::OUT_MAP), .PORT(PORT), .EVERY(EVERY), .BITS(BITS)) link%[1]d (
      .clk, .start(link_start%[1]d), .busy(link_busy%[1]d), .take_at(take_at%[1]d), .taken(taken%[1]d),
      .give(give%[1]d), .give_at(give_at%[1]d), .give_count(give_count%[1]d), .given(given%[1]d)
  );
`, i, i+1)
	}
	fmt.Fprintln(w, "\n  always @(posedge clk) begin\n    now <= now + 1;")
	for i := 1; i <= n; i++ {
		may := ""
		if i > 1 {
			may += fmt.Sprintf(" && link_done%d > begun%d", i-1, i)
		}
		if i < n {
			may += fmt.Sprintf(" && link_done%d + 32'd2 > begun%d", i, i)
		}
		writeChange(w, change{what: "stage", number: i, name: fmt.Sprintf("%%s%d", i), on: "busy", may: fmt.Sprintf("ready%d && begun%d < FRAMES", i, i) + may, ended: fmt.Sprintf("ready%d", i)})
		if i < n {
			writeChange(w, change{what: "link", number: i, name: fmt.Sprintf("link_%%s%d", i), on: "on",
				may: fmt.Sprintf("done%d > link_begun%d && done%d + 32'd2 > link_begun%d", i, i, i+1, i), ended: fmt.Sprintf("!link_busy%d", i)})
		}
	}
	fmt.Fprintf(w, `    if (done%[1]d == FRAMES) begin
      $writememh("result.hex", stage%[1]d.memory);
      $finish;
    end
    if (now > limit) begin
      $display("limit of %%0d cycles reached after %%0d frames", limit, done%[1]d);
      $finish;
    end
  end
endmodule
`, n)
}

// change is when a stage or a link begins and ends with a frame.
type change struct {
	what       string
	number     int
	name       string // a format of its signals' names
	on         string // the signal while it works
	may, ended string
}

func writeChange(w io.Writer, t change) {
	name := func(s string) string { return fmt.Sprintf(t.name, s) }
	strings.NewReplacer("START", name("start"), "ON", name(t.on), "BEGUN", name("begun"), "DONE", name("done"), "FRAME", name("frame"), "SINCE", name("since"),
		"MAY", t.may, "ENDED", t.ended, "WHAT", t.what, "NUMBER", fmt.Sprint(t.number-1)).WriteString(w, `    START <= 1'b0;
    if (!ON && MAY) begin
      START <= 1'b1;
      ON <= 1'b1;
      FRAME <= BEGUN;
      BEGUN <= BEGUN + 32'd1;
      SINCE <= now;
    end else if (ON && !START && ENDED) begin
      ON <= 1'b0;
      DONE <= DONE + 32'd1;
      $display("WHAT NUMBER frame %0d from %0d to %0d", FRAME, SINCE, now);
    end
`)
}
