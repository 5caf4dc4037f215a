package compare

import (
	"context"

	"coexplore/hw"
	"coexplore/internal/cli"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
)

// CellsFPS is the specification for the cells of NAS-Bench-201 where none is given: on
// three XC7Z015 nine tenths of them reach it.
const CellsFPS = 90

// OpenCells reads the table of nb201 and plans all networks at FPS, which all searches
// then share.
func (p *Problem) OpenCells(ctx context.Context) (*pipelines.Cells, nas.Problem, error) {
	var none nas.Problem
	if p.Table == "" {
		return nil, none, cli.Usagef("--benchmark nb201 needs its table: --table FILE")
	}
	pool, err := cli.ParsePool(p.Pool, p.Devices)
	if err != nil {
		return nil, none, err
	}
	target := hw.DefaultTarget()
	target.Bits, target.ClockMHz = p.Bits, p.Clock
	if err := pipelines.Check(pool, target); err != nil {
		return nil, none, cli.Usage(err)
	}
	table, err := evaluate.LoadNASBench201(p.Table, p.Set)
	if err != nil {
		return nil, none, err
	}
	shape, classes := table.Images()
	cells, err := pipelines.NewCells(pool, target, shape, classes)
	if err != nil {
		return nil, none, err
	}
	if err := cells.PlanAll(ctx, p.FPS); err != nil {
		return nil, none, err
	}
	return cells, nas.Problem{Space: space.NASBench201{}, Hardware: cells, Evaluator: table, Spec: p.FPS}, nil
}

// openCells makes the problem of compare.
func (p *Problem) openCells(ctx context.Context) (func() (nas.Problem, error), error) {
	var err error
	if p.FPS, err = OrDefault("--fps", p.FPS, CellsFPS); err != nil {
		return nil, err
	}
	cells, problem, err := p.OpenCells(ctx)
	if err != nil {
		return nil, err
	}
	problem.Objectives, err = p.judgeBy(cells)
	return func() (nas.Problem, error) { return problem, err }, err
}
