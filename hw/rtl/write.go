package rtl

import (
	"bufio"
	"embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"coexplore/hw"
	"coexplore/internal/atomicfile"
)

//go:embed verilog
var verilog embed.FS

// modules are the files of the accelerator, in the order in which tools read them.
var modules = []string{"accel_pkg", "design_pkg", "bank", "tile_walk", "weight_index", "input_index", "weight_loader", "input_loader",
	"compute", "multiply", "multiply_pair", "mac_array", "store", "engine", "accelerator"}

// Write makes the folder, if need be, and writes the accelerator into it: modules,
// testbench, the memory's contents and a Makefile. The same program gives the same
// text.
func (p *Program) Write(dir string) error {
	if err := p.Check(); err != nil {
		return err
	}
	return writeFolder(dir, append(shared(), file{"testbench.sv", verbatim("testbench.sv")}, file{"accelerator.sv", verbatim("accelerator.sv")},
		file{"design_pkg.sv", p.writeDesign}, file{"plain.sed", writePlain}, file{"Makefile", makefile(modules, counting)},
		file{"program.hex", p.writeProgram}, file{"bias.hex", p.writeBiases}, file{"memory.hex", p.writeMemory}))
}

// file is one of a written folder.
type file struct {
	name  string
	write func(w io.Writer)
}

// verbatim writes one of the files that are the same for every design.
func verbatim(name string) func(io.Writer) {
	text, err := verilog.ReadFile("verilog/" + name)
	if err != nil {
		panic(err) // it is part of the program
	}
	return func(w io.Writer) { w.Write(text) }
}

// shared are the files that no size of a design is in.
func shared() []file {
	files := []file{{"waivers.vlt", verbatim("waivers.vlt")}}
	for _, m := range modules {
		if m != "design_pkg" && m != "accelerator" {
			files = append(files, file{m + ".sv", verbatim(m + ".sv")})
		}
	}
	return files
}

// writeFolder makes the folder, if need be, and writes the files into it.
func writeFolder(dir string, files []file) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("rtl: %w", err)
	}
	for _, f := range files {
		if err := writeFile(filepath.Join(dir, f.name), f.write); err != nil {
			return fmt.Errorf("rtl: %w", err)
		}
	}
	return nil
}

// writeFile puts a file into place whole. What is written can be made again.
func writeFile(name string, write func(io.Writer)) error {
	return atomicfile.WriteUnforced(name, func(w io.Writer) error {
		b := bufio.NewWriter(w)
		write(b)
		return b.Flush()
	})
}

// writeDesign writes the package with the sizes of this accelerator.
func (p *Program) writeDesign(w io.Writer) {
	fmt.Fprintf(w, "// The sizes of one accelerator: %v, %d-bit words.\npackage design_pkg;\n", p.Design, p.Bits)
	for _, f := range p.constants() {
		fmt.Fprintln(w, f)
	}
	fmt.Fprintln(w, "endpackage")
}

// constant is one of a package.
type constant struct {
	name  string
	value int
	what  string
}

func (c constant) String() string {
	return fmt.Sprintf("  localparam %s = %d; // %s", c.name, c.value, c.what)
}

// constants are the sizes of the accelerator.
func (p *Program) constants() []constant {
	s, d := p.sizes(), p.Design
	return []constant{
		{"TM", d.Tm, "outputs of the array"}, {"TN", d.Tn, "inputs of the array"},
		{"WP", d.W, "words a cycle of weights"}, {"IP", d.I, "of inputs"}, {"OP", d.O, "of outputs"},
		{"BITS", p.Bits, "of a word"}, {"ACC", p.accumulator(), "bits of sums of products"},
		{"IN_WORDS", s.in, "of half an input bank"}, {"OUT_WORDS", s.out, "of half an output bank"},
		{"KERNELS", s.kernels, "kernel positions, at most"}, {"BIASES", s.biases, "output channel tiles of all layers"},
		{"LAYERS", len(p.Layers), "of the program"}, {"MEMORY_WORDS", p.layout().words, "of the testbench"},
	}
}

// makefile is a Makefile for modules, with more in it.
func makefile(modules []string, more string) func(io.Writer) {
	return func(w io.Writer) {
		io.WriteString(w, strings.ReplaceAll(simulating, "FILES_HERE", strings.Join(modules, ".sv ")+".sv")+more)
	}
}

// simulating is the part of a Makefile that simulates, and counting the one that counts
// what an accelerator is made of.
const simulating = `# make run: simulate with Verilator (5.006 or later); make wave: with a waveform, wave.vcd;
# make icarus: with Icarus Verilog (11 or later); make lint; of a single accelerator also
# make synth: resources.txt, by Yosys.
# ARGS are the testbench's: see testbench.sv.
FILES = FILES_HERE
FLAGS = --binary -O3 --x-assign fast --noassert -CFLAGS "-O1" --top-module testbench
# For tools without packed structures.
PLAIN = $(addprefix plain/, $(filter-out accel_pkg.sv, $(FILES)))
ARGS =

run: obj/Vtestbench
	./obj/Vtestbench $(ARGS)

obj/Vtestbench: waivers.vlt $(FILES) testbench.sv
	verilator $(FLAGS) -Wall --Mdir obj $^

wave: obj_wave/Vtestbench
	./obj_wave/Vtestbench +vcd $(ARGS)

obj_wave/Vtestbench: waivers.vlt $(FILES) testbench.sv
	verilator $(FLAGS) -Wall --trace --trace-depth 3 --Mdir obj_wave $^

lint: waivers.vlt $(FILES) testbench.sv
	verilator --lint-only -Wall --timing --top-module testbench $^

icarus: plain/testbench
	vvp -n plain/testbench $(ARGS)

plain/testbench: $(PLAIN) plain/testbench.sv
	iverilog -g2012 -s testbench -o $@ $^

plain/%.sv: %.sv plain.sed
	mkdir -p plain
	sed -f plain.sed $< > $@

clean:
	rm -rf obj obj_wave plain cells.xml resources.txt result.hex wave.vcd

.PHONY: run wave icarus synth lint clean
`

