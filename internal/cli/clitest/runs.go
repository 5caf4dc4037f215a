package clitest

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/hw/blast"
	"coexplore/hw/sim"
	"coexplore/internal/cli"
	"coexplore/nas"
	"coexplore/nas/run"
)

// TrialsOf reads a run's log without the times.
func TrialsOf(t *testing.T, dir string) []map[string]any {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "trials.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var trials []map[string]any
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var m map[string]any
		if err := json.Unmarshal(lines.Bytes(), &m); err != nil {
			t.Fatal(err)
		}
		delete(m, "fast_seconds")
		delete(m, "train_seconds")
		delete(m, "crc32c") // of the times, too
		trials = append(trials, m)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return trials
}

// MakeRun makes a run directory with these trials.
func MakeRun(t *testing.T, dir, method string, trials ...nas.Trial) {
	t.Helper()
	d, err := run.Create(dir, run.Config{
		Version:  cli.Version,
		Problem:  run.Problem{Space: "tiny", Strides: []int{1}, Input: hw.Shape{C: 3, H: 32, W: 32}, Classes: 10, Pool: "XC7Z015:3", FPS: 600},
		Search:   run.Search{Method: method, Episodes: 10, Seed: 1},
		Training: run.Training{Data: "shapes"},
		Target:   hw.DefaultTarget(),
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, trial := range trials {
		trial.Index, trial.Episode = i, i
		if err := d.Trial(trial); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.End(nil); err != nil {
		t.Fatal(err)
	}
}

var SomeTrials = []nas.Trial{
	{Status: nas.Pruned, Reward: -1, Design: nas.Design{Network: "5x36,5x36,5x36", Efficiency: 1.5, Throughput: 200}},
	{Status: nas.Trained, Reward: 0.85, Design: nas.Design{Network: "5x16,5x8,1x16", Accuracy: 0.8, Efficiency: 0.9, Throughput: 620}},
	{Status: nas.Trained, Reward: 0.75, Design: nas.Design{Network: "5x24,5x8,3x24", Accuracy: 0.9, Efficiency: 0.6, Throughput: 651}},
}

// Figures runs `coexplore figures` and returns the files named on standard
// output, relative to base.
func Figures(t *testing.T, base string, args ...string) (code int, files, stderr string) {
	t.Helper()
	code, stdout, stderr := Run(t, append([]string{"figures"}, args...)...)
	var list []string
	for _, path := range strings.Fields(stdout) {
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", path, err)
		}
		rel, err := filepath.Rel(base, path)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, filepath.ToSlash(rel))
	}
	return code, strings.Join(list, " "), stderr
}

// PipelineJSON is what the tests read of pipeline's JSON.
type PipelineJSON struct {
	Feasible bool
	FPS      float64 `json:"throughput_fps"`
	Price    float64
	Reason   string
	Stages   []struct {
		FPGA  string
		First int
		Last  int
		Bits  int
		Share *hw.Shard
	}
	Remedies []blast.Remedy
	Trace    *struct {
		Objective    string
		Groups, Sets []map[string]any
		Cuts         []struct {
			Before int
			Chosen bool
			Why    string
		}
		Why string
	}
	Published *struct {
		ThroughputFPS float64 `json:"throughput_fps"`
		Differences   string
	}
	Simulation *struct {
		Frames int
		FPS    float64 `json:"throughput_fps"`
		Trace  []sim.Span
	}
}

// WideSpace is a space in a file.
const WideSpace = "../../../nas/space/testdata/wide.toml"
