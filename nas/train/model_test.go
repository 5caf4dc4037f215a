package train

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/internal/heavy"
)

// trained is a small model that was trained for a moment.
func trained(t testing.TB, network string, head hw.Head, set *data.Set) (*Model, *Outcome) {
	t.Helper()
	opt := DefaultOptions()
	opt.Epochs, opt.Batch, opt.Head, opt.Keep = 3, 32, head, true
	opt.LearningRate = 0.002
	o, err := Train(context.Background(), chain(t, network), set, opt)
	if err != nil {
		t.Fatal(err)
	}
	return o.Model, o
}

func TestSaveAndLoad(t *testing.T) {
	set := data.Shapes(1, 100, 90)
	for _, head := range []hw.Head{hw.FlattenHead, hw.PoolHead} {
		m, o := trained(t, "3x8,5x12s2,1x6s2", head, set)
		path := filepath.Join(t.TempDir(), "net.weights")
		if err := m.Save(path); err != nil {
			t.Fatal(err)
		}
		got, err := LoadModel(path)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, m) {
			t.Errorf("%v: the model that was loaded is another", head)
		}
		r, err := got.Evaluate(context.Background(), set.Test)
		if err != nil {
			t.Fatal(err)
		}
		if r.Accuracy != o.Accuracy || r.Images != 90 || !reflect.DeepEqual(r.Confusion, o.Confusion) {
			t.Errorf("%v: accuracy %g on %d images after loading, %g in training", head, r.Accuracy, r.Images, o.Accuracy)
		}
		// Batches are of 64 images here and of 32 in training.
		if math.Abs(r.Loss-o.TestLoss) > 1e-9 {
			t.Errorf("%v: loss %g after loading, %g in training", head, r.Loss, o.TestLoss)
		}
	}
}

func TestDamagedWeights(t *testing.T) {
	m, _ := trained(t, "3x8", hw.PoolHead, data.Shapes(1, 40, 20))
	path := filepath.Join(t.TempDir(), "net.weights")
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	change := func(at int) []byte {
		b := bytes.Clone(whole)
		b[at] ^= 1
		return b
	}
	for _, c := range []struct {
		name, want string
		b          []byte
	}{
		{"empty", "not a weights file", nil},
		{"other file", "not a weights file", []byte("GIF89a")},
		{"cut", "checksum differs", whole[:len(whole)-1]},
		{"cut short", "cut off after", whole[:30]},
		{"bit of a value", "checksum differs", change(len(whole) - 100)},
		{"bit of the sum", "checksum differs", change(len(whole) - 1)},
		{"version", "version 0; this program reads version 1", change(len(weightsMagic))},
	} {
		if err := os.WriteFile(path, c.b, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadModel(path); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v, want %q and the path", c.name, err, c.want)
		}
	}
	if _, err := LoadModel(path + ".none"); !os.IsNotExist(unwrapAll(err)) {
		t.Errorf("missing file: %v", err)
	}
}

func unwrapAll(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok || os.IsNotExist(err) {
			return err
		}
		err = u.Unwrap()
	}
}

// FuzzWeights makes files with right checksums and whatever else.
func FuzzWeights(f *testing.F) {
	set := data.Shapes(1, 40, 20)
	m, _ := trained(f, "3x8s2", hw.PoolHead, set)
	path := filepath.Join(f.TempDir(), "net.weights")
	if err := m.Save(path); err != nil {
		f.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b[:len(b)-sha256.Size])
	f.Add(append([]byte(weightsMagic), 1, 0, 2, 0, 0, 0, '{', '}'))
	f.Add(append([]byte(weightsMagic), 1, 0, 255, 255, 255, 255))
	f.Fuzz(func(t *testing.T, b []byte) {
		sum := sha256.Sum256(b)
		m, err := parseModel(append(bytes.Clone(b), sum[:]...))
		if err == nil && len(m.Convs) != len(m.Network) {
			t.Errorf("%d convolutions for %v", len(m.Convs), m.Network)
		}
	})
}

func TestModelOfOtherImages(t *testing.T) {
	m, _ := trained(t, "3x8", hw.PoolHead, data.Shapes(1, 40, 20))
	small := &data.Images{Width: 8, Height: 8, Channels: 3, Pixels: make([]uint8, 192), Labels: []uint8{0}}
	if _, err := m.Logits(context.Background(), small); err == nil || !strings.Contains(err.Error(), "takes images of 3x32x32") {
		t.Errorf("images of another size: %v", err)
	}
	wrong := data.Shapes(1, 10, 1).Train
	wrong.Labels[3] = 77
	if _, err := m.Evaluate(context.Background(), wrong); err == nil || !strings.Contains(err.Error(), "label 77 of image 3 is out of range") {
		t.Errorf("label out of range: %v", err)
	}
}

// TestONNX runs exported networks in onnxruntime and compares its outputs with
// ours on 100 images.
func TestONNX(t *testing.T) {
	heavy.Only(t, "exported networks in onnxruntime, with node and npm")
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("SKIPPED: exported networks in onnxruntime: no node here (apt-get install nodejs npm)")
	}
	dir := t.TempDir()
	// onnxruntime-web is WebAssembly, all in the package: nothing is fetched when
	// it is installed.
	npm := exec.Command("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", dir, "onnxruntime-web@1.20.1")
	if out, err := npm.CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: exported networks in onnxruntime: npm install: %v\n%s", err, out)
	}
	script, err := filepath.Abs("testdata/onnx_outputs.mjs")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	// Beside node_modules, where imports are looked for.
	script = filepath.Join(dir, "onnx_outputs.mjs")
	if err := os.WriteFile(script, b, 0o644); err != nil {
		t.Fatal(err)
	}
	set := data.Shapes(1, 640, 100)
	for _, c := range []struct {
		network string
		head    hw.Head
	}{
		{"3x36,5x36,1x64,3x48s2,7x24,1x64", hw.FlattenHead},
		{"3x16,7x24s2,5x8,3x20s2", hw.PoolHead},
		{"5x7s2,3x5s2,1x3s3", hw.FlattenHead},
	} {
		m, _ := trained(t, c.network, c.head, set)
		file := filepath.Join(dir, "net.onnx")
		if err := m.ExportONNX(file); err != nil {
			t.Fatal(err)
		}
		pixels := filepath.Join(dir, "pixels.bin")
		if err := os.WriteFile(pixels, set.Test.Pixels, 0o644); err != nil {
			t.Fatal(err)
		}
		run := exec.Command(node, script, file, pixels, fmt.Sprint(set.Test.Len()), fmt.Sprint(m.Input.C), fmt.Sprint(m.Input.H), fmt.Sprint(m.Input.W))
		var stderr bytes.Buffer
		run.Stderr = &stderr
		out, err := run.Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, stderr.Bytes())
		}
		var got []float64
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		want, err := m.Logits(context.Background(), set.Test)
		if err != nil {
			t.Fatal(err)
		}
		worst, largest := 0.0, 0.0
		for i, row := range want {
			for k, v := range row {
				worst = max(worst, math.Abs(got[i*len(row)+k]-float64(v)))
				largest = max(largest, math.Abs(float64(v)))
			}
		}
		t.Logf("%s, %v: outputs up to %.3g, onnxruntime's differ by at most %.2g", c.network, c.head, largest, worst)
		if len(got) != 100*len(m.Classes) || !(worst <= 1e-4) {
			t.Errorf("%s, %v: %d outputs, differing by up to %g, want at most 1e-4", c.network, c.head, len(got), worst)
		}
	}
}
