package compare

import (
	"cmp"
	"context"

	"github.com/spf13/pflag"

	"coexplore/hw"
	"coexplore/internal/cli"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/pipelines"
	"coexplore/nas/run"
)

// Problem is what flags say of the problem on which methods are compared.
type Problem struct {
	Name       string   `json:"problem"`         // tiny, nb201 or nasbench201
	Table      string   `json:"table,omitempty"` // file; empty: the one that is built in
	Set        string   `json:"set"`             // of images, for nb201 and nasbench201
	Pool       string   `json:"pool"`
	Devices    string   `json:"devices,omitempty"` // file; empty: none of one's own
	FPS        float64  `json:"fps"`               // 0: the problem's own
	Bits       int      `json:"bits"`
	Clock      float64  `json:"clock_mhz"`
	Objectives []string `json:"objectives,omitempty"`
}

// AddProblem adds the flags that say which problem it is.
func (p *Problem) AddProblem(fl *pflag.FlagSet) {
	fl.StringVar(&p.Name, "problem", "tiny", "tiny, nb201 or nasbench201")
	fl.StringVar(&p.Name, "benchmark", "tiny", "the same as --problem")
	fl.StringVar(&p.Table, "table", "", "file of the table (default for tiny: the one that is built in)")
	fl.StringVar(&p.Set, "set", "cifar10", "accuracies of nb201 and nasbench201: cifar10, cifar100 or imagenet16")
	fl.StringVar(&p.Pool, "fpga", "XC7Z015:3", cli.FPGAUsage)
	fl.StringVar(&p.Devices, "devices", "", "TOML file with devices and boards of your own")
	fl.Float64Var(&p.FPS, "fps", 0, "throughput that is asked for, frames/s (default: 2400 for tiny, 90 for nb201, 200 for nasbench201)")
	fl.IntVar(&p.Bits, "bits", 32, "word size: 8 or 16 (fixed point) or 32 (float)")
	fl.Float64Var(&p.Clock, "clock", 100, "clock of the FPGAs, MHz")
}

// Open makes the problem and finds its true front.
func (p *Problem) Open(ctx context.Context) (func() (nas.Problem, error), []nas.Design, error) {
	problem, err := p.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	one, err := problem()
	if err != nil {
		return nil, nil, err
	}
	front, err := nas.TrueFront(ctx, one)
	return problem, front, err
}

// open makes the problem, anew each time that it is called for.
func (p *Problem) open(ctx context.Context) (problem func() (nas.Problem, error), err error) {
	switch p.Name {
	case "tiny":
		if p.FPS, err = OrDefault("--fps", p.FPS, run.TableFPS); err != nil {
			return nil, err
		}
		pool, err := cli.ParsePool(p.Pool, p.Devices)
		if err != nil {
			return nil, err
		}
		table, err := evaluate.LoadTable(p.Table)
		if err != nil {
			return nil, err
		}
		target := hw.DefaultTarget()
		target.Bits, target.ClockMHz = p.Bits, p.Clock
		problem = func() (nas.Problem, error) {
			h, err := pipelines.New(evaluate.TinyTableSpace(), pool, target)
			if err != nil {
				return nas.Problem{}, err
			}
			objectives, err := p.judgeBy(h)
			return nas.Problem{Space: h.Space(), Hardware: h, Spec: p.FPS, Evaluator: table, Objectives: objectives}, err
		}
	case "nb201":
		if problem, err = p.openCells(ctx); err != nil {
			return nil, err
		}
	case "nasbench201":
		if p.FPS, err = OrDefault("--fps", p.FPS, 200); err != nil {
			return nil, err
		}
		if p.Table == "" {
			return nil, cli.Usagef("--problem nasbench201 needs its table: --table FILE")
		}
		table, err := evaluate.LoadNASBench201(p.Table, p.Set)
		if err != nil {
			return nil, err
		}
		problem = func() (nas.Problem, error) {
			objectives, err := p.judgeBy(table)
			return nas.Problem{Space: table, Hardware: table, Evaluator: table, Spec: p.FPS, Objectives: objectives}, err
		}
	default:
		return nil, cli.Usagef("--problem is tiny, nb201 or nasbench201, not %q", p.Name)
	}
	return problem, nil
}

// judgeBy are the objectives of the flags, with the worst values of the hardware.
func (p *Problem) judgeBy(h interface {
	Objectives(fps float64, names ...string) (nas.Objectives, error)
}) (nas.Objectives, error) {
	if p.Objectives == nil {
		return nil, nil
	}
	return h.Objectives(p.FPS, p.Objectives...)
}

// OrDefault is value, or def where value is zero; a negative value is wrong.
func OrDefault[T int | float64](flag string, value, def T) (T, error) {
	if value < 0 {
		return 0, cli.Usagef("%s must be positive, is %v", flag, value)
	}
	return cmp.Or(value, def), nil
}
