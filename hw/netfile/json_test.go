package netfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/hw"
)

// open writes a file and opens it.
func open(t *testing.T, name, content string) (*hw.Network, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return Open(file, hw.Shape{}, 0)
}

// TestJSONLayers has the shape, parameters and multiply-accumulates of every
// kind of layer, worked out by hand, on an input of 8x20x15.
func TestJSONLayers(t *testing.T) {
	for _, c := range []struct {
		layer  string
		out    hw.Shape
		params int64
		macs   int64
	}{
		{`"kind": "conv", "kernel": 3, "filters": 6, "stride": 2`, hw.Shape{C: 6, H: 10, W: 8}, 9*8*6 + 2*6, 9 * 8 * 6 * 80},
		{`"kind": "conv", "kernel": 3, "filters": 6, "padding": 0, "bias": true`, hw.Shape{C: 6, H: 18, W: 13}, 9*8*6 + 6, 9 * 8 * 6 * 18 * 13},
		{`"kind": "conv", "kernel": 3, "filters": 6, "padding": [0, 2, 1, 0], "norm": 4`, hw.Shape{C: 6, H: 19, W: 15}, 9*8*6 + 4*6, 9 * 8 * 6 * 19 * 15},
		{`"kind": "conv", "kernel": 3, "filters": 6, "groups": 2, "bias": true, "norm": 2`, hw.Shape{C: 6, H: 20, W: 15}, 9*4*6 + 3*6, 9 * 4 * 6 * 300},
		{`"kind": "conv", "kernel": 1, "filters": 6, "norm": 0`, hw.Shape{C: 6, H: 20, W: 15}, 8 * 6, 8 * 6 * 300},
		{`"kind": "depthwise", "kernel": 5, "stride": 2`, hw.Shape{C: 8, H: 10, W: 8}, 25*8 + 2*8, 25 * 8 * 80},
		{`"kind": "maxpool", "kernel": 2`, hw.Shape{C: 8, H: 10, W: 7}, 0, 0},
		{`"kind": "maxpool", "kernel": 3, "stride": 2`, hw.Shape{C: 8, H: 10, W: 8}, 0, 0},
		{`"kind": "avgpool", "kernel": 3, "stride": 2, "padding": 0`, hw.Shape{C: 8, H: 9, W: 7}, 0, 0},
		{`"kind": "gap"`, hw.Shape{C: 8, H: 1, W: 1}, 0, 0},
		{`"kind": "dense", "units": 12`, hw.Shape{C: 12, H: 1, W: 1}, 2400*12 + 12, 2400 * 12},
		{`"kind": "dense", "units": 12, "bias": false, "norm": 2`, hw.Shape{C: 12, H: 1, W: 1}, 2400*12 + 24, 2400 * 12},
		{`"kind": "add", "inputs": ["input", -1]`, hw.Shape{C: 8, H: 20, W: 15}, 0, 0},
	} {
		net, err := open(t, "net.json", `{"input": "8x20x15", "layers": [{`+c.layer+`}]}`)
		if err != nil {
			t.Errorf("%s: %v", c.layer, err)
			continue
		}
		if l := net.Layers[0]; l.Out != c.out || l.Params != c.params || l.MACs != c.macs || net.Classes != c.out.C || net.Name != "net" {
			t.Errorf("%s: %+v, want %v with %d parameters and %d MACs", c.layer, l, c.out, c.params, c.macs)
		}
	}
}

