package root_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"coexplore/internal/cli"
	"coexplore/internal/cli/clitest"
	"coexplore/internal/cli/root"
	"coexplore/nas/train"
)

// TestOutputsAreTried has every command write to a place that takes nothing. It is
// noticed before anything else, and long before a training of many epochs ends.
func TestOutputsAreTried(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	arguments := map[string]string{
		"train": "--network 3x64 --epochs 1000000", "explore": "--episodes 1000000", "evaluate": "no.weights",
		"data get": "mnist", "data sheet": "shapes", "figures": "no-run", "notebooks slides": "no.ipynb", "notebooks student": "no.ipynb",
		"notebooks grade": "handed-in --master no.ipynb",
	}
	var walk func(c *cobra.Command, name string)
	walk = func(c *cobra.Command, name string) {
		c.LocalFlags().VisitAll(func(flag *pflag.Flag) {
			switch flag.Name {
			case "out", "save", "onnx", "figures", "gantt", "lp", "tiles", "buffers", "csv":
			default:
				return
			}
			if flag.Value.Type() != "string" {
				return
			}
			if !cli.IsPlace(flag) {
				t.Errorf("%s --%s is not tried", name, flag.Name)
				return
			}
			args := append(strings.Fields(name+" "+arguments[name]), "--"+flag.Name, filepath.Join(file, "x"))
			status, out, errs := clitest.Run(t, args...)
			if status != 1 || out != "" || !strings.Contains(errs, "cannot write") || !strings.Contains(errs, file) || strings.Count(errs, "\n") != 1 {
				t.Errorf("%s: status %d, stdout %q, stderr %q", strings.Join(args, " "), status, out, errs)
			}
		})
		for _, sub := range c.Commands() {
			walk(sub, strings.TrimSpace(name+" "+sub.Name()))
		}
	}
	walk(root.New(), "")
}

// doAfter does something when a text has been written to it.
type doAfter struct {
	bytes.Buffer
	text string
	do   func()
}

func (d *doAfter) Write(p []byte) (int, error) {
	n, err := d.Buffer.Write(p)
	if strings.Contains(d.String(), d.text) {
		d.do()
	}
	return n, err
}

// TestTrainStopped stops a training: what it has reached is measured, printed and
// saved.
func TestTrainStopped(t *testing.T) {
	weights := filepath.Join(t.TempDir(), "net.weights")
	var o train.Outcome
	// A machine that is busy may take a while until the first update.
	for wait := 300 * time.Millisecond; !o.Stopped && wait < time.Minute; wait *= 3 {
		ctx, cancel := context.WithTimeout(context.Background(), wait)
		status, stdout, stderr := clitest.RunUntil(ctx, "train", "--network", "3x8", "--train-images", "640", "--test-images", "100",
			"--epochs", "1000000", "--head", "gap", "--save", weights, "--json")
		cancel()
		if status != 1 {
			t.Fatalf("status %d\n%s", status, stderr)
		}
		if stdout == "" {
			continue
		}
		if !strings.Contains(stderr, "updates; accuracy and weights are those reached so far") {
			t.Errorf("stderr %q", stderr)
		}
		if err := json.Unmarshal([]byte(stdout), &o); err != nil {
			t.Fatalf("%v in %s", err, stdout)
		}
	}
	if !o.Stopped || !strings.Contains(o.Reason, "of 10000000 updates") {
		t.Errorf("%+v", o)
	}
	status, printed, errs := clitest.Run(t, "evaluate", weights, "--test-images", "100", "--json")
	if status != 0 {
		t.Fatalf("evaluate: status %d: %s", status, errs)
	}
	var measured struct{ Accuracy float64 }
	if err := json.Unmarshal([]byte(printed), &measured); err != nil || measured.Accuracy != o.Accuracy {
		t.Errorf("the saved weights have accuracy %g, train printed %g (%v)", measured.Accuracy, o.Accuracy, err)
	}

	// Stopped before it began, there is nothing to save.
	over, done := context.WithCancel(context.Background())
	done()
	other := filepath.Join(t.TempDir(), "other.weights")
	if status, stdout, stderr := clitest.RunUntil(over, "train", "--network", "3x8", "--train-images", "64", "--test-images", "10", "--save", other); status != 1 || stdout != "" {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	if _, err := os.Stat(other); err == nil {
		t.Error("weights that were never trained are saved")
	}
}

// TestTrainPrintsBeforeItWrites has a file that cannot be written at the end: what
// was found is printed all the same.
func TestTrainPrintsBeforeItWrites(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "d")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	// The folder goes away while the network is trained.
	stderr := &doAfter{text: "test images", do: func() { os.RemoveAll(dir) }}
	var stdout bytes.Buffer
	status := root.Run(context.Background(), []string{"train", "--network", "3x8", "--train-images", "640", "--test-images", "100", "--epochs", "1", "--head", "gap",
		"--save", filepath.Join(dir, "net.weights")}, &stdout, stderr)
	if status != 1 || !strings.Contains(stdout.String(), "accuracy ") || !strings.Contains(stderr.String(), "cannot write") {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout.String(), stderr.String())
	}
}
