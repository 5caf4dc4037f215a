package results

// Reach is how close fast exploration and its rivals come to the best that is possible
// on the same pipelines, after equally many plans each: what splitting the controller
// is worth.
type Reach struct {
	Pipelines int `json:"pipelines"`
	// Gap is within what the optimum of every pipeline is known. Shares are those of its
	// upper bound.
	Gap   float64 `json:"gap"`
	Plans []int   `json:"plans"` // after how many plans it is measured, rising
	// Start is the efficiency of the networks that exploration begins with: lower
	// quartile, median and upper quartile of their shares of the optimum.
	Start  [3]float64   `json:"start"`
	Curves []ReachCurve `json:"curves"`
}

// A ReachCurve is the highest efficiency that one way of exploring found, as a share of
// the optimum, over the pipelines.
type ReachCurve struct {
	// Method is
	//   - split, fast exploration with an RNN for each stage, each of whose proposals is
	//     judged in the best network so far, as co-exploration has it here;
	//   - joint, the same judged by the networks that the proposals of all stages make
	//     together, as the paper's figure of its algorithm has it;
	//   - single, fast exploration with one RNN over all layers;
	//   - climb, hill climbing on efficiency with random restarts (method.Climb);
	//   - stages, random layers for one stage after the other in the best network so far;
	//   - uniform, random networks.
	Method    string       `json:"method"`
	Name      string       `json:"name"`      // the same in words
	Mean      []float64    `json:"mean"`      // after each number of plans
	Quartiles [][3]float64 `json:"quartiles"` // lower quartile, median, upper quartile
}

// Scaling is how what exploration reaches depends on the stages and layers of a
// pipeline: the claim that an RNN for each stage turns a product of search spaces into
// a sum (arXiv 1907.04650, section IV-A), measured.
type Scaling struct {
	Plans     int           `json:"plans"`     // that each explorer makes
	Pipelines int           `json:"pipelines"` // of each cell
	Cells     []ScalingCell `json:"cells"`
}

// A ScalingCell is the pipelines of so many stages with networks of so many layers.
type ScalingCell struct {
	Stages int `json:"stages"`
	Layers int `json:"layers"`
	// Product is how many networks of that depth there are, as a power of ten: what a
	// single RNN chooses among. Sum is how many choices the RNNs of the stages have,
	// added up, as a power of ten too: the mean over the pipelines of the logarithm.
	Product float64 `json:"log10_product"`
	Sum     float64 `json:"log10_sum"`
	*Reach
}