func TestJSONErrors(t *testing.T) {
	const conv = `{"kind": "conv", "kernel": 3, "filters": 8}`
	for _, c := range []struct{ json, want string }{
		{``, "line 1: unexpected end of JSON input"},
		{"{\"input\": \"3x8x8\",\n\"layers\": [}", "line 2: invalid character"},
		{`[]`, "want an object with name, input and layers"},
		{`{"input": "3x8x8", "layers": []}`, "layers: want at least one layer"},
		{`{"layers": [` + conv + `]}`, `input: shape "": want channels x height x width`},
		{`{"input": 3, "layers": []}`, "input: want a text, channels x height x width"},
		{`{"input": "3x8x8", "layer": []}`, `unknown field "layer": want name, input, layers`},
		{`{"input": "3x8x8", "layers": [3]}`, "layers: want a list of layers"},
		{`{"input": "3x8x8", "layers": [` + conv + `, {"kind": "conv", "name": "b", "filters": 8}]}`, "layers[1] (b): kernel is missing"},
		{`{"input": "3x8x8", "layers": [` + conv + `, {"kind": "gap", "kernel": 8}]}`, `layers[1]: unknown field "kernel" of gap: want kind, name, inputs, norm`},
		{`{"input": "3x8x8", "layers": [{"kind": "lstm"}]}`, `layers[0]: kind: want conv, depthwise, maxpool, avgpool, gap, dense or add, not "lstm"`},
		{`{"input": "3x8x8", "layers": [{"name": 3}]}`, `layers[0]: name: want a text, not 3`},
		{`{"input": "3x8x8", "layers": [{"kind": "conv", "kernel": "3", "filters": 8}]}`, `layers[0]: kernel: want a whole number, not "3"`},
		{`{"input": "3x8x8", "layers": [{"kind": "conv", "kernel": 3.5, "filters": 8}]}`, `kernel: want a whole number, not 3.5`},
		{`{"input": "3x8x8", "layers": [{"kind": "conv", "kernel": 12345678901234567890, "filters": 8}]}`, `kernel: want a whole number, not 12345678901234567890`},
		{`{"input": "3x8x8", "layers": [{"kind": "conv", "kernel": 0, "filters": 8}]}`, `kernel: 0 is not from 1 to 1048576`},
		{`{"input": "3x8x8", "layers": [{"kind": "conv", "kernel": null, "filters": 8}]}`, `kernel: want a whole number, not null`},
		{`{"input": "3x8x8", "layers": [{"kind": "conv", "kernel": 3, "filters": 8, "norm": 3}]}`, `norm: want 0, 2 or 4, not 3`},
		{`{"input": "3x8x8", "layers": [{"kind": "conv", "kernel": 3, "filters": 8, "bias": 1}]}`, `bias: want true or false, not 1`},
		{`{"input": "3x8x8", "layers": [{"kind": "conv", "kernel": 3, "filters": 8, "padding": [1]}]}`, `padding: want a whole number or [top, left, bottom, right], not [1]`},
		{`{"input": "3x8x8", "layers": [{"kind": "conv", "kernel": 3, "filters": 8, "padding": -1}]}`, `layers[0]: padding -1 is not from 0`},
		{`{"input": "3x8x8", "layers": [{"kind": "conv", "kernel": 3, "filters": 8, "groups": 2}]}`, `2 groups do not divide 3 input and 8 output channels`},
		{`{"input": "3x8x8", "layers": [` + conv + `, {"kind": "add"}]}`, "layers[1]: inputs: want 2 for add, not 1"},
		{`{"input": "3x8x8", "layers": [` + conv + `, {"kind": "add", "inputs": [0, "input"]}]}`, "layers[1]: cannot add 8x8x8 and 3x8x8"},
		{`{"input": "3x8x8", "layers": [` + conv + `, {"kind": "gap", "inputs": [1]}]}`, "no layer before this one has the number 1: want -1 (the network's input) to 0"},
		{`{"input": "3x8x8", "layers": [` + conv + `, {"kind": "gap", "inputs": ["a"]}]}`, `layers[1]: inputs: no layer before this one is called "a"`},
		{`{"input": "3x8x8", "layers": [` + conv + `, {"kind": "gap", "inputs": [{}]}]}`, `inputs: want a name or the number of a layer, not {}`},
		{`{"input": "3x8x8", "layers": [` + conv + `, {"kind": "gap", "inputs": "a"}]}`, `inputs: want a list of names or numbers of layers, not "a"`},
		{`{"input": "3x8x8", "layers": [` + conv + `, {"kind": "gap", "name": "conv1"}]}`, `name: "conv1" is taken`},
		{`{"input": "3x8x8", "layers": [` + conv + `, {"kind": "gap", "inputs": [-1]}]}`, `layers[0]: no layer reads it, and it is not the last`},
		{strings.Repeat(" ", maxJSON+1), "more than 1 MB"},
	} {
		_, err := open(t, "net.json", c.json)
		if err == nil || !strings.Contains(err.Error(), "net.json: ") || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hw: ") {
			t.Errorf("%.90s: %v, want %s", c.json, err, c.want)
		}
	}
	if _, err := Open("net.yaml", hw.Shape{}, 0); err == nil || !strings.Contains(err.Error(), "ends in .json or .onnx") {
		t.Error(err)
	}
	if _, err := Open("no-such.json", hw.Shape{}, 0); err == nil || !strings.Contains(err.Error(), "no-such.json") {
		t.Error(err)
	}
}

// TestPackageComment reads the example in the package's comment.
func TestPackageComment(t *testing.T) {
	b, err := os.ReadFile("netfile.go")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(b), "not typed:\n//\n")
	text, _, _ = strings.Cut(text, "//\n// The fields")
	net, err := open(t, "comment.json", strings.ReplaceAll(text, "//\t", ""))
	if err != nil {
		t.Fatal(err)
	}
	// stem, depthwise, body, sum, pooling, gap, dense
	if want := int64(9*3*16+32) + (9*16 + 32) + (16*16 + 32) + (16*10 + 10); net.Params() != want || len(net.Layers) != 7 || len(net.Skips()) != 1 {
		t.Errorf("%+v, want %d parameters", net, want)
	}
}

func FuzzJSON(f *testing.F) {
	f.Add(`{"name": "a", "input": "3x8x8", "layers": [{"kind": "conv", "name": "a", "kernel": 3, "filters": 3, "padding": [0, 2, 1, 0]}, {"kind": "depthwise",
		"kernel": 3}, {"kind": "gap"}, {"kind": "dense", "units": 10, "norm": 4}]}`)
	f.Add(`{"input": "3x8x8", "layers": [{"kind": "conv", "kernel": 3, "filters": 3, "bias": true}, {"kind": "add", "inputs": [0, "input"]}, {"kind": "maxpool", "kernel": 3}]}`)
	f.Fuzz(func(t *testing.T, s string) {
		net, err := readJSON(strings.NewReader(s))
		if err != nil {
			return
		}
		for i := range net.Layers {
			l := &net.Layers[i]
			if loops := l.Loops(); loops.Check() != nil || l.MACs != loops.MACs() {
				t.Errorf("layer %d: %+v", i, l)
			}
		}
	})
}
