package rtl

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"coexplore/hw"
)

// Options are the testbench's memory, and how long it may take.
type Options struct {
	Latency int // cycles from a request to its words, 1 to 63; 0: 1
	Stall   int // of 100 cycles, so many in which a port is not ready, at random
	Seed    int // of the stalls
	// Gap is the cycles that DRAM loses on a port where a burst begins: wherever a word
	// does not lie behind the one before it and, with Burst, at every address that
	// Burst words divide.
	Gap, Burst int
	Limit      int64 // most cycles; 0: four times the model's, and more with stalls and gaps
	// Icarus simulates with Icarus Verilog in place of Verilator: it is built in no time
	// and runs a hundred times as long.
	Icarus bool
	// Wave writes wave.vcd into the folder, for waveform viewers.
	Wave bool
	// Lanes is told, where it is not nil, what works in each cycle of a layer, from its
	// first request on.
	Lanes func(layer int, cycle int64, load, compute, store bool)
}

// Cycles is one layer three ways: the formula without fill and drain, the tile
// simulation (with the constant that it leaves out), and the RTL.
type Cycles struct {
	Layer      hw.Loops      `json:"layer"`
	Formula    int64         `json:"formula"`
	Simulated  int64         `json:"simulated"`
	RTL        int64         `json:"rtl"`
	Bottleneck hw.Bottleneck `json:"bottleneck"`
}

// MissingError says which program is not installed, and its Debian package.
type MissingError struct{ Program, Package string }

func (e *MissingError) Error() string {
	return fmt.Sprintf("rtl: %s is not installed: apt-get install %s", e.Program, e.Package)
}

// ErrLimit says that a simulation did not end.
var ErrLimit = errors.New("rtl: the simulation did not end")

