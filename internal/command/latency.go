package command

import (
	"github.com/spf13/pflag"

	"coexplore/hw"
	"coexplore/hw/measured"
)

// What flags of several commands mean.
const (
	latencyTableUsage = "CSV or JSON file of layers' latencies in place of the cost model (see coexplore table)"
	latencyFillUsage  = "take what the latency table lacks from the cost model, the best design of each layer alone"
)

// latencyFlags name a table of latencies that stands in place of the cost model.
type latencyFlags struct {
	file string
	fill bool
}

func (f *latencyFlags) add(fl *pflag.FlagSet) {
	fl.StringVar(&f.file, "latency-table", "", latencyTableUsage)
	fl.BoolVar(&f.fill, "latency-fill", false, latencyFillUsage)
}

// check refuses flags that do not go together.
func (f *latencyFlags) check() error {
	if f.fill && f.file == "" {
		return usagef("--latency-fill needs --latency-table")
	}
	return nil
}

// open reads the table for layers that are to run on the FPGAs of a pool; nil: none is
// asked for.
func (f *latencyFlags) open(pool hw.Pool, layers []hw.Loops, target hw.Target) (*measured.Table, error) {
	if f.file == "" {
		return nil, nil
	}
	table, err := measured.Open(f.file)
	if err != nil {
		return nil, err
	}
	if f.fill {
		err = table.Fill(pool, layers, target)
	}
	return table, err
}

// layersOnFPGA are the layers of a network that take FPGA time.
func layersOnFPGA(net *hw.Network, dense hw.DensePlace) []hw.Loops {
	var layers []hw.Loops
	for i := range net.Layers {
		if net.Layers[i].Kind != hw.Dense || dense == hw.DenseOnFPGA {
			layers = append(layers, net.Layers[i].Loops())
		}
	}
	return layers
}
