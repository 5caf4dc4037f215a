package pipelines

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"coexplore/hw"
	"coexplore/hw/accel"
	"coexplore/hw/blast"
	"coexplore/nas"
	"coexplore/nas/space"
)

// Cells runs the networks of space.NASBench201 on pipelines of FPGAs, planned by
// BLAST with the utilization objective: with their published accuracies a problem
// whose designs are all known, exactly.
//
//	cells, err := pipelines.NewCells(pool, hw.DefaultTarget(), hw.Shape{C: 3, H: 32, W: 32}, 10)
//	problem := nas.Problem{Space: space.NASBench201{}, Hardware: cells, Evaluator: table, Spec: 60}
//
// All cells of a network are the same, so that each of the six decisions bears on
// every stage: a plan has one stage of decisions, with the efficiency of the pipeline
// as its utilization (above 1, the specification over the throughput, where the
// pipeline misses it). Fast exploration therefore has one RNN, which learns from the
// efficiency of the network.
//
// Plans are remembered, one for each different network, specification and given
// partition, but for those on fixed hardware; they are not to be changed. Unlike other hardware, Cells serves several
// searches at once. It implements nas.Hardware and nas.Fixer.
type Cells struct {
	pool    hw.Pool
	target  hw.Target
	input   hw.Shape
	classes int
	numbers map[string]int32 // of different networks, by space.NASBench201.Cell

	planner *blast.Planner

	mu     sync.Mutex // guards what follows
	plans  map[cellPlan]*nas.Plan
	preset *fixedCells
}

// cellPlan names a plan.
type cellPlan struct {
	network   int32
	fps       float64
	partition string // the placements; empty: the best
}

// maxCellPlans bounds the plans that are remembered.
const maxCellPlans = 1 << 18

// cellSpace is the space of the networks.
var cellSpace space.NASBench201

// NewCells returns pipelines over the pool for the networks of all cells, on images
// of a shape with so many classes. The zero target means hw.DefaultTarget().
func NewCells(pool hw.Pool, target hw.Target, input hw.Shape, classes int) (*Cells, error) {
	if target == (hw.Target{}) {
		target = hw.DefaultTarget()
	}
	c := &Cells{pool: pool, target: target, input: input, classes: classes, numbers: map[string]int32{}, plans: map[cellPlan]*nas.Plan{}}
	nas.All(cellSpace, func(actions []int) bool {
		cell := cellSpace.Cell(actions)
		if _, ok := c.numbers[cell]; !ok {
			c.numbers[cell] = int32(len(c.numbers))
		}
		return true
	})
	var err error
	if c.planner, err = blast.New(blast.Options{Pool: pool, Target: target}); err != nil {
		return nil, err
	}
	// Every layer of the space is in a cell that has one operation on all edges.
	var layers []hw.Loops
	for op := range space.Operations {
		net, err := cellSpace.Build([]int{op, op, op, op, op, op}, input, classes)
		if err != nil {
			return nil, err
		}
		for i := range net.Layers {
			if net.Layers[i].Kind != hw.Dense || target.Dense == hw.DenseOnFPGA {
				layers = append(layers, net.Layers[i].Loops())
			}
		}
	}
	c.planner, _ = c.planner.PrecomputeLayers(layers)
	return c, nil
}

// Pool is the FPGAs that the pipelines are made of. It is not to be changed.
func (c *Cells) Pool() hw.Pool { return c.pool }

// Networks is how many different networks the cells of the space make.
func (c *Cells) Networks() int { return len(c.numbers) }

// Plan implements nas.Hardware.
func (c *Cells) Plan(actions []int, fps float64) (*nas.Plan, error) {
	return c.plan(actions, cellPlan{fps: fps}, nil)
}

