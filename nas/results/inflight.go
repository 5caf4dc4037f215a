package results

import "math"

// InFlights are what became of searches with more and more networks in flight.
type InFlights struct {
	Problem string        `json:"problem"`
	Nodes   int           `json:"nodes"`
	Trained int           `json:"trained"`
	Plans   int           `json:"plans"`
	Seeds   int           `json:"seeds"`
	Spread  float64       `json:"spread"`
	Within  float64       `json:"within"`
	Rows    []InFlightRow `json:"rows"`
}

// An InFlightRow is one method with one number in flight; a value for each seed.
type InFlightRow struct {
	Method   string `json:"method"`
	InFlight int    `json:"in_flight"`
	// Children is how many networks were trained when the search came within the wanted
	// share of the true front, and Time when that was, in mean times of a training; 0:
	// it never did.
	Children []int     `json:"children"`
	Time     []float64 `json:"time"`
	// Hypervolume is the share of the true front's hypervolume in the end, and Whole when
	// all networks were trained, in mean times of a training.
	Hypervolume []float64 `json:"hypervolume"`
	Whole       []float64 `json:"whole"`
	// Idle is the share of the nodes' time, up to that end, in which they train nothing.
	Idle []float64 `json:"idle"`
}

// ArrivalQuartiles are the quartiles of when searches arrived, of which 0 stands for never:
// infinite where too many never did.
func ArrivalQuartiles[T int | float64](values []T) [3]float64 {
	all := make([]float64, len(values))
	for i, v := range values {
		if all[i] = float64(v); v == 0 {
			all[i] = math.Inf(1)
		}
	}
	return Quartiles(all)
}
