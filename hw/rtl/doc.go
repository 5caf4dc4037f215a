// Package rtl writes the accelerator that package accel models as SystemVerilog, runs
// it in a simulator of hardware, and holds cycles, memories and results against the
// model.
//
//	p := rtl.Program{Design: design, Bits: 16, Layers: layers}
//	err := p.Write("accelerator") // modules, testbench, memory, Makefile
//	runs, err := p.Verify(ctx, "accelerator", rtl.Options{})
//	fmt.Println(runs[0].Formula, runs[0].Simulated, runs[0].RTL)
//
// A Program is layers that one accelerator runs one after the other, with the weights
// of a trained network by Quantize; a Pipeline is stages on accelerators of their own,
// with links. Write needs nothing; Verify needs make, g++ and Debian's verilator, or make
// and iverilog; Synthesize needs yosys.
//
// The modules in the folder verilog are the same for every design: design_pkg.sv has
// the sizes. Maps lie pixel by pixel in memory, the channels of a pixel side by side;
// weights in the order in which passes use them. Cycles are counted in the testbench,
// from a layer's first request to its last accepted store.
//
// # Arithmetic
//
// Words are two's complement of 8 or 16 bits. A pass (an input channel tile) sums
// products exactly, the first with the bias; shifts right by Layer.Shift, rounding
// half up; adds the passes before, a word; and saturates. ReLU follows when a word is
// stored. So the output buffers hold words as wide as the model counts them, and a
// layer of several passes is rounded once for each.
//
// With 16 bits that costs nothing: a network of three convolutions, 3x8,3x12s2,3x16s2,
// trained on the set shapes for six epochs, puts 72.6% of 1,000 test pictures into their
// class in floating point as in fixed point, each picture into the same one. With 8
// bits the passes show, 256 of them in the dense layer where Tn is 4: 65.4% with a Tn of
// 4, 68.2% with 8, 71.5% with 16, 72.1% with 64. Wider sums would keep the accuracy,
// and take twice the blocks that the model counts for output buffers of 8-bit words.
//
// # What is learned of the model: cycles
//
// Loads and stores take whole cycles, and a bank takes one word a cycle: a port wider
// than the channels of a tile is not used in full (accel.TileOptions.Whole). A memory's
// latency and the array's depth are paid once a layer, not once a pass, unless loads
// and passes, or passes and stores, take nearly equally long (Latency and Drain of
// accel.TileOptions). With these four the tile simulation is the RTL's cycles but
// for one, that of the register before the memory's output port.
//
// With the times L to load, K to compute and S to store in whole cycles, P passes in each
// of Q output tiles, a latency V and a drain D of 4, a layer of whole tiles takes exactly
// L + K + (P-1)*Lat1 + (Q-1)*Lat2 + S + V + D + 1 cycles (see accel.SimulateTiles), and a
// ragged one no more; where two buffers cannot hide V and D, by up to V/2 a pass and D/2
// an output tile more. So the formula without fill and drain is too low by
// min(L, K) + min(P*Lat1, S) + V + D + 1 where tiles are whole and ports divide the words
// that they move. It is too high where tiles are ragged, which it counts as whole: of
// 480 runs of small random layers (TestRandomLayers) the RTL takes from 0.44 to 6.5 times
// as long, and the published OptHW networks, whole, on their best accelerators in 16 bits for an XC7Z015,
// take 3.2% and 3.3% more.
//
// A memory in which bursts have to begin is not in the formula at all. A convolution of 8
// by 4 channels, 3x3, on 16x16 pixels (tile 4,4,8,8, two words a cycle a port) takes 7% more
// than the formula where a burst costs nothing, 9% where it costs a port one cycle, 14%
// with 4 and 120% with 16, and 126% where bursts end every 16 words: the stores of 4 of 8
// channels a pixel, 64 bursts a tile, then decide.
//
// A stage's time for a frame is the sum of its layers', with 3 cycles a layer to launch
// it, and 2; a link takes 4 more than its words; and the interval between frames is
// that of the slowest, and one cycle.
//
// # What is learned of the model: resources
//
// The RTL declares the multipliers that the model counts as DSP, and its memories, each
// rounded up to blocks by itself, are the model's BRAM18. Three differences are there.
// With 8 bits two output channels share a multiplier, so that an odd Tm takes up to Tn/2
// more than the model's half of Tm*Tn, rounded up. Of 16 bits the model counts four words a
// weight, as Zhang et al. do, where two halves of the double buffer are two: with kernels
// above 16x16 that is a block more a multiplier. And biases have a memory that the
// model does not count. Yosys makes a DSP48E1 of each multiplier, and as many RAMB18E1 as
// the model counts without the weights: their memories are small, and it puts them into
// LUTs, as the model may too (hw.Device, distributed RAM). For a Tm and Tn of 2 and tiles of
// 34x34 in 16 bits: 4 DSP slices by all three, 20 blocks by the model and the
// declaration, 16 and 12 cells of LUT memory by Yosys; and 3,841 LUTs that the model does not
// count. Synthesised with the array by itself, for tiles of 31x31 (Yosys 0.23):
//
//	Tm x Tn   the array   loaders, store, addresses
//	2 x 2     1,070       3,227
//	2 x 4     1,065       3,614
//	4 x 2     2,106       3,507
//	4 x 4     2,118       3,769
//	8 x 8     4,143       6,186
//
// so that the array takes some 520 for each channel of Tm, whatever Tn is: a quarter to two
// fifths of all.
//
// Clock frequency, routing and power are not shown: a simulation of cycles has none.
package rtl
