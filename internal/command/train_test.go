package command

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTrainJSON(t *testing.T) {
	dir := t.TempDir()
	weights, onnx := filepath.Join(dir, "net.weights"), filepath.Join(dir, "net.onnx")
	var stdout, stderr bytes.Buffer
	code := Run(context.Background(), []string{"train", "--network", "3x8,3x8s2", "--train-images", "200", "--test-images", "100",
		"--epochs", "2", "--head", "gap", "--threads", "1", "--save", weights, "--onnx", onnx, "--json"}, &stdout, &stderr)
	if code != 0 {
		t.Fatalf("exit status %d\n%s", code, stderr.String())
	}
	var got map[string]any
	if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
		t.Fatalf("%v\n%s", err, stdout.String())
	}
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
		{[]string{"--network", "3x8", "--train-images", "64", "--test-images", "10", "--lr", "1e30", "--warmup", "0", "--onnx", "x.onnx"}, 1, "not a number after 1 updates"},
		{[]string{"extra"}, 2, "extra"},
	} {
		var stdout, stderr bytes.Buffer
		code := Run(context.Background(), append([]string{"train"}, c.args...), &stdout, &stderr)
		lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
		if last := lines[len(lines)-1]; code != c.code || !strings.Contains(last, c.want) || !strings.HasPrefix(last, "coexplore: ") {
			t.Errorf("train %q: exit status %d, message %q; want %d and %q", c.args, code, last, c.code, c.want)
		}
	}
}
