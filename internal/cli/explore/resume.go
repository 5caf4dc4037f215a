package explore

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coexplore/internal/cli"
	"coexplore/nas"
	"coexplore/nas/run"
	"coexplore/nas/space"
	"coexplore/nas/train"
)

// mayResumeWith are the flags that may differ from a run's own when it is resumed.
var mayResumeWith = map[string]bool{
	"resume": true, "episodes": true, "max-trained": true, "json": true, "threads": true,
	"workers": true, "format": true, "figures": true, "devices": true, "kernels": true, "max-memory": true,
	// These name where files are, which have to be the same.
	"data": true, "table": true, "latency-table": true,
}

// agree gives a run that is resumed what the flags may change of it. A flag that says
// anything else than the run does is wrong usage, but for those that may.
func (f *Options) agree(cmd *cobra.Command, own *run.Config) error {
	given := f.config
	if err := f.clash(cmd, own); err != nil {
		return err
	}
	var err error
	if own.Slurm, err = f.cluster.Resume(cmd, own.Slurm); err != nil {
		return err
	}
	if n := given.Episodes; n != 0 {
		if n < own.Episodes {
			return cli.Usagef("--episodes %d is fewer than the %d of the run", n, own.Episodes)
		}
		own.Episodes = n
	}
	if cmd.Flags().Changed("max-trained") {
		own.MaxTrained = given.MaxTrained
	}
	return move(cmd, own, &given)
}

// move takes what is given of where a run's files lie now, and of which kernels train.
func move(cmd *cobra.Command, own, given *run.Config) error {
	for _, place := range []struct {
		flag       string
		now, given *string
	}{{"data", &own.Data, &given.Data}, {"table", &own.Table, &given.Table}, {"latency-table", &own.LatencyTable, &given.LatencyTable}} {
		if !cmd.Flags().Changed(place.flag) || *place.given == *place.now {
			continue
		}
		if own.Sums[place.flag] == "" || *place.now == "" {
			return cli.Usagef("--%s %s is not what the run began with, %q: leave it out", place.flag, *place.given, *place.now)
		}
		*place.now = *place.given
	}
	if own.Kernels == "" { // nothing is trained
		return nil
	}
	if err := run.CheckKernels(own.Kernels); err != nil && !cmd.Flags().Changed("kernels") {
		return fmt.Errorf("the run trained with kernels that this machine does not have (%s): networks trained here differ in the last bits, and so will what follows; --kernels %s goes on anyway", cli.OneLine(cli.AsUsage(err)), train.Kernels()[0])
	}
	if k := given.Kernels; k != "" && k != own.Kernels {
		if err := run.CheckKernels(k); err != nil {
			return err
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "The run trained with the kernels %s until now and goes on with %s: its trials are not those of a run on one machine.\n", own.Kernels, k)
		own.Kernels = k
	}
	return nil
}

// clash is an error if a flag that is given differs from what the run has, which the
// flags show afterwards.
func (f *Options) clash(cmd *cobra.Command, own *run.Config) (clash error) {
	given := map[string]string{}
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if !mayResumeWith[flag.Name] && !slices.Contains(cli.ClusterFlagNames, flag.Name) {
			given[flag.Name] = flag.Value.String()
		}
	})
	f.show(own)
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		now, compared := given[flag.Name]
		if clash != nil || !compared {
			return
		}
		theirs := flag.Value.String()
		switch flag.Name {
		case "fpga":
			for _, pool := range []*string{&now, &theirs} {
				if p, err := f.Pool(*pool); err == nil {
					*pool = p.String()
				}
			}
		case "out":
			now, theirs = filepath.Clean(now), filepath.Clean(theirs)
		case "space":
			if own.Chain != nil && space.IsFile(now) {
				if s, err := space.Load(now); err == nil && reflect.DeepEqual(s.WithStrides(own.Strides...), *own.Chain) {
					return
				}
			}
		default:
			if _, mine := own.Parameters[flag.Name]; !mine && f.parameters.Has(flag.Name) {
				clash = cli.Usagef("--%s is no parameter of the run's method, %s", flag.Name, own.Method)
				return
			}
		}
		if now != theirs {
			clash = cli.Usagef("--%s %s differs from the run's own, %s, which cannot be changed when it is resumed: leave it out", flag.Name, now, theirs)
		}
	})
	return clash
}

// show has the flags show what a run has.
func (f *Options) show(own *run.Config) {
	f.config = *own
	f.config.InFlight = max(1, own.InFlight) // 0 in runs of before
	f.stride = "predicted"
	if len(own.Strides) == 1 && own.Strides[0] == 1 {
		f.stride = "fixed"
	}
	f.out = f.resume
	f.retries, f.maxFailures = settingOf(own.Retries, nas.DefaultRetries), settingOf(own.MaxFailures, nas.DefaultMaxFailures)
	f.parameters.Show(own.Parameters)
	f.cluster.Scheduler = ""
	if own.Slurm != nil {
		f.cluster.Scheduler = "slurm"
	}
	f.objectives = nil
	for _, o := range own.Objectives {
		f.objectives = append(f.objectives, o.Name)
	}
}
