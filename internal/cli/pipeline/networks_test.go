package pipeline_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/cli/clitest"
)

// TestPipelineNetworks plans residual networks from text and from files, cut
// where skip edges cross too.
func TestPipelineNetworks(t *testing.T) {
	const text = "3x16,3x16,3x16,+2,3x32s2,3x32,+2,gap"
	const same = `{"name": "` + text + `", "input": "3x32x32", "layers": [
		{"kind": "conv", "name": "conv1", "kernel": 3, "filters": 16},
		{"kind": "conv", "name": "conv2", "kernel": 3, "filters": 16},
		{"kind": "conv", "name": "conv3", "kernel": 3, "filters": 16},
		{"kind": "add", "name": "add4", "inputs": ["conv3", "conv1"]},
		{"kind": "conv", "name": "conv5", "kernel": 3, "filters": 32, "stride": 2},
		{"kind": "conv", "name": "conv6", "kernel": 3, "filters": 32},
		{"kind": "conv", "name": "proj7", "inputs": ["add4"], "kernel": 1, "filters": 32, "stride": 2},
		{"kind": "add", "name": "add7", "inputs": ["proj7", "conv6"]},
		{"kind": "gap", "name": "gap8"},
		{"kind": "dense", "name": "dense", "units": 10}]}`
	file := filepath.Join(t.TempDir(), "net.json")
	if err := os.WriteFile(file, []byte(same), 0o666); err != nil {
		t.Fatal(err)
	}
	plan := func(network, partition string) string {
		t.Helper()
		status, out, errs := clitest.Run(t, "pipeline", "--network", network, "--fpga", "XC7Z015:2", "--partition", partition, "--bits", "16", "--layers")
		if status != 0 || errs != "" {
			t.Fatalf("%s: status %d, %s", network, status, errs)
		}
		return out
	}
	out := plan(text, "5,5")
	// The link carries the output of layer 5, and that of layer 4 for the projection.
	if want := fmt.Sprintf("cut before layer 6: %d words a frame from 2 feature map(s)", 32*16*16+16*32*32); !strings.Contains(out, want) {
		t.Errorf("want %q in\n%s", want, out)
	}
	if again := plan(file, "5,5"); again != out {
		t.Errorf("from a file\n%s\nfrom text\n%s", again, out)
	}
	if out := plan("../../../hw/netfile/testdata/block.onnx", "6,6"); !strings.HasPrefix(out, "block, input 2x12x12") {
		t.Errorf("ONNX:\n%s", out)
	}
	for _, c := range []struct {
		status int
		want   string
		args   []string
	}{
		{1, "its input is 3x32x32, not 3x16x16", []string{"--input", "3x16x16"}},
		{1, "it has 10 classes, not 5", []string{"--classes", "5"}},
		{2, "--head gap does not go with the file", []string{"--head", "gap"}},
	} {
		status, _, errs := clitest.Run(t, append([]string{"pipeline", "--network", file, "--fpga", "XC7Z015:2", "--fps", "35"}, c.args...)...)
		if status != c.status || !strings.Contains(errs, c.want) {
			t.Errorf("%v: status %d, %s, want %s", c.args, status, errs, c.want)
		}
	}
}
