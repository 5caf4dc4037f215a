package run_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/method"
	"coexplore/nas/pipelines"
	"coexplore/nas/run"
	"coexplore/nas/space"
)

// lookup is an accuracy that depends on the network alone.
var lookup = nas.EvaluatorFunc(func(_ context.Context, network string, _ uint64) (nas.Evaluation, error) {
	return nas.Evaluation{Accuracy: float64(len(network)%11) / 11, Seconds: 2}, nil
})

func config() run.Config {
	return run.Config{
		Version: "test", Problem: run.Problem{Space: "tiny", Pool: "XC7Z015:3", FPS: 600},
		Search: run.Search{Method: "coexplore", Parameters: map[string]float64{"beta": 0.5}, Episodes: 14, Seed: 5},
	}
}

// explore runs the search of a config with more recorders.
func explore(ctx context.Context, t *testing.T, c run.Config, state *nas.State, recorders ...nas.Recorder) (*nas.Result, error) {
	t.Helper()
	pool, err := hw.ParsePool(c.Pool)
	if err != nil {
		t.Fatal(err)
	}
	h, err := pipelines.New(space.Tiny(), pool, hw.DefaultTarget())
	if err != nil {
		t.Fatal(err)
	}
	return nas.Explore(ctx, nas.Problem{Space: space.Tiny(), Hardware: h, Spec: c.FPS, Evaluator: lookup},
		nas.Settings{Seed: c.Seed, Episodes: c.Episodes, Resume: state, Recorder: nas.Recorders(recorders...)},
		&method.CoExploration{Beta: c.Parameters["beta"], FastSteps: 10, Batch: 2})
}

func timeless(trials []nas.Trial) []nas.Trial {
	out := append([]nas.Trial(nil), trials...)
	for i := range out {
		out[i].FastSeconds, out[i].TrainSeconds = 0, 0
	}
	return out
}

// canceller stops a search at a trial.
type canceller struct {
	nas.NopRecorder
	at     int
	cancel func()
}

func (c *canceller) Trial(t nas.Trial) error {
	if t.Index == c.at {
		c.cancel()
	}
	return nil
}

func (c *canceller) Checkpoint(*nas.State) error { return nil }

// TestResumeFromAnyPoint stops a run at each of its trials, in the middle of a
// step or at its end, and checks that the resumed run ends as one that was never
// stopped.
func TestResumeFromAnyPoint(t *testing.T) {
	c := config()
	whole := filepath.Join(t.TempDir(), "whole")
	d, err := run.Create(whole, c)
	if err != nil {
		t.Fatal(err)
	}
	want, err := explore(context.Background(), t, c, nil, d)
	if err != nil {
		t.Fatal(err)
	}
	read, err := run.Read(whole)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(read.Trials(), want.Trials) {
		t.Fatal("the log read back differs from the trials")
	}
	if got := read.Result(); !reflect.DeepEqual(got, want) {
		t.Errorf("the result read back is\n%+v, want\n%+v", got, want)
	}
	for at := range c.Episodes {
		dir := filepath.Join(t.TempDir(), fmt.Sprint(at))
		d, err := run.Create(dir, c)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		if _, err := explore(ctx, t, c, nil, d, &canceller{at: at, cancel: cancel}); err == nil && at < c.Episodes-2 {
			t.Fatalf("stopped at %d: no error", at)
		}
		cancel()
		// A crash may leave half a line.
		appendTo(t, filepath.Join(dir, "trials.jsonl"), `{"index":99,"epi`)
		d, err = run.OpenToResume(dir)
		if err != nil {
			t.Fatal(err)
		}
		state, _, err := d.Resume()
		if err != nil {
			t.Fatal(err)
		}
		got, err := explore(context.Background(), t, d.Config, state, d)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(timeless(got.Trials), timeless(want.Trials)) {
			t.Fatalf("stopped at %d: the resumed run differs", at)
		}
		again, err := run.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(timeless(again.Trials()), timeless(want.Trials)) {
			t.Fatalf("stopped at %d: the resumed run's log differs", at)
		}
	}
}

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestDamage checks that a damaged run directory is refused with a message that
// says where the damage is.
func TestDamage(t *testing.T) {
	c := config()
	c.Episodes = 6
	for _, test := range []struct {
		name   string
		damage func(dir string) error
		want   string
	}{
		{"no run.json", func(dir string) error { return os.Remove(filepath.Join(dir, "run.json")) }, "not a run directory"},
		{"broken run.json", func(dir string) error { return os.WriteFile(filepath.Join(dir, "run.json"), []byte("{"), 0o644) }, "run.json is damaged"},
		{"no log", func(dir string) error { return os.Remove(filepath.Join(dir, "trials.jsonl")) }, "trials.jsonl"},
		{"a broken line", func(dir string) error { return edit(dir, "trials.jsonl", `"index":1`, `"index":x`) }, "line 2 is damaged"},
		{"a missing line", func(dir string) error { return cutFirstLine(filepath.Join(dir, "trials.jsonl")) }, "lines are missing"},
		{"a broken checkpoint", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "checkpoint"), []byte("nonsense"), 0o644)
		}, "checkpoint is damaged"},
		{"a short log", func(dir string) error { return os.Truncate(filepath.Join(dir, "trials.jsonl"), 10) }, "0 whole lines"},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		d, err := run.Create(dir, c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := explore(context.Background(), t, c, nil, d); err != nil {
			t.Fatal(err)
		}
		if err := test.damage(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := run.Read(dir); err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one line that says %q", test.name, err, test.want)
		}
	}
}

