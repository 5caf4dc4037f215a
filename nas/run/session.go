package run

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"coexplore/hw"
	"coexplore/hw/measured"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/evaluate/slurm"
	"coexplore/nas/pipelines"
	"coexplore/nas/space"
	"coexplore/nas/study/ablation"
)

// A Session is a search that is ready to begin, or to go on. Its fields can be changed
// before.
type Session struct {
	Config    Config
	Problem   nas.Problem
	Settings  nas.Settings
	Method    nas.Method
	Source    string     // where accuracies are from, in words
	Memory    string     // what training takes, in words; empty: nothing is trained
	Networks  *big.Int   // in the space
	Directory *Directory // where the search is kept; nil: nowhere

	space space.Chain
	pool  hw.Pool
	fresh bool // the directory was made for this session
}

// Open puts together what a search needs. It fills in what c leaves to defaults, as
// [Config.Fill]; what cannot be is a [FieldError].
func Open(c Config, r Resources) (*Session, error) {
	if err := c.Fill(); err != nil {
		return nil, err
	}
	return open(c, r)
}

// open is Open for a configuration that is whole.
func open(c Config, r Resources) (*Session, error) {
	m, err := c.newMethod()
	if err != nil {
		return nil, err
	}
	pool, err := r.Pool(c.Pool)
	if err != nil {
		return nil, err
	}
	if err := pipelines.Check(pool, c.Target); err != nil {
		return nil, &FieldError{Field: "Target", Err: err}
	}
	chains, err := c.chains()
	if err != nil {
		return nil, err
	}
	r = r.shared()
	s := &Session{
		Method:  m,
		Problem: nas.Problem{Spec: c.FPS, AccuracyFloor: c.AccuracyFloor, Objectives: c.Objectives},
		Settings: nas.Settings{
			Seed: c.Seed, Episodes: c.Episodes, MaxTrained: c.MaxTrained, Workers: r.Workers, InFlight: c.InFlight,
			Retries: c.Retries, MaxFailures: c.MaxFailures,
		},
		pool: pool,
	}
	if c.Halving > 0 {
		s.Settings.Halving = &nas.Halving{Eta: c.Halving}
	}
	if s.Problem.Evaluator, err = s.evaluator(&c, &chains, r); err != nil {
		return nil, err
	}
	if err := c.sameFile("latency-table", c.LatencyTable); err != nil {
		return nil, err
	}
	c.Input, c.Classes = chains.Input, chains.Classes
	s.space, s.Networks, s.Config = chains, chains.Size(), c
	s.Problem, err = s.ProblemOn(pool)
	return s, err
}

// Resume opens the search of a run directory, which goes on from where it was. Change
// may alter the settings before, for more episodes say; nil: nothing is altered. The
// directory is this process's until the search ends, or until Directory.End.
func Resume(dir string, r Resources, change func(*Config) error) (s *Session, err error) {
	d, err := OpenToResume(dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			d.End(nil)
		}
	}()
	if change != nil {
		if err := change(&d.Config); err != nil {
			return nil, err
		}
	}
	d.Config.KeepPlaces()
	if s, err = open(d.Config, r); err != nil {
		return nil, err
	}
	d.Config.Sums, d.Config.Kernels = s.Config.Sums, s.Config.Kernels
	s.Directory = d
	return s, nil
}

// Create makes a run directory that keeps the search: see the function [Create].
func (s *Session) Create(dir string) (err error) {
	s.Directory, err = Create(dir, s.Config)
	s.fresh = err == nil
	return err
}

// Explore searches, with a recorder that watches, which may be nil, beside the run
// directory. Notice is told, in a line, what happens to the jobs of a cluster; nil:
// nobody is. A search that did not begin leaves no directory that was made for it, and
// has no result.
func (s *Session) Explore(ctx context.Context, watch nas.Recorder, notice func(string)) (result *nas.Result, err error) {
	settings, d := s.Settings, s.Directory
	recorders := []nas.Recorder{}
	if d != nil {
		defer func() {
			if result == nil && s.fresh {
				err = errors.Join(err, d.Discard())
			} else if end := d.End(nil); err == nil {
				err = end
			}
		}()
		if !s.fresh {
			if settings.Resume, settings.Evaluated, err = d.Resume(); err != nil {
				return nil, err
			}
		}
		recorders = append(recorders, d)
	}
	if watch != nil {
		recorders = append(recorders, watch)
	}
	settings.Recorder = nas.Recorders(recorders...)
	problem := s.Problem
	switch {
	case s.Config.Slurm != nil:
		if d == nil {
			return nil, wrong("Slurm", "needs a run directory: Session.Create")
		}
		queue, err := OpenQueue(JobOptions(s.Config.Slurm, d.Path, "evaluate-request"), notice)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, queue.Close()) }()
		problem.Evaluator = s.onCluster(queue)
		// Those in flight wait for the cluster, all of them, and a batch does.
		settings.Workers = s.Together()
	case settings.InFlight > 1 && d != nil:
		problem.Evaluator = evaluate.Keep(problem.Evaluator, evaluate.Answers(d.Answers()))
	}
	return nas.Explore(ctx, problem, settings, s.Method)
}

