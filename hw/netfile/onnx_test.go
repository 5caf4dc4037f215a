package netfile

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coexplore/hw"
)

// TestPyTorch exports networks with PyTorch, in several ways and versions of
// the operators, and holds what is read against PyTorch's own counts.
func TestPyTorch(t *testing.T) {
	dir := t.TempDir()
	python := ""
	for _, p := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(p, "-c", "import torch").Run() == nil {
			python = p
			break
		}
	}
	if python == "" {
		t.Skip("SKIPPED: exports of PyTorch: no Python with torch here (apt-get install python3-torch)")
	}
	out, err := exec.Command(python, "testdata/export.py", dir).Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	if len(lines) != 48 {
		t.Fatalf("%d files, want 48", len(lines))
	}
	for _, line := range lines {
		var want struct {
			File, Input  string
			Outputs      [][]int
			MACs, Params int64
		}
		if err := json.Unmarshal(line, &want); err != nil {
			t.Fatal(err)
		}
		in, err := hw.ParseShape(want.Input)
		if err != nil {
			t.Fatal(err)
		}
		net, err := Open(filepath.Join(dir, want.File), in, 0)
		if err != nil {
			t.Error(err)
			continue
		}
		if net.MACs() != want.MACs || net.Params() != want.Params {
			t.Errorf("%s: %d MACs, %d parameters, PyTorch has %d and %d", want.File, net.MACs(), net.Params(), want.MACs, want.Params)
		}
		var outputs [][]int
		for i := range net.Layers {
			switch l := &net.Layers[i]; l.Kind {
			case hw.Conv:
				outputs = append(outputs, []int{l.Out.C, l.Out.H, l.Out.W})
			case hw.Dense:
				outputs = append(outputs, []int{l.Out.C})
			}
		}
		if !slices.EqualFunc(outputs, want.Outputs, slices.Equal) {
			t.Errorf("%s: outputs %v, PyTorch has %v", want.File, outputs, want.Outputs)
		}
		if last := want.Outputs[len(want.Outputs)-1][0]; net.Classes != last {
			t.Errorf("%s: %d classes, want %d", want.File, net.Classes, last)
		}
	}
}

// TestBlock reads the file in testdata: figures by hand, see export.py.
func TestBlock(t *testing.T) {
	net, err := Open("testdata/block.onnx", hw.Shape{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range net.Layers {
		l := &net.Layers[i]
		got = append(got, strings.Join([]string{l.Kind.String(), l.Out.String()}, " "))
	}
	want := []string{"conv 4x12x12", "conv 4x12x12", "conv 4x12x12", "add 4x12x12", "conv 6x6x6", "conv 6x6x6", "conv 6x6x6", "add 6x6x6",
		"conv 6x6x6", "maxpool 6x3x3", "gap 6x1x1", "dense 3x1x1"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	params := int64(2*9*4+8) + 2*(4*9*4+8) + (4*9*6 + 12) + (6*9*6 + 12) + (4*6 + 12) + (9*6 + 12) + (6*3 + 3)
	macs := int64(2*9*4+2*4*9*4)*144 + (4*9*6+6*9*6+4*6+9*6)*36 + 6*3
	if net.Params() != params || net.MACs() != macs || net.Name != "block" || net.Classes != 3 || net.Input != (hw.Shape{C: 2, H: 12, W: 12}) {
		t.Errorf("%s, %v, %d classes: %d parameters and %d MACs, want %d and %d", net.Name, net.Input, net.Classes, net.Params(), net.MACs(), params, macs)
	}
	if len(net.Skips()) != 3 { // the first sum's, the projection's, and that past the projection
		t.Errorf("skip edges %v", net.Skips())
	}
	for _, c := range []struct {
		in      hw.Shape
		classes int
		want    string
	}{{hw.Shape{C: 2, H: 12, W: 13}, 0, "netfile: testdata/block.onnx: its input is 2x12x12, not 2x12x13"}, {hw.Shape{}, 10, "it has 3 classes, not 10"}} {
		if _, err := Open("testdata/block.onnx", c.in, c.classes); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}
