package train

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"coexplore/data"
	"coexplore/hw"
	"coexplore/nas/train/internal/engine"
	"coexplore/nas/train/internal/kernel"
)

// python is a Python with PyTorch; the test is skipped if there is none.
func python(t *testing.T) string {
	t.Helper()
	for _, p := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(p, "-c", "import torch, numpy").Run() == nil {
			return p
		}
	}
	t.Skip("SKIPPED: comparison with PyTorch: no Python with torch and numpy here (apt-get install python3-torch python3-numpy)")
	return ""
}

// TestLossFollowsPyTorch trains from the same weights on the same batches for 40
// updates, with the whole recipe, and compares the losses. With small steps they
// must be PyTorch's to 1e-4. With large ones a difference in the last bit grows
// tenfold every few updates, where a value passes a ReLU or not, so that PyTorch's
// own float32 leaves its float64: there our losses must be as near to those of
// float64 as PyTorch's float32 is, within a factor of 3.
func TestLossFollowsPyTorch(t *testing.T) {
	if !*heavy {
		t.Skip("SKIPPED: loss against PyTorch; run go test ./nas/train -run PyTorch -heavy (needs python3-torch)")
	}
	py := python(t)
	const steps, batch = 40, 40
	set := data.Shapes(1, steps*batch, 10)
	norm := normalize(set.Train)
	for _, kernels := range kernel.Available() {
		for _, c := range []struct {
			network string
			head    hw.Head
			rate    float64
			large   bool
		}{
			{"3x36,3x48s2,5x36,3x64s2", hw.PoolHead, 0.005, false},
			{"3x24,7x24s2,5x36,1x16", hw.FlattenHead, 0.0001, false},
			{"5x10,7x12,3x9,3x33s2", hw.PoolHead, 0.005, false},
			{"3x36,3x48s2,5x36,3x64s2", hw.PoolHead, DefaultRate(hw.PoolHead), true},
		} {
			if kernels.Name == "go" && c.head == hw.PoolHead {
				continue // slow, and the same code around the kernels
			}
			net := chain(t, c.network)
			cfg := engineConfig(net, hw.Shape{C: 3, H: 32, W: 32}, 10, c.head)
			cfg.Batch, cfg.Threads, cfg.Set = batch, 2, kernels
			n := engine.New(cfg, new(engine.Arena))
			n.Init(rand.New(rand.NewPCG(1, 1)))
			ch := &child{chain: net, set: set, norm: norm, config: cfg, net: n}
			ch.opt.Head = c.head
			m := newModel(ch)

			opt := Options{LearningRate: c.rate, WarmUp: 0.25}
			var rates []float64
			for i := range steps {
				rates = append(rates, opt.rate(i, steps, steps))
			}
			var layers [][3]int
			for _, l := range net {
				layers = append(layers, [3]int{l.Kernel, l.Filters, l.Stride})
			}
			var weights, batches bytes.Buffer
			for _, l := range m.Convs {
				binary.Write(&weights, binary.LittleEndian, l.Weights)
				binary.Write(&weights, binary.LittleEndian, l.Gamma)
				binary.Write(&weights, binary.LittleEndian, l.Beta)
			}
			binary.Write(&weights, binary.LittleEndian, m.Dense)
			binary.Write(&weights, binary.LittleEndian, m.Bias)
			plane := 32 * 32
			inputs := make([]float32, len(set.Train.Pixels))
			for i, v := range set.Train.Pixels {
				inputs[i] = norm.table[i/plane%3][v]
			}
			binary.Write(&batches, binary.LittleEndian, inputs)
			run := map[string]any{
				"channels": 3, "height": 32, "layers": layers, "pool": c.head == hw.PoolHead, "classes": 10, "batch": batch,
				"decay": 5e-4, "momentum": 0.9, "nesterov": true, "smoothing": 0.1, "rates": rates, "double": false,
			}
			dir := t.TempDir()
			for name, b := range map[string][]byte{"weights.bin": weights.Bytes(), "batches.bin": batches.Bytes(), "labels.bin": set.Train.Labels} {
				if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			single := peerLosses(t, py, dir, run)
			exact := single
			if c.large {
				run["double"] = true
				exact = peerLosses(t, py, dir, run)
			}
			if len(single) != steps || len(exact) != steps {
				t.Fatalf("%d and %d losses", len(single), len(exact))
			}
			worst, theirs := 0.0, 0.0
			for i := range steps {
				for j := range batch {
					norm.put(n, j, set.Train, i*batch+j, view{})
				}
				loss, _ := n.Gradients(set.Train.Labels[i*batch:(i+1)*batch], 0.1)
				n.Update(engine.Step{Rate: rates[i], Momentum: 0.9, Decay: 5e-4, Nesterov: true})
				worst = max(worst, math.Abs(loss-exact[i]))
				theirs = max(theirs, math.Abs(single[i]-exact[i]))
			}
			name := fmt.Sprintf("%s, %s, %v, rate %g", kernels.Name, c.network, c.head, c.rate)
			if c.large {
				t.Logf("%s: losses from %.4f to %.4f differ from float64's by at most %.2g, PyTorch's by %.2g", name, exact[0], exact[steps-1], worst, theirs)
			} else {
				t.Logf("%s: losses from %.4f to %.4f differ by at most %.2g", name, exact[0], exact[steps-1], worst)
			}
			if allowed := max(1e-4, 3*theirs); !(worst <= allowed) {
				t.Errorf("%s: losses differ by up to %g, want at most %g", name, worst, allowed)
			}
		}
	}
}

// peerLosses has PyTorch train what the files of dir and the description say.
func peerLosses(t *testing.T, py, dir string, run map[string]any) []float64 {
	t.Helper()
	description, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "run.json"), description, 0o644); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.Command(py, "testdata/peer_loss.py", dir)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	var losses []float64
	if err := json.Unmarshal(out, &losses); err != nil {
		t.Fatal(err)
	}
	return losses
}
