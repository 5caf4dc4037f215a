package explore_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
)

// small are flags that train a handful of small networks in a second or two.
var small = []string{"--train-images", "192", "--test-images", "64", "--epochs", "1", "--fps", "500", "--format", "svg"}

// TestExploreTrains runs a short search on generated pictures twice, with other
// numbers of threads, and checks the result against the log.
func TestExploreTrains(t *testing.T) {
	base := t.TempDir()
	var logs [][]map[string]any
	var fronts []any
	for i, threads := range []string{"1", "2"} {
		dir := filepath.Join(base, threads)
		args := append([]string{"explore", "--episodes", "6", "--seed", "3", "--json", "--threads", threads, "--out", dir}, small...)
		status, stdout, stderr := clitest.Run(t, args...)
		if status != 0 {
			t.Fatalf("status %d: %s", status, stderr)
		}
		var r struct {
			Method                          string
			Seed, Episodes, Trained, Pruned int
			Reused                          int
			FastSeconds, TrainSeconds       *float64
			OptHW, OptSW                    *struct{ Network string }
			Front                           []struct {
				Accuracy, Efficiency float64
				TestAccuracy         *float64 `json:"test_accuracy"`
			}
			Hypervolume float64
		}
		d := json.NewDecoder(strings.NewReader(stdout))
		if err := d.Decode(&r); err != nil {
			t.Fatalf("standard output: %v", err)
		}
		if _, err := d.Token(); err != io.EOF {
			t.Error("standard output holds more than one JSON value")
		}
		logs = append(logs, clitest.TrialsOf(t, dir))
		if r.Method != "coexplore" || r.Seed != 3 || r.Episodes != 6 || r.Trained+r.Pruned+r.Reused != 6 || len(logs[i]) != 6 {
			t.Errorf("result %+v for %d trials", r, len(logs[i]))
		}
		if r.Trained == 0 || r.OptSW == nil || r.OptHW == nil || len(r.Front) == 0 || !(r.Hypervolume > 0) {
			t.Errorf("nothing was trained: %+v", r)
		}
		for _, d := range r.Front {
			if d.TestAccuracy == nil {
				t.Errorf("%+v was not measured on test images", d)
			}
		}
		fronts = append(fronts, r.Front)
		figures, err := filepath.Glob(filepath.Join(dir, "figures", "*.svg"))
		if err != nil || len(figures) < 2 {
			t.Errorf("figures %v, %v", figures, err)
		}
	}
	if !reflect.DeepEqual(logs[0], logs[1]) || !reflect.DeepEqual(fronts[0], fronts[1]) {
		t.Error("the same seed gave other trials on another number of threads")
	}
}

// TestExploreRefuses runs a search that some networks are too expensive for, in two
// parts and whole.
func TestExploreRefuses(t *testing.T) {
	base := t.TempDir()
	whole, parts := filepath.Join(base, "whole"), filepath.Join(base, "parts")
	flags := []string{"explore", "--method", "random", "--max-flops", "2e9", "--augment", "--train-images", "100", "--test-images", "50",
		"--epochs", "1", "--figures=false", "--json"}
	status, stdout, stderr := clitest.Run(t, append(flags, "--episodes", "16", "--out", whole)...)
	if status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	var r, resumed struct {
		Trained, Refused, Pruned int
		Front                    []struct {
			Network      string
			TestAccuracy *float64 `json:"test_accuracy"`
		}
	}
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || r.Trained == 0 || r.Refused == 0 || r.Trained+r.Refused+r.Pruned != 16 {
		t.Errorf("%v, %v: want some trained and some refused\n%s", r, err, stdout)
	}
	if status, _, stderr := clitest.Run(t, append(flags, "--episodes", "7", "--out", parts)...); status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	status, stdout, stderr = clitest.Run(t, "explore", "--resume", parts, "--episodes", "16", "--json")
	if status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	if err := json.Unmarshal([]byte(stdout), &resumed); err != nil || !reflect.DeepEqual(resumed, r) || len(r.Front) == 0 || r.Front[0].TestAccuracy == nil {
		t.Errorf("%v: resumed %+v, whole %+v", err, resumed, r)
	}
	status, stdout, stderr = clitest.Run(t, "explore", "--resume", parts)
	if status != 0 || !strings.Contains(stdout, fmt.Sprintf("%d more were refused", r.Refused)) || !strings.Contains(stdout, "validation accuracy  test accuracy") {
		t.Errorf("status %d: %s%s", status, stderr, stdout)
	}
	if !reflect.DeepEqual(clitest.TrialsOf(t, parts), clitest.TrialsOf(t, whole)) {
		t.Error("the resumed run differs from the whole one")
	}
}

// TestExploreAsksProgram runs a search whose accuracies another program gives.
func TestExploreAsksProgram(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a folder")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(dir, "evaluate.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nread line\ncase $line in *'\"kernel\":5'*) echo '{\"accuracy\": 0.75}';; *) echo no idea;; esac\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := clitest.Run(t, "explore", "--method", "random", "--episodes", "30", "--evaluator", "sh '"+script+"'",
		"--evaluator-timeout", "1m", "--json", "--figures=false", "--out", filepath.Join(dir, "run"))
	if status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	var r struct {
		Trained, Failed int
		OptSW           struct{ Accuracy float64 }
	}
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		t.Fatal(err)
	}
	if r.Trained == 0 || r.Failed == 0 || r.OptSW.Accuracy != 0.75 {
		t.Errorf("%+v: want some trained with accuracy 0.75 and some failed", r)
	}
}
