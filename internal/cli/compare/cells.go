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

// CellBenchmark is what flags say of NAS-Bench-201 on a pool of FPGAs.
type CellBenchmark struct {
	Table, Set    string
	Pool, Devices string
	Bits          int
	Clock, FPS    float64
}

// Open reads the table and plans all networks, which all searches then share.
func (b *CellBenchmark) Open(ctx context.Context) (*pipelines.Cells, nas.Problem, error) {
	var p nas.Problem
	if b.Table == "" {
		return nil, p, cli.Usagef("--benchmark nb201 needs its table: --table FILE")
	}
	pool, err := cli.ParsePool(b.Pool, b.Devices)
	if err != nil {
		return nil, p, err
	}
	target := hw.DefaultTarget()
	target.Bits, target.ClockMHz = b.Bits, b.Clock
	if err := pipelines.Check(pool, target); err != nil {
		return nil, p, cli.Usage(err)
	}
	table, err := evaluate.LoadNASBench201(b.Table, b.Set)
	if err != nil {
		return nil, p, err
	}
	shape, classes := table.Images()
	cells, err := pipelines.NewCells(pool, target, shape, classes)
	if err != nil {
		return nil, p, err
	}
	if err := cells.PlanAll(ctx, b.FPS); err != nil {
		return nil, p, err
	}
	return cells, nas.Problem{Space: space.NASBench201{}, Hardware: cells, Evaluator: table, Spec: b.FPS}, nil
}

// openCells makes the problem of compare.
func (p *Problem) openCells(ctx context.Context) (func() (nas.Problem, error), error) {
	var err error
	if p.FPS, err = OrDefault("--fps", p.FPS, CellsFPS); err != nil {
		return nil, err
	}
	b := CellBenchmark{p.Table, p.Set, p.Pool, p.Devices, p.Bits, p.Clock, p.FPS}
	cells, problem, err := b.Open(ctx)
	if err != nil {
		return nil, err
	}
	problem.Objectives, err = p.judgeBy(cells)
	return func() (nas.Problem, error) { return problem, err }, err
}
