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

// cellBenchmark is what flags say of NAS-Bench-201 on a pool of FPGAs.
type cellBenchmark struct {
	table, set    string
	pool, devices string
	bits          int
	clock, fps    float64
}

// open reads the table and plans all networks, which all searches then share.
func (b *cellBenchmark) open(ctx context.Context) (*pipelines.Cells, nas.Problem, error) {
	var p nas.Problem
	if b.table == "" {
		return nil, p, usagef("--benchmark nb201 needs its table: --table FILE")
	}
	pool, err := parsePool(b.pool, b.devices)
	if err != nil {
		return nil, p, err
	}
	target := hw.DefaultTarget()
	target.Bits, target.ClockMHz = b.bits, b.clock
	if err := pipelines.Check(pool, target); err != nil {
		return nil, p, usageError{err}
	}
	table, err := evaluate.LoadNASBench201(b.table, b.set)
	if err != nil {
		return nil, p, err
	}
	shape, classes := table.Images()
	cells, err := pipelines.NewCells(pool, target, shape, classes)
	if err != nil {
		return nil, p, err
	}
	if err := cells.PlanAll(ctx, b.fps); err != nil {
		return nil, p, err
	}
	return cells, nas.Problem{Space: space.NASBench201{}, Hardware: cells, Evaluator: table, Spec: b.fps}, nil
}

// openCells makes the problem of compare.
func (f *compareFlags) openCells(ctx context.Context) (func() (nas.Problem, error), error) {
	var err error
	if f.fps, err = orDefault("--fps", f.fps, cellsFPS); err != nil {
		return nil, err
	}
	b := cellBenchmark{f.table, f.set, f.pool, f.devices, f.bits, f.clock, f.fps}
	cells, p, err := b.open(ctx)
	if err != nil {
		return nil, err
	}
	p.Objectives, err = f.judgeBy(cells)
	return func() (nas.Problem, error) { return p, err }, err
}
