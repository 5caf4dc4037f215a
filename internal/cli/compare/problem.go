package compare

import (
	"cmp"
	"context"

	"coexplore/hw"
	"coexplore/internal/cli"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/pipelines"
	"coexplore/nas/run"
)

// Open makes the problem and finds its true front.
func (f *Options) Open(ctx context.Context) (func() (nas.Problem, error), []nas.Design, error) {
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
func (f *Options) openProblem(ctx context.Context) (problem func() (nas.Problem, error), err error) {
	switch f.problem {
	case "tiny":
		if f.FPS, err = OrDefault("--fps", f.FPS, run.TableFPS); err != nil {
			return nil, err
		}
		pool, err := cli.ParsePool(f.pool, f.devices)
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
			return nas.Problem{Space: h.Space(), Hardware: h, Spec: f.FPS, Evaluator: table, Objectives: objectives}, err
		}
	case "nb201":
		if problem, err = f.openCells(ctx); err != nil {
			return nil, err
		}
	case "nasbench201":
		if f.FPS, err = OrDefault("--fps", f.FPS, 200); err != nil {
			return nil, err
		}
		if f.table == "" {
			return nil, cli.Usagef("--problem nasbench201 needs its table: --table FILE")
		}
		table, err := evaluate.LoadNASBench201(f.table, f.set)
		if err != nil {
			return nil, err
		}
		problem = func() (nas.Problem, error) {
			objectives, err := f.judgeBy(table)
			return nas.Problem{Space: table, Hardware: table, Evaluator: table, Spec: f.FPS, Objectives: objectives}, err
		}
	default:
		return nil, cli.Usagef("--problem is tiny, nb201 or nasbench201, not %q", f.problem)
	}
	return problem, nil
}

// judgeBy are the objectives of the flags, with the worst values of the hardware.
func (f *Options) judgeBy(h interface {
	Objectives(fps float64, names ...string) (nas.Objectives, error)
}) (nas.Objectives, error) {
	if f.objectives == nil {
		return nil, nil
	}
	return h.Objectives(f.FPS, f.objectives...)
}

// OrDefault is value, or def where value is zero; a negative value is wrong.
func OrDefault[T int | float64](flag string, value, def T) (T, error) {
	if value < 0 {
		return 0, cli.Usagef("%s must be positive, is %v", flag, value)
	}
	return cmp.Or(value, def), nil
}
