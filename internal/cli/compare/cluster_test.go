package compare

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"coexplore/internal/sealed"
	"coexplore/nas/evaluate/slurm"
	"coexplore/nas/study"
)

// commonly are the settings of compare with flags.
func commonly(t *testing.T, flags ...string) []byte {
	t.Helper()
	f := new(Options)
	if err := f.command().ParseFlags(flags); err != nil {
		t.Fatal(err)
	}
	text, err := f.settings()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestSearchFor runs a search as a job does, in another folder than the comparison was
// begun in, and compares it with the same search without a request.
func TestSearchFor(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	flags := []string{"--trained", "6", "--plans", "40", "--screen", "9", "--fps", "2200", "--objectives", "accuracy,latency"}
	text := commonly(t, flags...)
	if err := keepSettings(filepath.Join(dir, "out"), text); err != nil {
		t.Fatal(err)
	}
	r := searchRequest{"screened-random", 5}
	request, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"jobs", "answers"} {
		if err := os.MkdirAll(filepath.Join("out", folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "out", "jobs", r.name(text)+slurm.RequestEnd)
	if err := os.WriteFile(file, request, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := searchFor(context.Background(), file); err != nil {
		t.Fatal(err)
	}
	a, err := readSearch(filepath.Join(dir, "out", "answers", r.name(text)+".json"))
	if err != nil || a == nil || a.searchRequest != r {
		t.Fatalf("%+v, %v", a, err)
	}

	f := new(Options)
	if err := f.command().ParseFlags(flags); err != nil {
		t.Fatal(err)
	}
	rivals, err := Contenders(&f.Parameters, r.Method)
	if err != nil {
		t.Fatal(err)
	}
	problem, err := f.open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	c, err := study.Compare(context.Background(), problem, rivals, study.CompareSettings{Seeds: 1, FirstSeed: r.Seed, Trained: 6, Plans: 40})
	if err != nil {
		t.Fatal(err)
	}
	want := c.Rows[0].Results[0].Trials
	if len(want) != len(a.Trials) {
		t.Fatalf("%d trials, want %d", len(a.Trials), len(want))
	}
	for i := range want {
		got := a.Trials[i]
		want[i].FastSeconds, want[i].TrainSeconds = got.FastSeconds, got.TrainSeconds
		if !reflect.DeepEqual(got, want[i]) {
			t.Errorf("trial %d: %+v, want %+v", i, got, want[i])
		}
	}

	other := commonly(t, "--trained", "7")
	if err := os.WriteFile(filepath.Join(dir, "out", settingsFile), sealed.Seal(other), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := readSettings(filepath.Join(dir, "out"), r.name(text), &r); err == nil || !strings.Contains(err.Error(), "other settings") {
		t.Errorf("a request made with other settings: %v", err)
	}
}

// TestKeepSettings tries to begin comparisons in folders of others.
func TestKeepSettings(t *testing.T) {
	t.Chdir(t.TempDir())
	text := commonly(t, "--table", "own.csv", "--beta", "0.25")
	var s settings
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	if abs, _ := filepath.Abs("own.csv"); s.Problem.Table != abs || s.Problem.Devices != "" || len(s.Parameters) != 1 || s.Parameters["beta"] != 0.25 {
		t.Errorf("settings %+v", s)
	}
	path := filepath.Join("out", settingsFile)
	for range 2 {
		if err := keepSettings("out", text); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(what, says string, text []byte) {
		t.Helper()
		if err := keepSettings("out", text); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want a line that says %q", what, err, says)
		}
	}
	refused("more networks", "other settings", commonly(t, "--table", "own.csv", "--beta", "0.25", "--trained", "61"))
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(whole, []byte("0.25"), []byte("0.26"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	refused("a changed file", "damaged", text)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join("out", "answers"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("out", "answers", "random-00.json"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	refused("a folder of an older version", "older versions", text)
}