// Verify runs the accelerator that Write put into the folder, as Run does, and compares
// every layer's output with Outputs, word by word.
func (p *Program) Verify(ctx context.Context, dir string, o Options) ([]Cycles, error) {
	runs, got, err := p.Run(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	for i, want := range p.Outputs() {
		for k, v := range want {
			if got[i][k] != v {
				l := &p.Layers[i]
				pixel := k / l.M
				return nil, fmt.Errorf("rtl: layer %d (%v): channel %d of row %d, column %d is %d, want %d",
					i+1, l.Loops, k%l.M, pixel/l.C, pixel%l.C, got[i][k], v)
			}
		}
	}
	return runs, nil
}

// Run builds and runs the accelerator that Write put into the folder, and returns
// each layer's cycles and output. An error that wraps ErrLimit says that it did not end.
func (p *Program) Run(ctx context.Context, dir string, o Options) ([]Cycles, [][]int32, error) {
	o.Latency = max(1, o.Latency)
	if o.Latency > 63 || o.Stall < 0 || o.Stall > 95 || o.Gap < 0 || o.Gap > 1000 || o.Burst < 0 {
		return nil, nil, fmt.Errorf("rtl: latency %d, stalls %d%%, gap %d, bursts of %d words: want 1 to 63, 0 to 95, 0 to 1000, 0 or more",
			o.Latency, o.Stall, o.Gap, o.Burst)
	}
	runs, err := p.Model(o.Latency)
	if err != nil {
		return nil, nil, err
	}
	if o.Limit == 0 {
		o.Limit = 100_000
		for _, c := range runs {
			o.Limit += 4 * c.Simulated * int64(1+o.Gap*max(p.Design.I, p.Design.O)) * 100 / int64(100-o.Stall)
		}
	}
	text, err := simulate(ctx, dir, o)
	if err != nil {
		return nil, nil, err
	}
	if err := readCycles(text, runs, o.Lanes); err != nil {
		return nil, nil, err
	}
	m := p.layout()
	words, err := readWords(filepath.Join(dir, "result.hex"), p.Bits, m.words)
	if err != nil {
		return nil, nil, err
	}
	var got [][]int32
	for i := range p.Layers {
		got = append(got, words[m.out[i]:m.out[i]+p.Layers[i].outputs()])
	}
	return runs, got, nil
}

// programs are what a simulation needs.
func (o *Options) programs() []MissingError {
	if o.Icarus {
		return []MissingError{{"make", "make"}, {"iverilog", "iverilog"}}
	}
	return []MissingError{{"make", "make"}, {"verilator", "verilator"}, {"g++", "g++"}}
}

// Ready says with a MissingError what a simulation lacks.
func (o *Options) Ready() error { return installed(o.programs()) }

// installed is the first of the programs that is not.
func installed(programs []MissingError) error {
	for _, m := range programs {
		if _, err := exec.LookPath(m.Program); err != nil {
			return &m
		}
	}
	return nil
}

// simulate runs make in the folder.
func simulate(ctx context.Context, dir string, o Options) (string, error) {
	if err := o.Ready(); err != nil {
		return "", err
	}
	target := "run"
	switch {
	case o.Icarus:
		target = "icarus"
	case o.Wave:
		target = "wave"
	}
	args := fmt.Sprintf("ARGS=+latency=%d +stall=%d +seed=%d +gap=%d +burst=%d +limit=%d", o.Latency, o.Stall, o.Seed, o.Gap, o.Burst, o.Limit)
	if o.Lanes != nil {
		args += " +lanes"
	}
	if o.Wave {
		args += " +vcd"
	}
	return runMake(ctx, dir, target, args)
}

// runMake makes a target of the folder's Makefile and returns what it says.
func runMake(ctx context.Context, dir string, args ...string) (string, error) {
	var out, messages bytes.Buffer
	cmd := exec.CommandContext(ctx, "make", append([]string{"-s", "-C", dir}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &messages
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("rtl: make in %s: %w: %s", dir, err, lastLines(messages.String()))
	}
	return out.String(), nil
}

// lastLines is the end of a tool's messages.
func lastLines(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 800 {
		s = s[len(s)-800:]
	}
	return s
}

// readCycles takes the testbench's lines.
func readCycles(text string, runs []Cycles, lanes func(int, int64, bool, bool, bool)) error {
	n := 0
	for line := range strings.Lines(text) {
		var i int
		var c int64
		switch {
		case strings.HasPrefix(line, "limit"):
			return fmt.Errorf("%w: %s", ErrLimit, strings.TrimSpace(line))
		case strings.HasPrefix(line, "lanes"):
			var works string
			if _, err := fmt.Sscanf(line, "lanes %d %s", &c, &works); err != nil || len(works) != 4 {
				return fmt.Errorf("rtl: the testbench says %q", strings.TrimSpace(line))
			}
			if lanes != nil {
				lanes(n, c, works[0] == '1' || works[1] == '1', works[2] == '1', works[3] == '1')
			}
		case strings.HasPrefix(line, "layer"):
			if _, err := fmt.Sscanf(line, "layer %d cycles %d", &i, &c); err != nil || i != n || i >= len(runs) {
				return fmt.Errorf("rtl: the testbench says %q", strings.TrimSpace(line))
			}
			runs[i].RTL = c
			n++
		}
	}
	if n != len(runs) {
		return fmt.Errorf("rtl: the testbench ran %d of %d layers", n, len(runs))
	}
	return nil
}

// readWords reads a memory's contents, so many words.
func readWords(name string, bits, want int) ([]int32, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("rtl: %w", err)
	}
	defer f.Close()
	var words []int32
	for s := bufio.NewScanner(f); s.Scan(); {
		for _, w := range strings.Fields(s.Text()) {
			if strings.HasPrefix(w, "//") || strings.HasPrefix(w, "@") {
				break
			}
			v, err := strconv.ParseUint(w, 16, bits)
			if err != nil {
				return nil, fmt.Errorf("rtl: %s: %w", name, err)
			}
			words = append(words, int32(v)<<(32-bits)>>(32-bits))
		}
	}
	if len(words) != want {
		return nil, fmt.Errorf("rtl: %s has %d words, want %d", name, len(words), want)
	}
	return words, nil
}
