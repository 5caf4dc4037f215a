package compare

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"coexplore/internal/atomicfile"
	"coexplore/internal/cli"
	"coexplore/internal/jsonfile"
	"coexplore/internal/sealed"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/evaluate/slurm"
	"coexplore/nas/method"
	"coexplore/nas/run"
	"coexplore/nas/study"
)

// settings are what all searches of a comparison have in common, for the jobs of a
// cluster: the file comparison.json of its folder. They mean the same from any folder.
type settings struct {
	Version    string        `json:"version"` // of coexplore
	Problem    Problem       `json:"problem"`
	Parameters method.Values `json:"parameters"` // those that are not at their defaults
	Trained    int           `json:"trained"`
	Plans      int           `json:"plans"`
}

// A searchRequest is one search of a comparison, for a job of a cluster.
type searchRequest struct {
	Method string `json:"method"`
	Seed   uint64 `json:"seed"`
}

// A searchAnswer is what a search found.
type searchAnswer struct {
	searchRequest
	Trials []nas.Trial `json:"trials"`
}

// SearchCommand is what the jobs of compare --cluster run.
const SearchCommand = "compare-search"

// settingsFile is where a comparison's folder has the settings.
const settingsFile = "comparison.json"

// name is that of the files about a request's search with the settings of a text.
func (r *searchRequest) name(settings []byte) string {
	return evaluate.Name(r.Method+" "+string(settings), r.Seed)
}

// settings are those of the flags, as text.
func (f *Options) settings() ([]byte, error) {
	values, err := f.Parameters.Values()
	if err != nil {
		return nil, err
	}
	s := settings{cli.Version, f.Problem, values, f.Trained, f.Plans}
	for _, path := range []*string{&s.Problem.Table, &s.Problem.Devices} {
		if *path == "" {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return nil, err
		}
	}
	return json.Marshal(s)
}

// keepSettings writes the settings to the comparison's folder, where there may be the same
// ones already, and no others: answers there are to the same questions.
func keepSettings(dir string, text []byte) error {
	path := filepath.Join(dir, settingsFile)
	sealedText, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if old, _ := filepath.Glob(filepath.Join(dir, "answers", "*.json")); len(old) > 0 {
			return fmt.Errorf("%s holds searches without %s, as older versions left them: give another folder with --out", dir, settingsFile)
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		return atomicfile.Write(path, sealed.Seal(text))
	case err != nil:
		return err
	}
	there, err := sealed.Open(sealedText)
	if err != nil {
		return fmt.Errorf("%s is damaged: %w: give another folder with --out", path, err)
	}
	if !bytes.Equal(there, text) {
		return fmt.Errorf("%s is of a comparison with other settings: give another folder with --out", path)
	}
	return nil
}

// onCluster has the cluster run the searches of a comparison. What it returns ends that.
func (f *Options) onCluster(stderr io.Writer, settings *study.CompareSettings) (io.Closer, error) {
	if err := slurm.Check(); err != nil { // before anything is written
		return nil, err
	}
	common, err := f.settings()
	if err != nil {
		return nil, err
	}
	if err := keepSettings(f.Out, common); err != nil {
		return nil, err
	}
	q, err := run.OpenQueue(run.JobOptions(f.cluster.Config(), f.Out, SearchCommand), cli.SlurmNotice(stderr))
	if err != nil {
		return nil, err
	}
	settings.Searches = f.Seeds * len(f.Methods) // which wait
	settings.Explore = func(ctx context.Context, c *study.Contender, p nas.Problem, s nas.Settings) (*nas.Result, error) {
		r := searchRequest{c.Name, s.Seed}
		text, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		name := r.name(common)
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

// NewSearch is the hidden subcommand that the jobs of a comparison run.
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
	dir := filepath.Join(filepath.Dir(file), "..")
	name := strings.TrimSuffix(filepath.Base(file), slurm.RequestEnd)
	path := filepath.Join(dir, "answers", name+".json")
	release, err := evaluate.Claim(ctx, file, func() bool {
		a, err := readSearch(path)
		return err == nil && a != nil
	})
	if err != nil || release == nil {
		return err
	}
	defer release()
	common, err := readSettings(dir, name, &r)
	if err != nil {
		return err
	}
	result, err := common.search(ctx, &r)
	if err != nil {
		return err
	}
	data, err := json.Marshal(searchAnswer{r, result.Trials})
	if err != nil {
		return err
	}
	return atomicfile.Write(path, sealed.Seal(data))
}

// readSettings reads the settings with which the request of a name was made.
func readSettings(dir, name string, r *searchRequest) (*settings, error) {
	path := filepath.Join(dir, settingsFile)
	sealedText, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	text, err := sealed.Open(sealedText)
	if err != nil {
		return nil, fmt.Errorf("%s is damaged: %w: begin the comparison anew in another folder", path, err)
	}
	if r.name(text) != name {
		return nil, fmt.Errorf("%s has other settings than the request %s was made with: begin the comparison anew in another folder", path, name)
	}
	s := new(settings)
	if err := jsonfile.UnmarshalKnown(text, s); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// search runs the search of a request.
func (s *settings) search(ctx context.Context, r *searchRequest) (*nas.Result, error) {
	contenders, err := contenders(s.Parameters, r.Method)
	if err != nil {
		return nil, err
	}
	problem, err := s.Problem.open(ctx)
	if err != nil {
		return nil, err
	}
	c, err := study.Compare(ctx, problem, contenders, study.CompareSettings{Seeds: 1, FirstSeed: r.Seed, Trained: s.Trained, Plans: s.Plans})
	if err != nil {
		return nil, err
	}
	return c.Rows[0].Results[0], nil
}
