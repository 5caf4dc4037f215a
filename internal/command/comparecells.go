package command

import (
	"context"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
)

// cellsFPS is the specification for the cells of NAS-Bench-201 where none is given: on
// three XC7Z015 nine tenths of them reach it.
const cellsFPS = 90

// openCells makes the problem of NAS-Bench-201 on a pool of FPGAs. All searches share
// its plans.
func (f *compareFlags) openCells(ctx context.Context) (func() (nas.Problem, error), error) {
	var err error
	if f.fps, err = orDefault("--fps", f.fps, cellsFPS); err != nil {
		return nil, err
	}
	if f.table == "" {
		return nil, usagef("--benchmark nb201 needs its table: --table FILE")
	}
	pool, err := parsePool(f.pool, f.devices)
	if err != nil {
		return nil, err
	}
	target := hw.DefaultTarget()
	target.Bits, target.ClockMHz = f.bits, f.clock
	if err := pipelines.Check(pool, target); err != nil {
		return nil, usageError{err}
	}
	table, err := evaluate.LoadNASBench201(f.table, f.set)
	if err != nil {
		return nil, err
	}
	shape, classes := table.Images()
	cells, err := pipelines.NewCells(pool, target, shape, classes)
	if err != nil {
		return nil, err
	}
	if err := cells.PlanAll(ctx, f.fps); err != nil {
		return nil, err
	}
	return func() (nas.Problem, error) {
		objectives, err := f.judgeBy(cells)
		return nas.Problem{Space: space.NASBench201{}, Hardware: cells, Evaluator: table, Spec: f.fps, Objectives: objectives}, err
	}, nil
}
