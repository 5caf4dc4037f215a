package command

import (
	"context"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/pipelines"
	"coexplore/nas/run"
)

// open makes the problem and finds its true front.
func (f *compareFlags) open(ctx context.Context) (func() (nas.Problem, error), []nas.Design, error) {
	problem, err := f.openProblem(ctx)
	if err != nil {
		return nil, nil, err
	}
	p, err := problem()
	if err != nil {
		return nil, nil, err
	}
	front, err := nas.TrueFront(ctx, p)
	return problem, front, err
}

// openProblem makes the problem, anew each time that it is called for.
func (f *compareFlags) openProblem(ctx context.Context) (problem func() (nas.Problem, error), err error) {
	switch f.problem {
	case "tiny":
		if f.fps, err = orDefault("--fps", f.fps, run.TableFPS); err != nil {
			return nil, err
		}
		pool, err := parsePool(f.pool, f.devices)
		if err != nil {
			return nil, err
		}
		table, err := evaluate.LoadTable(f.table)
		if err != nil {
			return nil, err
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
		if problem, err = f.openCells(ctx); err != nil {
			return nil, err
		}
	case "nasbench201":
		if f.fps, err = orDefault("--fps", f.fps, 200); err != nil {
			return nil, err
		}
		if f.table == "" {
			return nil, usagef("--problem nasbench201 needs its table: --table FILE")
		}
		table, err := evaluate.LoadNASBench201(f.table, f.set)
		if err != nil {
			return nil, err
		}
		problem = func() (nas.Problem, error) {
			objectives, err := f.judgeBy(table)
			return nas.Problem{Space: table, Hardware: table, Evaluator: table, Spec: f.fps, Objectives: objectives}, err
		}
	default:
		return nil, usagef("--problem is tiny, nb201 or nasbench201, not %q", f.problem)
	}
	return problem, nil
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
