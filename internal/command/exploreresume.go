package command

import (
	"path/filepath"
	"reflect"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coexplore/nas"
	"coexplore/nas/run"
	"coexplore/nas/space"
)

// mayResumeWith are the flags that may differ from a run's own when it is resumed.
var mayResumeWith = map[string]bool{
	"resume": true, "episodes": true, "max-trained": true, "json": true, "threads": true,
	"workers": true, "format": true, "figures": true, "devices": true,
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
	return dir, nil
}

// agree is an error if a flag that is given differs from what the run has.
func (f *exploreFlags) agree(cmd *cobra.Command, c *run.Config) (clash error) {
	own := &exploreFlags{}
	flags := exploreCommand(own).Flags() // which show what own holds
	own.config = *c
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
	own.objectives = nil
	for _, o := range c.Objectives {
		own.objectives = append(own.objectives, o.Name)
	}
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if clash != nil || mayResumeWith[flag.Name] {
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
		case "out", "data":
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