func cutFirstLine(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(string(data), "\n")
	return os.WriteFile(path, []byte(rest), 0o644)
}

func edit(dir, name, from, to string) error {
	path := filepath.Join(dir, name)
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.Replace(string(data), from, to, 1)), 0o644)
}

func TestCreateRefusesUsedFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	d, err := run.Create(dir, config())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run.Create(dir, config()); err == nil || !strings.Contains(err.Error(), "is in use by process") {
		t.Errorf("error %v", err)
	}
	d.End(nil)
	if _, err := run.Create(dir, config()); err == nil || !strings.Contains(err.Error(), "already holds a run") {
		t.Errorf("error %v", err)
	}
}

// TestDamagedCheckpointState checks that a checkpoint whose parts are wrong is
// refused when the search is resumed.
func TestDamagedCheckpointState(t *testing.T) {
	c := config()
	c.Episodes = 4
	dir := filepath.Join(t.TempDir(), "run")
	d, err := run.Create(dir, c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := explore(context.Background(), t, c, nil, d); err != nil {
		t.Fatal(err)
	}
	d, err = run.OpenToResume(dir)
	if err != nil {
		t.Fatal(err)
	}
	state, _, err := d.Resume()
	if err != nil {
		t.Fatal(err)
	}
	defer d.End(nil)
	broken := *state
	broken.Data = broken.Data[:len(broken.Data)/2]
	if _, err := explore(context.Background(), t, c, &broken); err == nil {
		t.Error("half a controller: no error")
	}
	broken = *state
	broken.Rand = []byte("x")
	if _, err := explore(context.Background(), t, c, &broken); err == nil {
		t.Error("a broken random source: no error")
	}
}

// ExampleCreate runs a search with a run directory, as the command does, and reads it
// back.
func ExampleCreate() {
	tmp, err := os.MkdirTemp("", "run")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(tmp)
	pool, err := hw.ParsePool("XC7Z015:3")
	if err != nil {
		fmt.Println(err)
		return
	}
	path := filepath.Join(tmp, "first")
	dir, err := run.Create(path, run.Config{Problem: run.Problem{Space: "tiny", FPS: 600}, Search: run.Search{Method: "random", Episodes: 5, Seed: 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	h, err := pipelines.New(space.Tiny(), pool, hw.DefaultTarget())
	if err != nil {
		fmt.Println(err)
		return
	}
	problem := nas.Problem{Space: space.Tiny(), Hardware: h, Spec: 600, Evaluator: lookup}
	settings := nas.Settings{Seed: 1, Episodes: 5, Recorder: dir}
	if _, err := nas.Explore(context.Background(), problem, settings, &method.Random{}); err != nil {
		fmt.Println(err)
		return
	}
	again, err := run.Read(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(again.Trials()), "trials of method", again.Result().Method)
	// Output: 5 trials of method random
}
