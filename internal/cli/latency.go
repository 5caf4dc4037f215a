package cli

import (
	"github.com/spf13/pflag"

	"coexplore/hw"
	"coexplore/hw/measured"
)

// What flags of several commands mean.
const (
	LatencyTableUsage = "CSV or JSON file of layers' latencies in place of the cost model (see coexplore table)"
	LatencyFillUsage  = "take what the latency table lacks from the cost model, the best design of each layer alone"
)

// LatencyFlags name a table of latencies that stands in place of the cost model.
type LatencyFlags struct {
	File string
	fill bool
}

// Add adds the flags.
func (f *LatencyFlags) Add(fl *pflag.FlagSet) {
	fl.StringVar(&f.File, "latency-table", "", LatencyTableUsage)
	fl.BoolVar(&f.fill, "latency-fill", false, LatencyFillUsage)
}

// Check refuses flags that do not go together.
func (f *LatencyFlags) Check() error {
	if f.fill && f.File == "" {
		return Usagef("--latency-fill needs --latency-table")
	}
	return nil
}

// Open reads the table for layers that are to run on the FPGAs of a pool; nil: none is
// asked for.
func (f *LatencyFlags) Open(pool hw.Pool, layers []hw.Loops, target hw.Target) (*measured.Table, error) {
	if f.File == "" {
		return nil, nil
	}
	table, err := measured.Open(f.File)
	if err != nil {
		return nil, err
	}
	if f.fill {
		err = table.Fill(pool, layers, target)
	}
	return table, err
}
