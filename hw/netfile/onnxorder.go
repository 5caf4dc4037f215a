package netfile

import (
	"errors"
	"fmt"
	"slices"
)

// choose leaves the one output of the graph that is named; empty: all.
func (m *onnxModel) choose(output string) error {
	if output != "" {
		var names []string
		for _, o := range m.outputs {
			names = append(names, o.name)
		}
		i := slices.Index(names, output)
		if i < 0 {
			return fmt.Errorf("the graph has no output %q: it has %q", output, names)
		}
		m.outputs = m.outputs[i : i+1]
	}
	if len(m.outputs) == 0 {
		return errors.New("the graph has no output")
	}
	return nil
}

// nodeName is the name of node i, or its operator and number.
func (m *onnxModel) nodeName(i int) string {
	if m.nodes[i].name != "" {
		return m.nodes[i].name
	}
	return fmt.Sprintf("%s_%d", m.nodes[i].op, i)
}

// order lists the nodes that the outputs depend on, each after those that it reads, and
// otherwise as in the file, which some exporters do not sort.
func (m *onnxModel) order() ([]int, error) {
	makers := map[string]int{}
	for i := range m.nodes {
		for _, out := range m.nodes[i].outputs {
			makers[out] = i
		}
	}
	const open, done = 1, 2
	state := make([]uint8, len(m.nodes))
	var order []int
	// visit lists what node i depends on, and then i: in steps, since chains are long.
	visit := func(i int) error {
		for stack := []int{i}; len(stack) > 0; {
			i := stack[len(stack)-1]
			if state[i] == done {
				stack = stack[:len(stack)-1]
				continue
			}
			waits := false
			for _, name := range m.nodes[i].inputs {
				if j, ok := makers[name]; ok && state[j] != done {
					if state[j] == open {
						return fmt.Errorf("node %q (%s): depends on itself", m.nodeName(j), m.nodes[j].op)
					}
					stack, waits = append(stack, j), true
					break
				}
			}
			if waits {
				state[i] = open
				continue
			}
			state[i] = done
			order = append(order, i)
			stack = stack[:len(stack)-1]
		}
		return nil
	}
	for _, o := range m.outputs {
		if i, ok := makers[o.name]; ok && state[i] != done {
			if err := visit(i); err != nil {
				return nil, err
			}
		}
	}
	// Now in the order of the file, as far as that goes.
	needed := slices.Clone(order)
	slices.Sort(needed)
	clear(state)
	order = order[:0]
	for _, i := range needed {
		if err := visit(i); err != nil {
			return nil, err
		}
	}
	return order, nil
}
