package rtl

import (
	"fmt"
	"io"
	"text/tabwriter"

	"coexplore/hw/rtl"
)

// notShown stands below every comparison.
const notShown = "Not shown: clock frequency, routing and power, which a simulation of cycles does not have."

// print writes the result for people.
func (r *Result) print(out io.Writer, f *Options) error {
	fmt.Fprintf(out, "%s on %s: %v, %d-bit fixed point, in %s\n\n", r.Network, r.FPGA, r.Design, r.Bits, r.Folder)
	if err := r.printCycles(out, f); err != nil {
		return err
	}
	if err := r.printMemories(out); err != nil {
		return err
	}
	if a := r.Accuracy; a != nil {
		fmt.Fprintf(out, "\nAccuracy on %d test pictures: %.1f%% in floating point, %.1f%% in %d-bit fixed point; %d pictures are put into the same class.\n",
			a.Pictures, 100*a.Float, 100*a.Fixed, r.Bits, a.Same)
		if r.Verified {
			fmt.Fprintf(out, "The first %d ran through the accelerator, with the cycles above each.\n", a.RTL)
		}
	}
	if r.Verified {
		fmt.Fprintf(out, "\nAll %d output words equal the plain reference in the same fixed point, bit for bit.\n", r.Words)
	} else {
		fmt.Fprintf(out, "\n--verify simulates it; so does make run in the folder.\n")
	}
	_, err := fmt.Fprintln(out, notShown)
	return err
}

// printCycles prints the cycles of every layer, and their sum.
func (r *Result) printCycles(out io.Writer, f *Options) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	head := "layer\t\tbottleneck\tformula\ttile by tile\t"
	if r.Verified {
		head += "RTL\tRTL to formula\t"
	}
	if len(r.DRAM) > 0 {
		head += fmt.Sprintf("DRAM, %d a burst\tto formula\t", f.dram)
	}
	fmt.Fprintln(w, head)
	row := func(n, name, bound string, c rtl.Cycles, dram int64) {
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t", n, name, bound, c.Formula, c.Simulated)
		if r.Verified {
			fmt.Fprintf(w, "%d\t%+.2f%%\t", c.RTL, 100*(float64(c.RTL)/float64(c.Formula)-1))
		}
		if len(r.DRAM) > 0 {
			fmt.Fprintf(w, "%d\t%+.2f%%\t", dram, 100*(float64(dram)/float64(c.Formula)-1))
		}
		fmt.Fprintln(w)
	}
	all, dram := rtl.Cycles{}, int64(0)
	for i, c := range r.Layers {
		slow := int64(0)
		if len(r.DRAM) > 0 {
			slow = r.DRAM[i]
		}
		row(fmt.Sprint(i+1), c.Layer.String(), c.Bottleneck.String(), c, slow)
		dram += slow
	}
	if len(r.Layers) > 1 {
		all.Formula = r.sum(func(c *rtl.Cycles) int64 { return c.Formula })
		all.Simulated = r.sum(func(c *rtl.Cycles) int64 { return c.Simulated })
		all.RTL = r.sum(func(c *rtl.Cycles) int64 { return c.RTL })
		row("", "all", "", all, dram)
	}
	return w.Flush()
}

// printMemories prints what the accelerator takes.
func (r *Result) printMemories(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	declared, made := func(int) string { return "-" }, func(int) string { return "" }
	head := "\n\tmodel\tRTL declares\t"
	if r.Declared != nil {
		declared = func(n int) string { return fmt.Sprint(n) }
	} else {
		r.Declared = &rtl.Declared{}
	}
	s := rtl.Synthesis{}
	if r.Synthesized != nil {
		s = *r.Synthesized
		head += "Yosys\t"
		made = func(n int) string { return fmt.Sprintf("%d\t", n) }
	}
	fmt.Fprintln(w, head+"FPGA has\t")
	fmt.Fprintf(w, "DSP\t%d\t%s\t%s%d\t\n", r.Modelled.DSP, declared(r.Declared.Multipliers), made(s.DSP), r.Have.DSP)
	fmt.Fprintf(w, "BRAM18\t%d\t%s\t%s%d\t\n", r.Modelled.BRAM18, declared(r.Declared.BRAM18), made(s.BRAM18), r.Have.BRAM18)
	fmt.Fprintf(w, "of data\t%d\t%s\t%s\t\n", r.Memories.Data, declared(r.Declared.Memories.Data), made(s.Memories.Data))
	fmt.Fprintf(w, "of weights\t%d\t%s\t%s\t\n", r.Memories.Weights, declared(r.Declared.Memories.Weights), made(s.Memories.Weights))
	bits := r.Bits * (r.W + r.I + r.O)
	fmt.Fprintf(w, "port bits\t%d\t%d\t%s%d\t\n", r.Modelled.PortBits, bits, made(bits), r.Have.PortBits)
	if err := w.Flush(); err != nil || r.Synthesized == nil {
		return err
	}
	_, err := fmt.Fprintf(out, "Yosys maps it onto %d cells of LUT memory, of which %d hold weights, %d LUTs and %d flip-flops besides; small memories, such as the weights', go to LUTs where the model counts blocks.\n",
		s.LUTRAM, s.WeightLUTRAM, s.LUT, s.FF)
	return err
}
