package nas

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// NASBench201 is the space of NAS-Bench-201 (Dong and Yang, ICLR 2020) as a table:
// 15,625 cells, each six edges with one of five operations, with accuracies after
// 200 epochs and, from HW-NAS-Bench (Li et al., ICLR 2021), latencies on an FPGA.
// It is Space, Hardware and Evaluator in one, so that every method runs on it
// within a second:
//
//	table, err := nas.LoadNASBench201("nb201_fpga.csv.gz", "cifar10")
//	problem := nas.Problem{Space: table, Hardware: table, Evaluator: table, Spec: 150}
//
// There is one FPGA and no pipeline: in place of pipeline efficiency stands the
// latency of the fastest network over that of the network, which is 1 for the
// fastest and falls as networks get slower.
type NASBench201 struct {
	accuracy []float64 // by the network's number; see index
	latency  []float64 // ms
	mflop    []float64
	fastest  float64 // ms
}

// NASBench201Operations are the operations of an edge, in the order of actions.
var NASBench201Operations = []string{"none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"}

const nb201Edges = 6

// LoadNASBench201 reads the table from a CSV file, compressed if its name ends in
// .gz. It needs the columns arch_str, fpga_latency_ms, flop_m and
// SET_acc200, where set is cifar10, cifar100 or imagenet16, with accuracies in
// per cent, and all 15,625 networks.
func LoadNASBench201(path, set string) (*NASBench201, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("nas: %w", err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("nas: %s: %w", path, err)
		}
	}
	table, err := ReadNASBench201(r, set)
	if err != nil {
		return nil, fmt.Errorf("nas: %s: %w", path, err)
	}
	return table, nil
}

// ReadNASBench201 is LoadNASBench201 for a table that is not in a file.
func ReadNASBench201(r io.Reader, set string) (*NASBench201, error) {
	in := csv.NewReader(r)
	in.ReuseRecord = true
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("no header line: %w", err)
	}
	names := []string{"arch_str", "fpga_latency_ms", "flop_m", set + "_acc200"}
	columns := make([]int, len(names))
	for i, name := range names {
		if columns[i] = slices.Index(header, name); columns[i] < 0 {
			return nil, fmt.Errorf("no column %s; the columns are %s", name, strings.Join(header, ", "))
		}
	}
	n := 1
	for range nb201Edges {
		n *= len(NASBench201Operations)
	}
	t := &NASBench201{accuracy: make([]float64, n), latency: make([]float64, n), mflop: make([]float64, n)}
	rows := 0
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		line, _ := in.FieldPos(0)
		actions, err := t.Actions(row[columns[0]])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		var values [3]float64
		for i := range values {
			v, err := strconv.ParseFloat(row[columns[i+1]], 64)
			if err != nil || !(v >= 0) || i == 0 && v == 0 || i == 2 && v > 100 {
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
		k = k*len(NASBench201Operations) + a
	}
	return k
}

// Name implements [Space].
func (t *NASBench201) Name() string { return "nasbench201" }

// Validate implements [Space].
func (t *NASBench201) Validate() error {
	if t == nil || len(t.latency) == 0 {
		return errors.New("nas: the NAS-Bench-201 table is empty; load it first")
	}
	return nil
}

// Decisions implements [Space]: the operations of edges 1-0, 2-0, 2-1, 3-0, 3-1
// and 3-2 of the cell.
func (t *NASBench201) Decisions() []Decision {
	values := make([]int, len(NASBench201Operations))
	for i := range values {
		values[i] = i
	}
	list := make([]Decision, nb201Edges)
	for i := range list {
		list[i] = Decision{"operation", i, values}
	}
	return list
}

// Used implements [Space].
func (t *NASBench201) Used([]int) int { return nb201Edges }

// Network implements [Space]: the cell as NAS-Bench-201 writes it.
func (t *NASBench201) Network(actions []int) string {
	var b strings.Builder
	k := 0
	for node := 1; node <= 3; node++ {
		if node > 1 {
			b.WriteByte('+')
		}
		for from := range node {
			fmt.Fprintf(&b, "|%s~%d", NASBench201Operations[actions[k]], from)
			k++
		}
		b.WriteByte('|')
	}
	return b.String()
}

// Actions implements [Space].
func (t *NASBench201) Actions(network string) ([]int, error) {
	actions := make([]int, 0, nb201Edges)
	for _, field := range strings.FieldsFunc(network, func(r rune) bool { return r == '|' || r == '+' }) {
		op, _, _ := strings.Cut(field, "~")
		actions = append(actions, slices.Index(NASBench201Operations, op))
	}
	if len(actions) != nb201Edges || slices.Min(actions) < 0 || t.Network(actions) != network {
		return nil, fmt.Errorf("nas: %q is not a cell of NAS-Bench-201", network)
	}
	return actions, nil
}

// Smallest implements [Space]: the fastest network.
func (t *NASBench201) Smallest() []int {
	k := slices.Index(t.latency, t.fastest)
	actions := make([]int, nb201Edges)
	for i := nb201Edges - 1; i >= 0; i-- {
		actions[i] = k % len(NASBench201Operations)
		k /= len(NASBench201Operations)
	}
	return actions
}

// Plan implements [Hardware].
func (t *NASBench201) Plan(actions []int, fps float64) (*Plan, error) {
	k := t.index(actions)
	p := &Plan{
		Efficiency: t.fastest / t.latency[k], Throughput: 1000 / t.latency[k],
		MACs: int64(t.mflop[k] * 1e6), FPGAs: 1,
	}
	stage := PlanStage{0, nb201Edges, p.Efficiency}
	p.Feasible = p.Throughput >= fps
	if !p.Feasible {
		stage.Utilization = fps / p.Throughput
		p.Reason = fmt.Sprintf("%g frames/s is out of reach: the network takes %g ms, the best it reaches is %.4g frames/s",
			fps, t.latency[k], p.Throughput)
	}
	p.Stages = []PlanStage{stage}
	return p, nil
}

// Replan implements [Hardware]: there is nothing to keep.
func (t *NASBench201) Replan(actions []int, fps float64, _ *Plan) (*Plan, error) {
	return t.Plan(actions, fps)
}

// Evaluate implements [Evaluator] by looking the accuracy up.
func (t *NASBench201) Evaluate(_ context.Context, network string, _ uint64) (Evaluation, error) {
	actions, err := t.Actions(network)
	if err != nil {
		return Evaluation{}, err
	}
	return Evaluation{Accuracy: t.accuracy[t.index(actions)]}, nil
}

// TrueFront is the Pareto front of all networks that reach fps frames a second.
func (t *NASBench201) TrueFront(fps float64) []Design {
	var all []Design
	All(t, func(actions []int) bool {
		p, _ := t.Plan(actions, fps) // never fails
		if p.Feasible {
			all = append(all, Design{
				Network: t.Network(actions), Accuracy: t.accuracy[t.index(actions)],
				Efficiency: p.Efficiency, Throughput: p.Throughput, MACs: p.MACs, FPGAs: 1,
			})
		}
		return true
	})
	return Front(all)
}
