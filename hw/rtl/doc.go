// Package rtl writes the accelerator that package accel models as SystemVerilog, runs
// it in a simulator of hardware, and holds cycles and results against the model.
//
//	p := rtl.Program{Design: design, Bits: 16, Layers: layers}
//	err := p.Write("accelerator") // modules, testbench, memory, Makefile
//	runs, err := p.Verify(ctx, "accelerator", rtl.Options{})
//	fmt.Println(runs[0].Formula, runs[0].Simulated, runs[0].RTL)
//
// Write needs nothing; Verify needs make, g++ and Debian's verilator.
//
// The modules in the folder verilog are the same for every design: design_pkg.sv has
// the sizes. Maps lie pixel by pixel in memory, the channels of a pixel side by side;
// weights in the order in which passes use them.
//
// # Arithmetic
//
// Words are two's complement of 8 or 16 bits. A pass (an input channel tile) sums
// products exactly, the first with the bias; shifts right by Layer.Shift, rounding
// half up; adds the passes before, a word; and saturates. ReLU follows when a word is
// stored. So the output buffers hold words as wide as the model counts them, and a
// layer of several passes is rounded once for each.
//
// # What is learned of the model
//
// Loads and stores take whole cycles, and a bank takes one word a cycle: a port wider
// than the channels of a tile is not used in full (accel.TileOptions.Whole). A memory's
// latency and the array's depth are paid once a layer, not once a pass, unless loads
// and passes, or passes and stores, take nearly equally long (Latency and Drain of
// accel.TileOptions). With these four the tile simulation is the RTL's cycles but
// for one, that of the register before the memory's output port.
//
// Clock frequency, routing and power are not shown: a simulation of cycles has none.
package rtl
