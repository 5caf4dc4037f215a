package compare

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coexplore/internal/atomicfile"
	"coexplore/internal/cli"
	"coexplore/internal/jsonfile"
	"coexplore/internal/sealed"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/evaluate/slurm"
	"coexplore/nas/run"
	"coexplore/nas/study"
)

// A searchRequest is one search of a comparison, for a job of a cluster.
type searchRequest struct {
	Version string   `json:"version"` // of coexplore
	Flags   []string `json:"flags"`   // of compare, that make the problem and the limits
	Method  string   `json:"method"`
	Seed    uint64   `json:"seed"`
}

// A searchAnswer is what a search found.
type searchAnswer struct {
	searchRequest
	Trials []nas.Trial `json:"trials"`
}

// SearchCommand is what the jobs of compare --cluster run.
const SearchCommand = "compare-search"

// onHere are the flags of compare that say nothing about a search.
var onHere = append([]string{"cluster", "dry-run", "methods", "seeds", "out", "format", "json"}, cli.ClusterFlagNames...)

// problemFlags are the flags that were given, but for those about all searches together;
// paths are such that they mean the same from any folder.
func (f *Options) problemFlags(cmd *cobra.Command) (flags []string) {
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if slices.Contains(onHere, flag.Name) {
			return
		}
		value := flag.Value.String()
		if s, ok := flag.Value.(pflag.SliceValue); ok {
			for _, v := range s.GetSlice() {
				flags = append(flags, "--"+flag.Name+"="+v)
			}
			return
		}
		if flag.Name == "table" || flag.Name == "devices" {
			if abs, err := filepath.Abs(value); err == nil && value != "" {
				value = abs
			}
		}
		flags = append(flags, "--"+flag.Name+"="+value)
	})
	return flags
}

// onCluster has the cluster run the searches of a comparison. What it returns ends that.
func (f *Options) onCluster(cmd *cobra.Command, settings *study.CompareSettings) (io.Closer, error) {
	q, err := run.OpenQueue(run.JobOptions(f.cluster.Config(), f.Out, SearchCommand), cli.SlurmNotice(cmd.ErrOrStderr()))
	if err != nil {
		return nil, err
	}
	flags := f.problemFlags(cmd)
	settings.Searches = f.Seeds * len(f.Methods) // which wait
	settings.Explore = func(ctx context.Context, c *study.Contender, p nas.Problem, s nas.Settings) (*nas.Result, error) {
		r := searchRequest{Version: cli.Version, Flags: flags, Method: c.Name, Seed: s.Seed}
		text, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		name := evaluate.Name(c.Name+" "+string(text), s.Seed)
		path := filepath.Join(f.Out, "answers", name+".json")
		if err := q.Do(ctx, name, append(text, '\n'), func() (bool, error) {
			a, err := readSearch(path)
			return a != nil, err
		}); err != nil {
			return nil, err
		}
		a, err := readSearch(path)
		if err != nil {
			return nil, err
		}
		return nas.NewResult(&p, &s, c.New().Name(), a.Trials), nil
	}
	return q, nil
}

// readSearch reads an answer; nil: there is none.
func readSearch(path string) (*searchAnswer, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var a searchAnswer
	if err := sealed.Unmarshal(data, &a); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w: delete it", path, err)
	}
	return &a, nil
}

func NewSearch() *cobra.Command {
	return &cobra.Command{
		Use:    SearchCommand + " FILE...",
		Short:  "Run searches of a comparison: what the jobs of compare --cluster run",
		Hidden: true,
		Args:   cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			var failed []error
			for _, file := range files {
				failed = append(failed, searchFor(cmd.Context(), file))
			}
			return errors.Join(failed...)
		},
	}
}

// searchFor runs the search that a file asks for, unless it was.
func searchFor(ctx context.Context, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var r searchRequest
	if err := jsonfile.Unmarshal(text, &r); err != nil {
		return fmt.Errorf("the request %s is damaged: %w", file, err)
	}
	path := filepath.Join(filepath.Dir(file), "..", "answers", strings.TrimSuffix(filepath.Base(file), slurm.RequestEnd)+".json")
	release, err := evaluate.Claim(ctx, file, func() bool {
		a, err := readSearch(path)
		return err == nil && a != nil
	})
	if err != nil || release == nil {
		return err
	}
	defer release()
	result, err := r.search(ctx)
	if err != nil {
		return err
	}
	data, err := json.Marshal(searchAnswer{r, result.Trials})
	if err != nil {
		return err
	}
	return atomicfile.Write(path, sealed.Seal(data))
}

// search runs the search of a request.
func (r *searchRequest) search(ctx context.Context) (*nas.Result, error) {
	f := &Options{}
	cmd := f.command()
	if err := cmd.ParseFlags(r.Flags); err != nil {
		return nil, err
	}
	contenders, err := Contenders(&f.Parameters, r.Method)
	if err != nil {
		return nil, err
	}
	problem, err := f.openProblem(ctx)
	if err != nil {
		return nil, err
	}
	c, err := study.Compare(ctx, problem, contenders, study.CompareSettings{Seeds: 1, FirstSeed: r.Seed, Trained: f.Trained, Plans: f.Plans})
	if err != nil {
		return nil, err
	}
	return c.Rows[0].Results[0], nil
}
