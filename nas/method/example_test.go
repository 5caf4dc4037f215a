package method_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/method"
	"coexplore/nas/pipelines"
)

// ascent keeps the best network so far and changes one decision of it at a time.
// It is all that a method of another module has to be.
type ascent struct {
	Best   []int   // a value for every decision; nil: none yet
	Reward float64 // of the best
}

func (m *ascent) Name() string                              { return "ascent" }
func (m *ascent) Init(*nas.Search) error                    { return nil }
func (m *ascent) State() ([]byte, error)                    { return json.Marshal(m) }
func (m *ascent) Restore(_ *nas.Search, state []byte) error { return json.Unmarshal(state, m) }

func (m *ascent) Step(ctx context.Context, s *nas.Search) error {
	actions := slices.Clone(m.Best)
	if actions == nil {
		actions = s.RandomActions()
	} else {
		s.Mutate(actions)
	}
	trials, err := s.Try(ctx, 0.5, actions)
	if err != nil {
		return err
	}
	if t := trials[0]; t.Status != nas.Pruned && (m.Best == nil || t.Reward > m.Reward) {
		m.Best, m.Reward = slices.Clone(actions), t.Reward
	}
	return nil
}

// A method of another module: added to a registry, looked up by its name, and run on
// the built-in table.
func Example_ownMethod() {
	registry := method.Standard()
	err := registry.Add(method.Description{
		Name: "ascent", Usage: "one decision at a time", New: func(method.Values) nas.Method { return &ascent{} },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	climb, err := registry.Lookup("ascent")
	if err != nil {
		fmt.Println(err)
		return
	}
	problem, err := tinyTable()
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := nas.Explore(context.Background(), problem, nas.Settings{Seed: 1, Episodes: 60}, climb.New(nil))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Method, "proposed", result.Episodes, "networks")
	fmt.Printf("its best is right in %.0f %% of the pictures\n", 100*result.OptSW.Accuracy)
	// Output:
	// ascent proposed 60 networks
	// its best is right in 82 % of the pictures
}

// tinyTable is the problem of the built-in table: every network of the tiny space on
// three small FPGAs for 2,400 frames/s.
func tinyTable() (nas.Problem, error) {
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		return nas.Problem{}, err
	}
	hardware, err := pipelines.New(evaluate.TinyTableSpace(), pool, hw.DefaultTarget())
	if err != nil {
		return nas.Problem{}, err
	}
	table, err := evaluate.TinyTable()
	return nas.Problem{Space: hardware.Space(), Hardware: hardware, Spec: 2400, Evaluator: table}, err
}
