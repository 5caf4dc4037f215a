package command

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

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

// openResumed opens the run that is to go on. A flag that says anything else than the
// run does is wrong usage, but for those that may.
func (f *exploreFlags) openResumed(cmd *cobra.Command) (*run.Directory, error) {
	dir, err := run.OpenToResume(f.resume)
	if err != nil {
		return nil, err
	}
	if err := f.agree(cmd, &dir.Config); err != nil {
		dir.End(nil)
		return nil, err
	}
	if err := f.cluster.agree(cmd, dir.Config.Cluster); err != nil {
		dir.End(nil)
		return nil, err
	}
	if n := f.config.Episodes; n != 0 {
		if n < dir.Config.Episodes {
			dir.End(nil)
			return nil, usagef("--episodes %d is fewer than the %d of the run", n, dir.Config.Episodes)
		}
		dir.Config.Episodes = n
	}
	if cmd.Flags().Changed("max-trained") {
		dir.Config.MaxTrained = f.config.MaxTrained
	}
	if err := f.move(cmd, &dir.Config); err != nil {
		dir.End(nil)
		return nil, err
	}
	return dir, nil
}

// move takes the flags that say where a run's files lie now, and which kernels train.
func (f *exploreFlags) move(cmd *cobra.Command, c *run.Config) error {
	for _, place := range []struct {
		flag       string
		now, given *string
	}{{"data", &c.Data, &f.config.Data}, {"table", &c.Table, &f.config.Table}, {"latency-table", &c.LatencyTable, &f.latencies.file}} {
		if !cmd.Flags().Changed(place.flag) || *place.given == *place.now {
			continue
		}
		if c.Sums[place.flag] == "" || *place.now == "" {
			return usagef("--%s %s is not what the run began with, %q: leave it out", place.flag, *place.given, *place.now)
		}
		*place.now = *place.given
	}
	keepPlaces(c)
	if c.Kernels == "" { // nothing is trained
		return nil
	}
	if err := checkKernels(c.Kernels); err != nil && !cmd.Flags().Changed("kernels") {
		return fmt.Errorf("the run trained with kernels that this machine does not have (%w): networks trained here differ in the last bits, and so will what follows; --kernels %s goes on anyway", err, train.Kernels()[0])
	}
	if own := f.config.Kernels; own != "" && own != c.Kernels {
		if err := checkKernels(own); err != nil {
			return usageError{err}
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "The run trained with the kernels %s until now and goes on with %s: its trials are not those of a run on one machine.\n", c.Kernels, own)
		c.Kernels = own
	}
	return nil
}

// keepPlaces makes the places of a run's files such that they mean the same from any
// folder.
func keepPlaces(c *run.Config) {
	for _, path := range []*string{&c.Data, &c.Table, &c.LatencyTable} {
		if *path == "" || *path == builtinTable || generated(*path) {
			continue
		}
		if abs, err := filepath.Abs(*path); err == nil {
			*path = abs
		}
	}
}

// checkKernels is an error if this machine does not have the set of kernels.
func checkKernels(name string) error {
	if name == "" || slices.Contains(train.Kernels(), name) {
		return nil
	}
	return fmt.Errorf("no kernels %q here: this machine has %s", name, strings.Join(train.Kernels(), ", "))
}

// agree is an error if a flag that is given differs from what the run has.
func (f *exploreFlags) agree(cmd *cobra.Command, c *run.Config) (clash error) {
	own := &exploreFlags{}
	flags := exploreCommand(own).Flags() // which show what own holds
	own.config = *c
	own.config.InFlight = max(1, c.InFlight) // 0 in runs of before
	own.stride = "predicted"
	if len(c.Strides) == 1 && c.Strides[0] == 1 {
		own.stride = "fixed"
	}
	own.out = f.resume
	own.latencies = latencyFlags{c.LatencyTable, c.LatencyFill}
	own.retries, own.maxFailures = settingOf(c.Retries, nas.DefaultRetries), settingOf(c.MaxFailures, nas.DefaultMaxFailures)
	for name, v := range c.Parameters {
		if p := own.parameters.whole[name]; p != nil {
			*p = int(v)
		} else if p := own.parameters.number[name]; p != nil {
			*p = v
		}
	}
	if c.Cluster != nil {
		own.cluster.Scheduler = c.Cluster.Scheduler
	}
	own.objectives = nil
	for _, o := range c.Objectives {
		own.objectives = append(own.objectives, o.Name)
	}
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if clash != nil || mayResumeWith[flag.Name] || slices.Contains(clusterFlagNames, flag.Name) {
			return
		}
		given, theirs := flag.Value.String(), flags.Lookup(flag.Name).Value.String()
		switch flag.Name {
		case "fpga":
			if pool, err := parsePool(given, f.devicesFile); err == nil {
				given = pool.String()
			}
			if pool, err := parsePool(theirs, f.devicesFile); err == nil {
				theirs = pool.String()
			}
		case "out":
			given, theirs = filepath.Clean(given), filepath.Clean(theirs)
		case "space":
			if c.Chain != nil && space.IsFile(given) {
				if s, err := space.Load(given); err == nil && reflect.DeepEqual(s.WithStrides(c.Strides...), *c.Chain) {
					return
				}
			}
		default:
			if _, mine := c.Parameters[flag.Name]; !mine && own.parameters.has(flag.Name) {
				clash = usagef("--%s is no parameter of the run's method, %s", flag.Name, c.Method)
				return
			}
		}
		if given != theirs {
			clash = usagef("--%s %s differs from the run's own, %s, which cannot be changed when it is resumed: leave it out", flag.Name, given, theirs)
		}
	})
	return clash
}
