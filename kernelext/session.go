package kernelext

import (
	"context"
	"fmt"

	"coexplore/hw"
	"coexplore/kernelext/figure"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/run"
)

// Session is a problem that is ready to be searched, for the first hours of a
// course: the tiny space, whose networks were all trained beforehand, on FPGAs of
// one's choice. A search takes about half a second. What stands in it can be
// changed before a search; the packages below nas do all else.
type Session struct {
	nas.Problem
	Episodes int          // networks that a search proposes
	Seed     uint64       // decides everything
	Seeds    int          // searches of each weight in a sweep, with the seeds from Seed on
	Recorder nas.Recorder // who watches searches, such as Live() or Progress(); nil: nobody
}

// NewSession returns a session on a pool of FPGAs, such as "XC7Z015:3", that must
// reach fps frames a second; on three XC7Z015 about half of the networks reach
// 2400. The pool may name devices of one's own, which come last.
//
//	mine := hw.Device{Part: "MINE", DSP: 220, BRAM18: 280, MemoryGbps: 34, Price: 1}
//	s := kernelext.Must(kernelext.NewSession("MINE:2,XC7Z015:1", 2400, mine))
func NewSession(pool string, fps float64, own ...hw.Device) (*Session, error) {
	for i := range own {
		if err := own[i].Check(); err != nil {
			return nil, fmt.Errorf("kernelext: %w", err)
		}
	}
	c := run.Default()
	c.Table, c.Pool, c.FPS = run.BuiltinTable, pool, fps
	s, err := run.Open(c, run.Resources{Devices: hw.WithDevices(own)})
	if err != nil {
		return nil, fmt.Errorf("kernelext: %w", err)
	}
	return &Session{Problem: s.Problem, Episodes: s.Config.Episodes, Seed: 1, Seeds: 3}, nil
}

// Search co-explores networks and hardware with the weight beta of accuracy in
// the reward, 0 to 1.
func (s *Session) Search(beta float64) (*nas.Result, error) { return s.search(beta, s.Seed) }

func (s *Session) search(beta float64, seed uint64) (*nas.Result, error) {
	settings := nas.Settings{Seed: seed, Episodes: s.Episodes, Recorder: s.Recorder}
	return nas.Explore(context.Background(), s.Problem, settings, &method.CoExploration{Beta: beta})
}

// SweepBeta searches with each weight of accuracy, Seeds times each, and returns
// the network of each search that earned most, for figure.BetaSweep. Searches that
// found no network that is fast enough are left out; if all are, that is an
// error.
func (s *Session) SweepBeta(betas ...float64) ([]figure.BetaRun, error) {
	var runs []figure.BetaRun
	for _, beta := range betas {
		for i := range s.Seeds {
			result, err := s.search(beta, s.Seed+uint64(i))
			if err != nil {
				return nil, err
			}
			if best := nas.BestRewarded(result.Trials, beta); best != nil {
				runs = append(runs, figure.BetaRun{Beta: beta, Accuracy: best.Accuracy, Efficiency: best.Efficiency})
			}
		}
	}
	if len(runs) == 0 {
		return nil, fmt.Errorf("kernelext: no search found a network that reaches %g frames/s: ask for less, or for more FPGAs", s.Spec)
	}
	return runs, nil
}

// OpenRun returns the result of a run directory, as `coexplore explore` leaves
// it.
func OpenRun(dir string) (*nas.Result, error) {
	d, err := run.Read(dir)
	if err != nil {
		return nil, err
	}
	return d.Result(), nil
}

// Resume goes on with the search of a run directory, to its end, with who watches it,
// such as Live(), which may be nil: the result is that of a run that was never stopped.
//
//	result := kernelext.Must(kernelext.Resume("runs/a", kernelext.Live()))
func Resume(dir string, watch nas.Recorder) (*nas.Result, error) {
	s, err := run.Resume(dir, run.Resources{}, nil)
	if err != nil {
		return nil, err
	}
	return s.Explore(context.Background(), watch, nil)
}
