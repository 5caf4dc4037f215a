package evaluate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"coexplore/hw"
	"coexplore/internal/textfile"
	"coexplore/nas"
	"coexplore/nas/space"
)

// NASBench201 is the table of NAS-Bench-201 (Dong and Yang, ICLR 2020): of each of
// the 15,625 cells of space.NASBench201 the accuracy after 200 epochs and, from
// HW-NAS-Bench (Li et al., ICLR 2021), the latency on an FPGA. It is Space,
// Hardware and Evaluator in one, so that every method runs on it within a second:
//
//	table, err := evaluate.LoadNASBench201("nb201_fpga.csv.gz", "cifar10")
//	problem := nas.Problem{Space: table, Hardware: table, Evaluator: table, Spec: 150}
//
// On pipelines of our own FPGAs, whose efficiency is that of BLAST, package pipelines
// runs the same networks (pipelines.Cells); the table is then the Evaluator alone.
//
// As Hardware the table has one FPGA and no pipeline: in place of pipeline efficiency stands the
// latency of the fastest network over that of the network, which is 1 for the
// fastest and falls as networks get slower.
type NASBench201 struct {
	space.NASBench201
	accuracy []float64 // by the network's number; see index
	latency  []float64 // ms
	mflop    []float64
	fastest  float64 // ms
	images   imageSet
}

// imageSet is the images of an accuracy.
type imageSet struct {
	shape   hw.Shape
	classes int
}

// imageSets are the images that NAS-Bench-201 trains on, by the set's name.
var imageSets = map[string]imageSet{
	"cifar10":    {hw.Shape{C: 3, H: 32, W: 32}, 10},
	"cifar100":   {hw.Shape{C: 3, H: 32, W: 32}, 100},
	"imagenet16": {hw.Shape{C: 3, H: 16, W: 16}, 120},
}

// Images are the shape of the images that the accuracies are of, and how many classes
// they have.
func (t *NASBench201) Images() (shape hw.Shape, classes int) { return t.images.shape, t.images.classes }

// LoadNASBench201 reads the table from a CSV file, plain or compressed by gzip. It needs the columns arch_str, fpga_latency_ms, flop_m and
// SET_acc200, where set is cifar10, cifar100 or imagenet16, with accuracies in
// per cent, and all 15,625 networks.
func LoadNASBench201(path, set string) (*NASBench201, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	defer f.Close()
	table, err := ReadNASBench201(f, set)
	if err != nil {
		return nil, fmt.Errorf("evaluate: %s: %w", path, err)
	}
	return table, nil
}

// ReadNASBench201 is LoadNASBench201 for a table that is not in a file.
func ReadNASBench201(r io.Reader, set string) (*NASBench201, error) {
	text, err := textfile.ReadFrom(r)
	if err != nil {
		return nil, err
	}
	in, err := textfile.NewTable(text)
	if err != nil {
		return nil, err
	}
	header := in.Header()
	if header == nil {
		return nil, errors.New("no header line")
	}
	names := []string{"arch_str", "fpga_latency_ms", "flop_m", set + "_acc200"}
	columns := make([]int, len(names))
	for i, name := range names {
		if columns[i] = slices.Index(header, name); columns[i] < 0 {
			return nil, fmt.Errorf("no column %s; the columns are %s", name, strings.Join(header, ", "))
		}
	}
	t := &NASBench201{images: imageSets[set]}
	n := 1
	for _, choices := range nas.Choices(t) {
		n *= choices
	}
	t.accuracy, t.latency, t.mflop = make([]float64, n), make([]float64, n), make([]float64, n)
	rows := 0
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		line := in.Line()
		if len(row) != len(header) {
			return nil, fmt.Errorf("line %d: %d fields, the header has %d", line, len(row), len(header))
		}
		actions, err := t.Actions(row[columns[0]])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		var values [3]float64
		for i := range values {
			v, err := in.Number(row[columns[i+1]])
			if err != nil {
				return nil, fmt.Errorf("line %d: %s %w", line, names[i+1], err)
			}
			if v < 0 || i == 0 && v == 0 || i == 2 && v > 100 {
				return nil, fmt.Errorf("line %d: %s is %q", line, names[i+1], row[columns[i+1]])
			}
			values[i] = v
		}
		k := t.index(actions)
		if t.latency[k] != 0 {
			return nil, fmt.Errorf("line %d: network %s stands twice in the table", line, row[columns[0]])
		}
		t.latency[k], t.mflop[k], t.accuracy[k] = values[0], values[1], values[2]/100
		rows++
	}
	if rows != n {
		return nil, fmt.Errorf("the table has %d networks, the space %d", rows, n)
	}
	t.fastest = slices.Min(t.latency)
	return t, nil
}

