package figure_test

import (
	"testing"

	"coexplore/kernelext/figure"
	"coexplore/nas/results"
)

// TestInFlightNever draws a method that never arrives, and one number in flight alone.
func TestInFlightNever(t *testing.T) {
	f := &results.InFlights{Nodes: 4, Within: 0.99, Rows: []results.InFlightRow{{Method: "random", InFlight: 4, Children: []int{0, 0}, Time: []float64{0, 0}, Idle: []float64{0.5, 0.5}}}}
	if err := figure.InFlight(f).Err(); err != nil {
		t.Error(err)
	}
	if err := figure.Save(figure.InFlight(f), t.TempDir()+"/never.png"); err != nil {
		t.Error(err)
	}
	f.Rows[0].Time = nil
	if figure.InFlight(f).Err() == nil {
		t.Error("no error for a row without times")
	}
}
