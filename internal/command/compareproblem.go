package command

import (
	"context"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/pipelines"
)

// open makes the problem and finds its true front.
func (f *compareFlags) open(ctx context.Context) (func() (nas.Problem, error), []nas.Design, error) {
	var problem func() (nas.Problem, error)
	switch f.problem {
	case "tiny":
		var err error
		if f.fps, err = orDefault("--fps", f.fps, tableFPS); err != nil {
			return nil, nil, err
		}
		pool, err := parsePool(f.pool, f.devices)
		if err != nil {
			return nil, nil, err
		}
		table, err := openTable(f.table)
		if err != nil {
			return nil, nil, err
		}
		target := hw.DefaultTarget()
		target.Bits, target.ClockMHz = f.bits, f.clock
		problem = func() (nas.Problem, error) {
			h, err := pipelines.New(evaluate.TinyTableSpace(), pool, target)
			if err != nil {
				return nas.Problem{}, err
			}
			objectives, err := f.judgeBy(h)
			return nas.Problem{Space: h.Space(), Hardware: h, Spec: f.fps, Evaluator: table, Objectives: objectives}, err
		}
	case "nb201":
		var err error
		if problem, err = f.openCells(ctx); err != nil {
			return nil, nil, err
		}
	case "nasbench201":
		var err error
		if f.fps, err = orDefault("--fps", f.fps, 200); err != nil {
			return nil, nil, err
		}
		if f.table == "" {
			return nil, nil, usagef("--problem nasbench201 needs its table: --table FILE")
		}
		table, err := evaluate.LoadNASBench201(f.table, f.set)
		if err != nil {
			return nil, nil, err
		}
		problem = func() (nas.Problem, error) {
			objectives, err := f.judgeBy(table)
			return nas.Problem{Space: table, Hardware: table, Evaluator: table, Spec: f.fps, Objectives: objectives}, err
		}
	default:
		return nil, nil, usagef("--problem is tiny, nb201 or nasbench201, not %q", f.problem)
	}
	p, err := problem()
	if err != nil {
		return nil, nil, err
	}
	front, err := nas.TrueFront(ctx, p)
	return problem, front, err
}

// judgeBy are the objectives of the flags, with the worst values of the hardware.
func (f *compareFlags) judgeBy(h interface {
	Objectives(fps float64, names ...string) (nas.Objectives, error)
}) (nas.Objectives, error) {
	if f.objectives == nil {
		return nil, nil
	}
	return h.Objectives(f.fps, f.objectives...)
}
