package space

import (
	"fmt"
	"slices"
	"strings"

	"coexplore/nas"
)

// NASBench201 is the space of NAS-Bench-201 (Dong and Yang, ICLR 2020): 15,625
// cells, each six edges with one of five [Operations]. Package evaluate has the
// table of their accuracies and latencies, package pipelines plans their networks.
type NASBench201 struct{}

// Operations are the operations of an edge of a cell of [NASBench201], in the
// order of actions.
var Operations = []string{"none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"}

// edges is the number of edges of a cell.
const edges = 6

// Name implements nas.Space.
func (NASBench201) Name() string { return "nasbench201" }

// Validate implements nas.Space.
func (NASBench201) Validate() error { return nil }

// Decisions implements nas.Space: the operations of edges 1-0, 2-0, 2-1, 3-0, 3-1
// and 3-2 of the cell.
func (s NASBench201) Decisions() []nas.Decision {
	values := make([]int, len(Operations))
	for i := range values {
		values[i] = i
	}
	list := make([]nas.Decision, edges)
	for i := range list {
		list[i] = nas.Decision{Kind: "operation", Layer: i, Values: values}
	}
	return list
}

// Used implements nas.Space.
func (s NASBench201) Used([]int) int { return edges }

// Network implements nas.Space: the cell as NAS-Bench-201 writes it.
func (s NASBench201) Network(actions []int) string {
	var b strings.Builder
	k := 0
	for node := 1; node <= 3; node++ {
		if node > 1 {
			b.WriteByte('+')
		}
		for from := range node {
			fmt.Fprintf(&b, "|%s~%d", Operations[actions[k]], from)
			k++
		}
		b.WriteByte('|')
	}
	return b.String()
}

// Actions implements nas.Space.
func (s NASBench201) Actions(network string) ([]int, error) {
	actions := make([]int, 0, edges)
	for _, field := range strings.FieldsFunc(network, func(r rune) bool { return r == '|' || r == '+' }) {
		op, _, _ := strings.Cut(field, "~")
		actions = append(actions, slices.Index(Operations, op))
	}
	if len(actions) != edges || slices.Min(actions) < 0 || s.Network(actions) != network {
		return nil, fmt.Errorf("space: %q is not a cell of NAS-Bench-201", network)
	}
	return actions, nil
}

// Smallest implements nas.Space: the cell with no operation on any edge.
func (NASBench201) Smallest() []int { return make([]int, edges) }
