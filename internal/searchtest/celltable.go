package searchtest

import (
	"fmt"
	"strings"

	"coexplore/nas"
	"coexplore/nas/space"
)

// CellTable is a table in the layout of NAS-Bench-201's, as evaluate.ReadNASBench201
// reads it, with made-up figures that follow from the sum s of a cell's operations by
// their number: accuracy 10+3s per cent, latency 1+s ms, s million operations.
func CellTable() string {
	var b strings.Builder
	b.WriteString("index,arch_str,cifar10_acc200,fpga_latency_ms,flop_m\n")
	var cells space.NASBench201
	i := 0
	nas.All(cells, func(actions []int) bool {
		sum := 0
		for _, a := range actions {
			sum += a
		}
		fmt.Fprintf(&b, "%d,%s,%d,%d,%d\n", i, cells.Network(actions), 10+3*sum, 1+sum, sum)
		i++
		return true
	})
	return b.String()
}
