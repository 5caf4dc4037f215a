package rtl

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// Memories is the 18-Kb blocks of an accelerator's memories, by what they hold.
type Memories struct {
	Data    int `json:"data"`    // input and output banks
	Weights int `json:"weights"` // multipliers' own buffers
}

// Declared is what the written modules instantiate, as Verilator reads them.
type Declared struct {
	Multipliers int `json:"multipliers"`
	// BRAM18 is the 18-Kb blocks of the input, output and weight memories, counted as
	// the model counts (accel.Resources): each memory by itself, by the blocks' shapes.
	BRAM18   int      `json:"bram18"`
	Memories Memories `json:"memories"` // BRAM18 in parts
	// Biases is the bits of the memory of biases, which the model does not count.
	Biases int `json:"bias_bits"`
}

// Synthesis is what Yosys makes of the modules for Xilinx' 7 series.
type Synthesis struct {
	DSP      int      `json:"dsp"`      // DSP48E1
	BRAM18   int      `json:"bram18"`   // RAMB18E1, and RAMB36E1 twice, of the biases too
	Memories Memories `json:"memories"` // BRAM18 in parts, less the biases'
	LUTRAM   int      `json:"lutram"`   // cells of distributed memory
	// WeightLUTRAM is those of LUTRAM that hold weights.
	WeightLUTRAM int `json:"weight_lutram"`
	LUT          int `json:"lut"` // look-up tables of logic
	FF           int `json:"ff"`
}

// Modelled is what the model counts for the program's design and layers. Of 8 bits,
// the array pairs multipliers of neighbouring output channels, which share a pixel: with
// an odd Tm it declares ceil(Tm/2)*Tn, up to Tn/2 more than the model.
func (p *Program) Modelled() accel.Usage {
	return accel.Resources(p.loops(), p.Design, p.target())
}

// ModelledMemories is the blocks of Modelled in parts.
func (p *Program) ModelledMemories() Memories {
	weights := accel.WeightBRAM18(p.loops(), p.Design, p.target())
	return Memories{Data: p.Modelled().BRAM18 - weights, Weights: weights}
}

func (p *Program) loops() []hw.Loops {
	var loops []hw.Loops
	for i := range p.Layers {
		loops = append(loops, p.Layers[i].Loops)
	}
	return loops
}

// xmlCell is an instance, and xmlModule a module, in what verilator --xml-only writes.
type xmlCell struct {
	Name   string    `xml:"name,attr"`
	Module string    `xml:"submodname,attr"`
	Cells  []xmlCell `xml:"cell"`
}

type xmlModule struct {
	Name string `xml:"name,attr"`
	Vars []struct {
		Name  string `xml:"name,attr"`
		Param bool   `xml:"param,attr"`
		Const struct {
			Name string `xml:"name,attr"`
		} `xml:"const"`
	} `xml:"var"`
}

// Declared counts multipliers and memories in the folder that Write filled.
func (p *Program) Declared(ctx context.Context, dir string) (Declared, error) {
	if err := installed([]MissingError{{"make", "make"}, {"verilator", "verilator"}}); err != nil {
		return Declared{}, err
	}
	if _, err := runMake(ctx, dir, "cells.xml"); err != nil {
		return Declared{}, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "cells.xml"))
	if err != nil {
		return Declared{}, fmt.Errorf("rtl: %w", err)
	}
	var doc struct {
		Cells   []xmlCell   `xml:"cells>cell"`
		Modules []xmlModule `xml:"netlist>module"`
	}
	if err := xml.Unmarshal(text, &doc); err != nil {
		return Declared{}, fmt.Errorf("rtl: %s: %w", filepath.Join(dir, "cells.xml"), err)
	}
	banks := map[string][2]int{} // module -> width, depth
	for _, m := range doc.Modules {
		if strings.HasPrefix(m.Name, "bank") {
			banks[m.Name] = [2]int{m.parameter("WIDTH"), m.parameter("DEPTH")}
		}
	}
	var d Declared
	for _, c := range doc.Cells {
		c.count(banks, p.Design.Tm*p.accumulator(), &d)
	}
	if d.Multipliers == 0 {
		return d, errors.New("rtl: no multiplier in what Verilator reads: another version than 5?")
	}
	return d, nil
}

// parameter is the value of a module's parameter, as in 32'h1a.
func (m *xmlModule) parameter(name string) int {
	for _, v := range m.Vars {
		if v.Name == name && v.Param {
			_, digits, _ := strings.Cut(v.Const.Name, "'")
			n, _ := strconv.ParseInt(strings.TrimLeft(digits, "sh"), 16, 64)
			return int(n)
		}
	}
	return 0
}

// weightMemory is the name of a weight bank's instance, and weightBank of those banks, in
// the module engine.
const (
	weightMemory = "halves"
	weightBank   = "weight_bank"
	biasMemory   = "biases"
)

// count adds an instance and those in it. The memory of biases is the one with words
// so wide.
func (c *xmlCell) count(banks map[string][2]int, biases int, d *Declared) {
	if strings.HasPrefix(c.Module, "multiply") {
		d.Multipliers++
	}
	if b, ok := banks[c.Module]; ok && b[0] == biases {
		d.Biases += b[0] * b[1]
	} else if ok {
		n := accel.BRAM18(b[1], b[0])
		d.BRAM18 += n
		if c.Name == weightMemory {
			d.Memories.Weights += n
		} else {
			d.Memories.Data += n
		}
	}
	for i := range c.Cells {
		c.Cells[i].count(banks, biases, d)
	}
}

// Synthesize has Yosys map the modules in the folder that Write filled onto Xilinx'
// 7 series. It takes a minute for an array of a few multipliers.
func (p *Program) Synthesize(ctx context.Context, dir string) (Synthesis, error) {
	if err := installed([]MissingError{{"make", "make"}, {"yosys", "yosys"}}); err != nil {
		return Synthesis{}, err
	}
	if _, err := runMake(ctx, dir, "synth"); err != nil {
		return Synthesis{}, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "resources.txt"))
	if err != nil {
		return Synthesis{}, fmt.Errorf("rtl: %w", err)
	}
	var s Synthesis
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		switch {
		case len(f) == 2:
			s.cells(f[0], f[1])
		case len(f) == 3 && f[0] == "cell":
			s.memory(strings.TrimPrefix(f[1], `\`), f[2])
		}
	}
	return s, nil
}

// cells adds a line of Yosys' statistics: a kind of cell and how many there are.
func (s *Synthesis) cells(kind, number string) {
	n, err := strconv.Atoi(number)
	switch {
	case err != nil:
	case kind == "DSP48E1":
		s.DSP += n
	case strings.HasPrefix(kind, "LUT"):
		s.LUT += n
	case strings.HasPrefix(kind, "FD"):
		s.FF += n
	}
}

// memory adds a cell that is memory, by its kind and its name in the design.
func (s *Synthesis) memory(kind, name string) {
	weights := strings.Contains(name, weightBank)
	blocks := map[string]int{"RAMB18E1": 1, "RAMB36E1": 2}[kind]
	s.BRAM18 += blocks
	switch {
	case blocks == 0:
		s.LUTRAM++
		if weights {
			s.WeightLUTRAM++
		}
	case weights:
		s.Memories.Weights += blocks
	case !strings.Contains(name, biasMemory):
		s.Memories.Data += blocks
	}
}
