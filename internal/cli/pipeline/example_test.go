package pipeline_test

import (
	"context"
	"os"

	"coexplore/internal/cli/root"
)

// The cost of one layer on one accelerator.
func Example() {
	root.Run(context.Background(), []string{"layer", "--conv", "16,8,8,8,3", "--tile", "4,4,8,8", "--ports", "1,1,1"}, os.Stdout, os.Stdout)
	// Output:
	// layer       conv 16x8x3, 8x8 output, stride 1, 73.73 k MACs, 1.152 k parameters
	// design      tile 4,4,8,8 ports 1,1,1
	// cycles      4608  (0.04608 ms at 100 MHz)
	// bottleneck  compute
	// a tile      tW 144, tI 400, tComp 576, tO 256 cycles
	// DSP         80
	// LUT         6656
	// FF          7344
	// BRAM18      48
}