const counting = `
cells.xml: waivers.vlt $(FILES)
	verilator --xml-only --xml-output $@ -Wno-fatal -Wno-WIDTH --top-module accelerator $^

synth: resources.txt

resources.txt: $(PLAIN)
	yosys -q -p "read_verilog -sv $^; synth_xilinx -top accelerator -flatten; tee -q -o $@ stat; tee -q -a $@ dump t:RAM*"
`

// writePlain writes the changes that make the modules plain enough for Icarus Verilog
// and Yosys, which know no packed structures at ports: a layer's fields become bits of
// a vector.
func writePlain(w io.Writer) {
	var l Layer
	l.Loops = hw.Loops{M: 1, N: 1, R: 1, C: 1, K: 1, S: 1, Groups: 1}
	fields := l.fields(hw.Tiling{Tm: 1, Tn: 1, Tr: 1, Tc: 1}, 0, 0, 0, 0)
	bits := uint(0)
	for _, f := range fields {
		bits += f.bits
	}
	fmt.Fprintf(w, "s/\\$bits(accel_pkg::layer_t)/%d/g\ns/accel_pkg::layer_t/logic [%d:0]/g\ns/always_comb/always @*/g\n", bits, bits-1)
	at := bits
	for _, f := range fields {
		at -= f.bits
		place := fmt.Sprintf("%d:%d", at+f.bits-1, at)
		if f.bits == 1 {
			place = fmt.Sprint(at)
		}
		fmt.Fprintf(w, "s/layer[.]%s\\([^a-z_]\\)/layer[%s]\\1/g\n", f.name, place)
	}
}

// writeProgram writes a layer a line, as accel_pkg packs it.
func (p *Program) writeProgram(w io.Writer) {
	m, bias := p.layout(), 0
	for i := range p.Layers {
		l := &p.Layers[i]
		fmt.Fprintln(w, l.descriptor(p.Design.Tiling, m.weights[i], m.in[i], m.out[i], bias))
		bias += l.outputTiles(p.Design.Tiling)
	}
}

// writeBiases writes a line for each output channel tile of each layer: a bias for
// each of the array's outputs, the last first.
func (p *Program) writeBiases(w io.Writer) {
	digits := p.accumulator() / 4
	mask := uint64(1)<<p.accumulator() - 1
	for i := range p.Layers {
		l := &p.Layers[i]
		t := l.tiling(p.Design.Tiling)
		l.eachTile(t, func(first, count int) {
			for lane := p.Design.Tm - 1; lane >= 0; lane-- {
				v := int64(0)
				if l.Bias != nil && lane < count {
					v = l.Bias[first+lane]
				}
				fmt.Fprintf(w, "%0*x", digits, uint64(v)&mask)
			}
			fmt.Fprintln(w)
		})
	}
}

// eachTile calls f with the first output channel of every output channel tile, and
// how many it has.
func (l *Layer) eachTile(t tiling, f func(first, count int)) {
	for g := 0; g < l.Groups; g += t.pack {
		outs := min(t.pack, l.Groups-g) * t.groupOut
		for to := 0; to < outs; to += t.out {
			f(g*t.groupOut+to, min(t.out, outs-to))
		}
	}
}

// writeMemory writes a word a line: each layer's weights, its input, and zeros for its
// output.
func (p *Program) writeMemory(w io.Writer) {
	digits, mask := p.Bits/4, uint32(1)<<p.Bits-1
	put := func(v int32) { fmt.Fprintf(w, "%0*x\n", digits, uint32(v)&mask) }
	for i := range p.Layers {
		l := &p.Layers[i]
		l.eachWeight(l.tiling(p.Design.Tiling), put)
		for _, v := range l.Input {
			put(v)
		}
		for range l.outputs() {
			put(0)
		}
	}
}

// eachWeight calls put with the weights in the order in which passes use them:
// groups side by side, output and input channel tiles, kernel positions, and then the
// output and input channels of a tile.
func (l *Layer) eachWeight(t tiling, put func(int32)) {
	if !l.Weighted {
		return
	}
	for g := 0; g < l.Groups; g += t.pack {
		groups := min(t.pack, l.Groups-g)
		for to := 0; to < groups*t.groupOut; to += t.out {
			for from := 0; from < groups*t.groupIn; from += t.in {
				for k := range l.K * l.K {
					for m := to; m < min(groups*t.groupOut, to+t.out); m++ {
						first, until := from, min(groups*t.groupIn, from+t.in)
						if t.pack > 1 { // the block on the diagonal
							first = m / t.groupOut * t.groupIn
							until = first + t.groupIn
						}
						for n := first; n < until; n++ {
							put(l.Weights[((g*t.groupOut+m)*t.groupIn+n%t.groupIn)*l.K*l.K+k])
						}
					}
				}
			}
		}
	}
}
