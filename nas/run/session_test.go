package run_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"coexplore/nas"
	"coexplore/nas/run"
)

// evolution is the search of testdata/format2, which was stopped after 20 of its episodes.
func evolution() run.Config {
	c := run.Default()
	c.Method, c.Parameters, c.Episodes, c.Seed = "evolution", map[string]float64{"population": 8}, 40, 7
	c.Table, c.Target.LinkGbps = run.BuiltinTable, 40
	return c
}

// TestResumeFormat2 goes on with a run directory of format 2, which coexplore 0.1.0 wrote:
// it ends as a run that was never stopped.
func TestResumeFormat2(t *testing.T) {
	whole, err := run.Open(evolution(), run.Resources{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := whole.Explore(context.Background(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	if err := os.CopyFS(dir, os.DirFS("testdata/format2")); err != nil {
		t.Fatal(err)
	}
	s, err := run.Resume(dir, run.Resources{}, func(c *run.Config) error { c.Episodes = 40; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if s.Config.Target != whole.Config.Target {
		t.Errorf("the target is read as %+v, was %+v", s.Config.Target, whole.Config.Target)
	}
	got, err := s.Explore(context.Background(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Trials) != 40 || !reflect.DeepEqual(timeless(got.Trials), timeless(want.Trials)) {
		t.Error("the resumed run ends otherwise")
	}
	read, err := run.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if read.Config.Format != 3 || !reflect.DeepEqual(timeless(read.Trials()), timeless(want.Trials)) {
		t.Errorf("what it left, of format %d, is otherwise", read.Config.Format)
	}
}

// TestFormat2Cluster reads what a run of format 2 asked of a cluster.
func TestFormat2Cluster(t *testing.T) {
	dir := t.TempDir()
	text := `{"version": "0.1.0", "format": 2, "bits": 16, "clock": 150, "cluster": {"scheduler": "slurm", "partition": "gpu", "cpus": 2, "options": ["--qos=long"], "per_task": 3}}`
	if err := os.WriteFile(filepath.Join(dir, "run.json"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := run.ReadConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	o := c.Slurm
	if o == nil || o.Partition != "gpu" || o.CPUs != 2 || o.PerTask != 3 || len(o.Extra) != 1 || o.Extra[0] != "--qos=long" || c.Target.Bits != 16 || c.Target.ClockMHz != 150 {
		t.Errorf("read as %+v with %+v", c, o)
	}
}

// TestFieldErrors changes a field to what it cannot be, and is told of it.
func TestFieldErrors(t *testing.T) {
	for _, test := range []struct {
		field  string
		change func(*run.Config)
	}{
		{"FPS", func(c *run.Config) { c.FPS = -1 }},
		{"Space", func(c *run.Config) { c.Space = "mars" }},
		{"Pool", func(c *run.Config) { c.Pool = "XC9:2" }},
		{"Target", func(c *run.Config) { c.Target.Bits = 12 }},
		{"Method", func(c *run.Config) { c.Method = "guess" }},
		{"Parameters", func(c *run.Config) { c.Parameters = map[string]float64{"population": 1} }},
		{"Images.Train", func(c *run.Config) { c.Images.Train = -1 }},
		{"Table", func(c *run.Config) { c.Evaluator = "x" }},
		{"InFlight", func(c *run.Config) { c.InFlight = -1 }},
	} {
		c := evolution()
		test.change(&c)
		var field *run.FieldError
		if _, err := run.Open(c, run.Resources{}); !errors.As(err, &field) || field.Field != test.field || !strings.HasPrefix(err.Error(), "run: "+test.field) {
			t.Errorf("%s: error %v", test.field, err)
		}
	}
}

// Example opens a search that stops after 30 networks, and goes on with it.
func Example() {
	tmp, err := os.MkdirTemp("", "run")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(tmp)
	c := run.Default()
	c.Table, c.Episodes = run.BuiltinTable, 30
	s, err := run.Open(c, run.Resources{})
	if err != nil {
		fmt.Println(err)
		return
	}
	dir := filepath.Join(tmp, "first")
	if err := s.Create(dir); err != nil {
		fmt.Println(err)
		return
	}
	if _, err := s.Explore(context.Background(), nil, nil); err != nil {
		fmt.Println(err)
		return
	}
	more := func(c *run.Config) error { c.Episodes = 60; return nil }
	if s, err = run.Resume(dir, run.Resources{}, more); err != nil {
		fmt.Println(err)
		return
	}
	result, err := s.Explore(context.Background(), nas.NopRecorder{}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s)
	fmt.Println(result.Episodes, "networks proposed")
	// Output:
	// coexplore: space tiny (1728 networks) on XC7Z015:3 for 2400 frames/s, 32-bit at 100 MHz; accuracies from the table builtin; seed 1
	// 60 networks proposed
}

// TestValidationOfTheSet: a set that has validation images is not divided again; networks
// are chosen by its own.
func TestValidationOfTheSet(t *testing.T) {
	dir := t.TempDir()
	for part, n := range map[string]int{"train": 6, "val": 4, "test": 2} {
		for class := range 2 {
			folder := filepath.Join(dir, part, fmt.Sprint(class))
			if err := os.MkdirAll(folder, 0o755); err != nil {
				t.Fatal(err)
			}
			for i := range n {
				m := image.NewGray(image.Rect(0, 0, 12, 12))
				for p := range m.Pix {
					m.Pix[p] = uint8(100*class + 7*i + p + len(part))
				}
				var b bytes.Buffer
				if err := png.Encode(&b, m); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(folder, fmt.Sprint(i)+".png"), b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	c := run.Default()
	c.Data, c.FPS, c.Episodes, c.Epochs, c.TrainBatch, c.Method = dir, 1, 1, 1, 4, "random"
	s, err := run.Open(c, run.Resources{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(s.Source, "12 training, 8 validation and 4 test images") {
		t.Errorf("it says %q", s.Source)
	}
}