// index is the number of the network of actions.
func (t *NASBench201) index(actions []int) int {
	k := 0
	for _, a := range actions {
		k = k*len(space.Operations) + a
	}
	return k
}

// Validate implements nas.Space.
func (t *NASBench201) Validate() error {
	if t == nil || len(t.latency) == 0 {
		return errors.New("evaluate: the NAS-Bench-201 table is empty; load it first")
	}
	return nil
}

// Smallest implements nas.Space: the fastest network.
func (t *NASBench201) Smallest() []int {
	k := slices.Index(t.latency, t.fastest)
	actions := make([]int, len(t.Decisions()))
	for i := len(actions) - 1; i >= 0; i-- {
		actions[i] = k % len(space.Operations)
		k /= len(space.Operations)
	}
	return actions
}

// Plan implements nas.Hardware.
func (t *NASBench201) Plan(actions []int, fps float64) (*nas.Plan, error) {
	k := t.index(actions)
	p := &nas.Plan{
		Efficiency: t.fastest / t.latency[k], Throughput: 1000 / t.latency[k],
		MACs: int64(t.mflop[k] * 1e6), FPGAs: 1, Measure: t.measure,
	}
	stage := nas.PlanStage{To: len(actions), Utilization: p.Efficiency}
	p.Feasible = p.Throughput >= fps
	if !p.Feasible {
		stage.Utilization = fps / p.Throughput
		p.Reason = fmt.Sprintf("%g frames/s is out of reach: the network takes %g ms, the best it reaches is %.4g frames/s",
			fps, t.latency[k], p.Throughput)
	}
	p.Stages = []nas.PlanStage{stage}
	return p, nil
}

// measure is the latency of a network, in ms.
func (t *NASBench201) measure(_ *nas.Plan, actions []int) nas.Metrics {
	return nas.Metrics{"latency_ms": t.latency[t.index(actions)]}
}

// Objectives are objectives by name, for networks that run at fps frames/s or more:
// accuracy, efficiency, throughput (frames/s), latency (ms) and macs. The worst
// values, references for hypervolumes, are 0 for accuracy and efficiency, what fps
// asks for, and one more than the most multiply-accumulates of a network.
func (t *NASBench201) Objectives(fps float64, names ...string) (nas.Objectives, error) {
	return nas.NamedObjectives(map[string]float64{
		"accuracy": 0, "efficiency": 0, "throughput": fps, "latency": 1000 / fps, "macs": slices.Max(t.mflop)*1e6 + 1,
	}, names...)
}

// Replan implements nas.Hardware: there is nothing to keep.
func (t *NASBench201) Replan(actions []int, fps float64, _ *nas.Plan) (*nas.Plan, error) {
	return t.Plan(actions, fps)
}

// Evaluate implements nas.Evaluator by looking the accuracy up.
func (t *NASBench201) Evaluate(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
	actions, err := t.Actions(network)
	if err != nil {
		return nas.Evaluation{}, err
	}
	return nas.Evaluation{Accuracy: t.accuracy[t.index(actions)]}, nil
}

// TrueFront is the Pareto front of all networks that reach fps frames a second.
func (t *NASBench201) TrueFront(fps float64) []nas.Design {
	var all []nas.Design
	nas.All(t, func(actions []int) bool {
		p, _ := t.Plan(actions, fps) // never fails
		if p.Feasible {
			all = append(all, nas.Design{
				Network: t.Network(actions), Accuracy: t.accuracy[t.index(actions)],
				Efficiency: p.Efficiency, Throughput: p.Throughput, MACs: p.MACs, FPGAs: 1,
			})
		}
		return true
	})
	return nas.Front(all)
}