// onCluster is the session's evaluator on a cluster.
func (s *Session) onCluster(q *slurm.Queue) nas.Evaluator {
	c := &s.Config
	e := q.Evaluator(func(network string, seed uint64) *evaluate.Request {
		return evaluate.NewRequest(network, seed, c.Input, c.Classes)
	})
	if _, tested := s.Problem.Evaluator.(nas.Tester); tested {
		return e.Tester()
	}
	return e
}

// Together is how many networks may wait for their accuracies at once.
func (s *Session) Together() int {
	return max(s.Config.InFlight, int(s.Config.Parameters["episode-batch"]), 1)
}

// JudgeBy sets the objectives of the problem, by name.
func (s *Session) JudgeBy(names ...string) error {
	h, err := s.Config.hardware(s.space, s.pool)
	if err != nil {
		return err
	}
	s.Problem.Objectives, err = h.Objectives(s.Config.FPS, names...)
	s.Config.Objectives = s.Problem.Objectives
	return err
}

// ProblemOn is the session's problem on a pool, with hardware of its own.
func (s *Session) ProblemOn(pool hw.Pool) (nas.Problem, error) {
	p := s.Problem
	h, err := s.Config.hardware(s.space, pool)
	if err != nil {
		return p, err
	}
	p.Space, p.Hardware = s.space, h
	return p, nil
}

// Pool is the pool of the session's problem.
func (s *Session) Pool() hw.Pool { return s.pool }

// Planned tells whether the run's networks are known, and planned on FPGAs.
func (c *Config) Planned() bool {
	_, err := c.chains()
	return err == nil && c.Classes != 0
}

// Hardware makes the pipelines of a run on its pool, of these devices, nil for the
// built-in ones, for the networks of its space on images as they were when it began.
func (c *Config) Hardware(devices []hw.Device) (*pipelines.Hardware, error) {
	chains, err := c.chains()
	if err != nil {
		return nil, err
	}
	pool, err := Resources{Devices: devices}.Pool(c.Pool)
	if err != nil {
		return nil, err
	}
	return c.hardware(chains.WithData(c.Input, c.Classes), pool)
}

// hardware makes the pipelines of a run for the networks of a space, on a pool.
func (c *Config) hardware(chains space.Chain, pool hw.Pool) (*pipelines.Hardware, error) {
	var table *measured.Table
	if c.LatencyTable != "" {
		var err error
		if table, err = measured.Open(c.LatencyTable); err != nil {
			return nil, err
		}
		if c.LatencyFill {
			if err := table.Fill(pool, chains.Layers(c.Target.Dense), c.Target); err != nil {
				return nil, err
			}
		}
	}
	h, err := pipelines.FromTable(chains, pool, c.Target, table)
	if err != nil {
		return nil, err
	}
	return h, h.Limit(c.MaxFPGAs)
}

// chains are the networks of a run.
func (c *Config) chains() (s space.Chain, err error) {
	if c.Chain != nil {
		s = *c.Chain
	} else if s, err = space.ByName(c.Space); err != nil {
		return s, err
	}
	if len(c.Strides) > 0 {
		s = s.WithStrides(c.Strides...)
	}
	return s, nil
}

// newMethod is the method of a run.
func (c *Config) newMethod() (nas.Method, error) {
	d, err := ablation.Methods().Lookup(c.Method)
	if err != nil {
		return nil, err
	}
	for _, p := range d.Parameters {
		if _, known := c.Parameters[p.Name]; !known {
			return nil, fmt.Errorf("the run does not say what --%s of its method was: it is of an older version; begin it anew", p.Name)
		}
	}
	return d.Make(c.Parameters)
}

// String says in a line what is going to be searched.
func (s *Session) String() string {
	c := &s.Config
	return fmt.Sprintf("%s: space %s (%s networks) on %s for %g frames/s, %d-bit at %g MHz; %s; seed %d",
		c.Method, c.Space, s.Networks, c.Pool, c.FPS, c.Target.Bits, c.Target.ClockMHz, s.Source, c.Seed)
}