// PlanAll plans every network of the space, on all cores, so that Plan has only to
// look up.
func (c *Cells) PlanAll(ctx context.Context, fps float64) error {
	var all [][]int
	seen := map[int32]bool{}
	nas.All(cellSpace, func(actions []int) bool {
		if n := c.numbers[cellSpace.Cell(actions)]; !seen[n] {
			seen[n] = true
			all = append(all, append([]int(nil), actions...))
		}
		return true
	})
	workers := runtime.GOMAXPROCS(0)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(all) && errs[w] == nil; i += workers {
				if errs[w] = ctx.Err(); errs[w] == nil {
					_, errs[w] = c.Plan(all[i], fps)
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// plan is the plan of a name, on the given partition where it is not nil.
func (c *Cells) plan(actions []int, name cellPlan, partition []hw.Placement) (*nas.Plan, error) {
	name.network = c.numbers[cellSpace.Cell(actions)]
	c.mu.Lock()
	plan, ok := c.plans[name]
	c.mu.Unlock()
	if ok {
		return plan, nil
	}
	plan, err := c.work(actions, name.fps, partition)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.plans) >= maxCellPlans {
		clear(c.plans)
	}
	c.plans[name] = plan
	return plan, nil
}

// work works a plan out, on the given partition where it is not nil.
func (c *Cells) work(actions []int, fps float64, partition []hw.Placement) (*nas.Plan, error) {
	net, err := cellSpace.Build(actions, c.input, c.classes)
	if err != nil {
		return nil, err
	}
	plan := &nas.Plan{Params: net.Params(), MACs: net.MACs(), Measure: c.metrics}
	answer, err := c.planner.With(blast.Options{FPS: fps, Partition: partition}).Plan(net.Network)
	var misfit *accel.FitError
	if partition != nil && partition[0].Design != (hw.Design{}) && errors.As(err, &misfit) {
		plan.Reason = err.Error()
		return plan, nil
	}
	if err != nil {
		return plan, err
	}
	a := &answer.Pipeline
	plan.Feasible, plan.Reason, plan.Efficiency, plan.Throughput = a.Feasible, a.Reason, a.Efficiency, a.ThroughputFPS
	plan.GOPSPerWatt, plan.FPGAs, plan.Pipeline = a.GOPSPerWatt, len(a.Stages), a
	stage := nas.PlanStage{To: len(actions), Utilization: a.Efficiency}
	if !a.Feasible {
		stage.Utilization = fps / a.ThroughputFPS
	}
	plan.Stages = []nas.PlanStage{stage}
	return plan, nil
}

// metrics are those of a plan of the network of actions.
func (c *Cells) metrics(plan *nas.Plan, actions []int) nas.Metrics {
	net, err := cellSpace.Build(actions, c.input, c.classes)
	if err != nil || plan.Pipeline == nil {
		return nil
	}
	return measure(plan.Pipeline, net.Loops(), c.pool, c.target)
}

// Objectives are objectives by name, as those of [Hardware.Objectives].
func (c *Cells) Objectives(fps float64, names ...string) (nas.Objectives, error) {
	largest, err := cellSpace.Build([]int{3, 3, 3, 3, 3, 3}, c.input, c.classes)
	if err != nil {
		return nil, err
	}
	return worstOf(c.planner, largest.Network, fps, names)
}

// Replan implements nas.Hardware: the cuts of the plan's pipeline and its FPGAs stay.
// A cut is at a place in the skeleton: before a layer outside the cells, or in the
// n-th cell after a share of its layers, which is rounded to layers of the other
// cell. Every stage keeps at least one layer; a network with fewer layers than stages
// has as many stages as layers.
func (c *Cells) Replan(actions []int, fps float64, fixed *nas.Plan) (*nas.Plan, error) {
	if fixed.Pipeline == nil {
		return nil, fmt.Errorf("pipelines: the plan to keep is not a pipeline of FPGAs")
	}
	net, err := cellSpace.Build(actions, c.input, c.classes)
	if err != nil {
		return nil, err
	}
	placements := carry(fixed.Pipeline.Stages, len(net.Layers), c.target.Dense)
	return c.plan(actions, cellPlan{fps: fps, partition: fmt.Sprint(placements)}, placements)
}
