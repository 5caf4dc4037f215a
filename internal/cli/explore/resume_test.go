package explore_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"coexplore/internal/cli/clitest"
	"coexplore/nas/run"
	"coexplore/nas/train"
)

// TestResumeAgrees resumes a run with flags that say what it says itself, and with
// ones that do not.
func TestResumeAgrees(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	begin := strings.Fields("explore --table builtin --fps 2400 --seed 3 --episodes 4 --beta 0.4 --retries 5 --max-failures 0 --objectives accuracy,latency --figures=false --out " + dir)
	if status, _, errs := clitest.Run(t, begin...); status != 0 {
		t.Fatalf("status %d, %s", status, errs)
	}
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"--seed 3 --table builtin --space tiny --stride fixed --fps 2400.0 --beta .4 --method coexplore --objectives accuracy,latency --out " + dir + "/", 0, ""},
		{"--episodes 6 --workers 2 --threads 1", 0, ""},
		{"--fpga xc7z015:3 --data shapes --retries 5 --max-failures 0", 0, ""},
		{"--retries 2", 2, "--retries 2 differs from the run's own, 5"},
		{"--seed 4", 2, "--seed 4 differs from the run's own, 3, which cannot be changed when it is resumed: leave it out"},
		{"--stride predicted", 2, "--stride predicted differs from the run's own, fixed"},
		{"--beta 0.5", 2, "--beta 0.5 differs from the run's own, 0.4"},
		{"--method random", 2, "--method random differs from the run's own, coexplore"},
		{"--population 20", 2, "--population is no parameter of the run's method, coexplore"},
		{"--objectives accuracy,efficiency", 2, "--objectives [accuracy,efficiency] differs from the run's own, [accuracy,latency]"},
		{"--fpga XC7Z015:2", 2, "--fpga XC7Z015:2 differs from the run's own, XC7Z015:3"},
		{"--episodes 2", 2, "--episodes 2 is fewer than the 6 of the run"},
	} {
		status, _, errs := clitest.Run(t, append([]string{"explore", "--resume", dir, "--figures=false"}, strings.Fields(c.args)...)...)
		if status != c.status || !strings.Contains(errs, c.want) {
			t.Errorf("%s: status %d, want %d with %q\n%s", c.args, status, c.status, c.want, errs)
		}
		if _, err := os.Stat(filepath.Join(dir, "lock")); err == nil {
			t.Errorf("%s leaves the run locked", c.args)
		}
	}
	// A run that another has open is refused, and stays as it is.
	d, err := run.OpenToResume(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.End(nil)
	if status, _, errs := clitest.Run(t, "explore", "--resume", dir, "--episodes", "9"); status != 1 || !strings.Contains(errs, "is in use by process") {
		t.Errorf("status %d, %s", status, errs)
	}
}

// TestExploreResumes stops a search on the built-in table, resumes it and compares
// it with one that was not stopped.
func TestExploreResumes(t *testing.T) {
	base := t.TempDir()
	whole, parts := filepath.Join(base, "whole"), filepath.Join(base, "parts")
	flags := []string{"explore", "--table", "builtin", "--figures=false", "--method"}
	for _, method := range []string{"coexplore", "evolution", "hwaware", "surrogate", "sequential"} {
		if status, _, stderr := clitest.Run(t, append(flags, method, "--episodes", "30", "--out", whole+method)...); status != 0 {
			t.Fatalf("status %d: %s", status, stderr)
		}
		if status, _, stderr := clitest.Run(t, append(flags, method, "--episodes", "11", "--out", parts+method)...); status != 0 {
			t.Fatalf("status %d: %s", status, stderr)
		}
		status, stdout, stderr := clitest.Run(t, "explore", "--resume", parts+method, "--episodes", "30")
		if status != 0 {
			t.Fatalf("status %d: %s", status, stderr)
		}
		proposed := "30 networks proposed"
		if method == "sequential" {
			proposed = "31 networks proposed" // one is its closing step
		}
		if !strings.Contains(stdout, "OptHW") || !strings.Contains(stdout, proposed) {
			t.Errorf("report:\n%s", stdout)
		}
		if strings.Contains(stdout, "of 30 accuracies lay within the interval that should hold 80 % of them") != (method == "surrogate") {
			t.Errorf("%s, report:\n%s", method, stdout)
		}
		if !reflect.DeepEqual(clitest.TrialsOf(t, parts+method), clitest.TrialsOf(t, whole+method)) {
			t.Errorf("%s: the resumed run differs from the whole one", method)
		}
	}
}

// TestExploreOldRun checks that a run which does not say which parameters its method
// had is refused, rather than resumed with others.
func TestExploreOldRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	clitest.MakeRun(t, dir, "random", clitest.SomeTrials...)
	status, _, stderr := clitest.Run(t, "explore", "--resume", dir)
	if status != 1 || !strings.Contains(stderr, "older version") {
		t.Errorf("status %d: %s", status, stderr)
	}
}

