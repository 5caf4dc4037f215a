package train_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
)

func TestTrainJSON(t *testing.T) {
	dir := t.TempDir()
	weights, onnx := filepath.Join(dir, "net.weights"), filepath.Join(dir, "net.onnx")
	var got map[string]any
	clitest.JSON(t, &got, "train", "--network", "3x8,3x8s2", "--train-images", "200", "--test-images", "100",
		"--epochs", "2", "--head", "gap", "--threads", "1", "--save", weights, "--onnx", onnx,
		"--figures", filepath.Join(dir, "figures"), "--format", "svg,pdf")
	for _, field := range []string{"accuracy", "loss", "params", "images_per_second", "epochs", "seconds"} {
		if _, ok := got[field].(float64); !ok {
			t.Errorf("%s is %v, want a number", field, got[field])
		}
	}
	// 3*9*8 + 5*8, 8*9*8 + 5*8, 8*10 + 10.
	if got["params"] != 962.0 || got["epochs"] != 2.0 {
		t.Errorf("%v parameters and %v epochs, want 962 and 2", got["params"], got["epochs"])
	}
	for _, path := range []string{weights, onnx} {
		if s, err := os.Stat(path); err != nil || s.Size() < 3000 {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, name := range []string{"learning.svg", "loss.svg", "confusion.svg", "pictures.svg", "learning.pdf", "loss.pdf", "confusion.pdf", "pictures.pdf"} {
		if s, err := os.Stat(filepath.Join(dir, "figures", name)); err != nil || s.Size() < 1000 {
			t.Errorf("%s: %v", name, err)
		}
	}

	// What was saved is what was trained.
	again := filepath.Join(dir, "again.onnx")
	var measured map[string]any
	printed := clitest.JSON(t, &measured, "evaluate", weights, "--test-images", "100", "--onnx", again, "--figures", filepath.Join(dir, "measured"))
	if measured["accuracy"] != got["accuracy"] || measured["params"] != 962.0 || measured["images"] != 100.0 || measured["network"] != "3x8,3x8s2" {
		t.Errorf("evaluate printed %s; train's accuracy was %v", printed, got["accuracy"])
	}
	for _, name := range []string{"confusion.svg", "pictures.svg"} {
		if s, err := os.Stat(filepath.Join(dir, "measured", name)); err != nil || s.Size() < 1000 {
			t.Errorf("%s: %v", name, err)
		}
	}
	a, errA := os.ReadFile(onnx)
	b, errB := os.ReadFile(again)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("the ONNX files of train and evaluate differ (%v, %v)", errA, errB)
	}
	if _, err := os.Stat(filepath.Join(dir, "measured", "confusion.svg")); err != nil {
		t.Error(err)
	}
}

// TestTrainValidation checks that epochs are measured on validation images where they
// are asked for, and the network on test images in the end.
func TestTrainValidation(t *testing.T) {
	flags := []string{"train", "--network", "3x8,3x8s2", "--train-images", "200", "--test-images", "50", "--epochs", "2", "--validation", "0.25"}
	status, stdout, stderr := clitest.Run(t, append(flags, "--json")...)
	if status != 0 || !strings.Contains(stderr, "150 training, 50 validation and 50 test images") {
		t.Fatalf("status %d: %s", status, stderr)
	}
	var o struct {
		Accuracy     float64
		TestAccuracy *float64 `json:"test_accuracy"`
		TestLoss     float64  `json:"test_loss"`
		History      []struct {
			ValidationAccuracy float64 `json:"validation_accuracy"`
			ValidationLoss     float64 `json:"validation_loss"`
			TestLoss           float64 `json:"test_loss"`
		}
	}
	if err := json.Unmarshal([]byte(stdout), &o); err != nil {
		t.Fatal(err)
	}
	if o.TestAccuracy == nil || o.TestLoss == 0 || len(o.History) != 2 || o.History[1].ValidationAccuracy != o.Accuracy ||
		o.History[1].ValidationLoss == 0 || o.History[1].TestLoss != 0 {
		t.Errorf("%+v", o)
	}
	status, stdout, _ = clitest.Run(t, flags...)
	want := fmt.Sprintf("accuracy %.2f%% on test images, %.2f%% on validation images", 100**o.TestAccuracy, 100*o.Accuracy)
	if status != 0 || !strings.Contains(stdout, want) || !strings.Contains(stdout, "validation accuracy") {
		t.Errorf("status %d, want %q in:\n%s", status, want, stdout)
	}
	if status, _, stderr = clitest.Run(t, append(flags, "--validation", "1")...); status != 2 || !strings.Contains(stderr, "below 1") {
		t.Errorf("status %d: %s", status, stderr)
	}
}

func TestEvaluateComplaints(t *testing.T) {
	dir := t.TempDir()
	weights, other := filepath.Join(dir, "net.weights"), filepath.Join(dir, "other.weights")
	if status, _, stderr := clitest.Run(t, "train", "--network", "3x8", "--train-images", "64", "--test-images", "10", "--epochs", "1", "--head", "gap", "--save", weights); status != 0 {
		t.Fatalf("status %d: %s", status, stderr)
	}
	for _, name := range []string{"data_batch_1.bin", "test_batch.bin"} { // one black airplane each
		if err := os.WriteFile(filepath.Join(dir, name), make([]byte, 3073), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(weights)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, b[:len(b)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{nil, 2, "accepts 1 arg(s)"},
		{[]string{filepath.Join(dir, "none")}, 1, "no such file"},
		{[]string{other}, 1, "damaged or cut off"},
		{[]string{weights, "--data", "nowhere"}, 1, "nowhere"},
		{[]string{weights, "--data", dir}, 1, "are of airplane, automobile"},
		{[]string{weights, "--test-images", "-1"}, 2, "cannot be negative"},
		{[]string{weights, "--format", "gif"}, 2, `unknown figure format "gif"`},
		{[]string{weights, "--test-images", "10", "--onnx", filepath.Join(dir, "no", "x.onnx")}, 1, "x.onnx"},
	} {
		clitest.Complains(t, append([]string{"evaluate"}, c.args...), c.code, c.want)
	}
}

func TestTrainComplaints(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{nil, 2, "--network is needed"},
		{[]string{"--network", "3x8,3y8"}, 2, "layer 2, character 6"},
		{[]string{"--network", "3x8", "--head", "max"}, 2, `head "max"`},
		{[]string{"--network", "3x8", "--data", filepath.Join(t.TempDir(), "none")}, 1, "none"},
		{[]string{"--network", "3x8", "--train-images", "20", "--test-images", "10"}, 1, "batch of 64 images, but set shapes has only 20"},
		{[]string{"--network", "3x8", "--format", "gif"}, 2, `unknown figure format "gif"`},
		{[]string{"extra"}, 2, "extra"},
	} {
		clitest.Complains(t, append([]string{"train"}, c.args...), c.code, c.want)
	}
	// What training came to is printed, also where there is nothing to write.
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--train-images", "64", "--test-images", "10", "--lr", "1e30", "--warmup", "0", "--onnx", "x.onnx"}, "not a number after 1 updates"},
		{[]string{"--max-flops", "1e6", "--figures", "none"}, "no figures in none: not trained: it takes"},
	} {
		status, stdout, stderr := clitest.Run(t, append([]string{"train", "--network", "3x8"}, c.args...)...)
		lines := strings.Split(strings.TrimSpace(stderr), "\n")
		if last := lines[len(lines)-1]; status != 1 || !strings.HasPrefix(last, "coexplore: ") || !strings.Contains(last, c.want) || !strings.Contains(stdout, "accuracy 0.00%") {
			t.Errorf("%q: status %d, stdout %q, stderr %q", c.args, status, stdout, stderr)
		}
	}
}