// TestExploreInterrupted checks that a search that is stopped keeps what it has and
// says how to go on.
func TestExploreInterrupted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	ctx, cancel := context.WithCancel(context.Background())
	go func() { // stop once the first trial is logged
		for ctx.Err() == nil {
			if info, err := os.Stat(filepath.Join(dir, "trials.jsonl")); err == nil && info.Size() > 0 {
				cancel()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	args := append([]string{"explore", "--episodes", "5000", "--out", dir, "--figures=false"}, small...)
	status, _, stderr := clitest.RunUntil(ctx, args...)
	if status != 1 || !strings.Contains(stderr, "go on with: coexplore explore --resume "+dir) {
		t.Fatalf("status %d: %s", status, stderr)
	}
	if len(clitest.TrialsOf(t, dir)) == 0 {
		t.Error("no trial was kept")
	}
}

// TestResumeMoved moves the images of a run, resumes it from another folder, and changes
// an image: moved images are found where --data says, changed ones are refused.
func TestResumeMoved(t *testing.T) {
	base := t.TempDir()
	t.Chdir(base)
	pictures(t, "here")
	begin := "explore --space tiny --data here --fps 100 --episodes 2 --epochs 1 --batch 4 --figures=false --out run"
	if status, _, errs := clitest.Run(t, strings.Fields(begin)...); status != 0 {
		t.Fatalf("status %d, %s", status, errs)
	}
	resume := func(flags string, status int, want string) {
		t.Helper()
		got, _, errs := clitest.Run(t, append([]string{"explore", "--figures=false", "--resume"}, strings.Fields(flags)...)...)
		if got != status || !strings.Contains(errs, want) {
			t.Errorf("%s: status %d, want %d with %q\n%s", flags, got, status, want, errs)
		}
	}
	if err := os.Mkdir("elsewhere", 0o755); err != nil {
		t.Fatal(err)
	}
	t.Chdir("elsewhere")
	resume("../run --episodes 3", 0, "")
	if err := os.Rename("../here", "../there"); err != nil {
		t.Fatal(err)
	}
	resume("../run --episodes 4", 1, filepath.Join(base, "here"))
	resume("../run --episodes 4 --data ../there", 0, "")
	resume("../run --episodes 4", 0, "")
	resume("../run --episodes 5 --data shapes", 1, "the images of shapes changed since the run began, or are of another place")
	resume("../run --episodes 5 --kernels mmx", 2, `no kernels "mmx" here`)
	resume("../run --episodes 5 --kernels go", 0, "goes on with go")
	picture(t, filepath.Join("..", "there", "test", "dark", "0.png"), 99)
	resume("../run --episodes 6", 1, "changed since the run began")
	c, err := run.ReadConfig("../run")
	if err != nil || c.Data != filepath.Join(base, "there") || c.Kernels != "go" {
		t.Errorf("the run says: images %s, kernels %s, %v", c.Data, c.Kernels, err)
	}
}

// pictures writes a folder of images: two classes, eight to train on and two to test.
func pictures(t *testing.T, dir string) {
	t.Helper()
	for class, shade := range map[string]uint8{"dark": 40, "light": 200} {
		for n := range 8 {
			picture(t, filepath.Join(dir, "train", class, fmt.Sprint(n, ".png")), shade+uint8(n))
		}
		for n := range 2 {
			picture(t, filepath.Join(dir, "test", class, fmt.Sprint(n, ".png")), shade-uint8(n))
		}
	}
}

// picture writes an image of one shade.
func picture(t *testing.T, path string, shade uint8) {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 16, 16))
	for i := range m.Pix {
		m.Pix[i] = shade
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestResumeElsewhere resumes a run that trained with kernels that this machine lacks.
func TestResumeElsewhere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	begin := append([]string{"explore", "--episodes", "1", "--figures=false", "--out", dir}, small...)
	if status, _, errs := clitest.Run(t, begin...); status != 0 {
		t.Fatalf("status %d, %s", status, errs)
	}
	d, err := run.OpenToResume(dir)
	if err != nil {
		t.Fatal(err)
	}
	if d.Config.Kernels != train.Kernels()[0] {
		t.Errorf("the run says that it trained with the kernels %q", d.Config.Kernels)
	}
	d.Config.Kernels = "sve"
	if _, _, err := d.Resume(); err != nil {
		t.Fatal(err)
	}
	d.End(nil)
	status, _, errs := clitest.Run(t, "explore", "--figures=false", "--resume", dir)
	if status != 1 || !strings.Contains(errs, `no kernels "sve" here`) || !strings.Contains(errs, "--kernels "+train.Kernels()[0]+" goes on anyway") {
		t.Errorf("status %d: %s", status, errs)
	}
	if status, _, errs = clitest.Run(t, "explore", "--figures=false", "--kernels", "go", "--resume", dir); status != 0 {
		t.Errorf("status %d: %s", status, errs)
	}
}

// TestRepairCommand damages a line of a run's log: reading it says what to do, and that
// does it.
func TestRepairCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	clitest.MakeRun(t, dir, "random", clitest.SomeTrials...)
	if status, out, errs := clitest.Run(t, "repair", dir); status != 0 || !strings.Contains(out, "is whole: 3 trials") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	path := filepath.Join(dir, "trials.jsonl")
	log, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(log), "0.8", "0.9", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if status, _, errs := clitest.Run(t, "figures", dir); status != 1 || !strings.Contains(errs, "`coexplore repair "+dir+"` keeps the lines before it") {
		t.Errorf("status %d: %s", status, errs)
	}
	if status, out, errs := clitest.Run(t, "repair", dir); status != 0 || !strings.Contains(out, "Trials kept: 1. Lines put into "+filepath.Join(dir, "trials.damaged")+": 2.") {
		t.Errorf("status %d: %s%s", status, out, errs)
	}
	if status, _, errs := clitest.Run(t, "repair", filepath.Join(dir, "none")); status != 1 || !strings.Contains(errs, "is not a run directory") {
		t.Errorf("status %d: %s", status, errs)
	}
}
