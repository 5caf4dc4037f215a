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
	"coexplore/internal/heavy"
	"coexplore/nas/train/internal/engine"
	"coexplore/nas/train/internal/kernel"
)

// python is a Python with PyTorch; the test or benchmark is skipped if there is
// none.
func python(t testing.TB) string {
	t.Helper()
	for _, p := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(p, "-c", "import torch, numpy").Run() == nil {
			return p
		}
	}
	t.Skip("SKIPPED: comparison with PyTorch: no Python with torch and numpy here (apt-get install python3-torch python3-numpy)")
	return ""
}

// TestGradientsMatchPyTorch compares the gradients of all weights and the
// statistics of batch normalisation with PyTorch's in float64, batch by batch in
// a training at the default rate, with full batches and with smaller ones that
// fill a block of images in part. Where a value lies so near to 0 that rounding decides
// whether it passes a ReLU, a gradient jumps by a thousandth and more, in
// PyTorch's float32 as well: the median over the batches is what is compared.
func TestGradientsMatchPyTorch(t *testing.T) {
	heavy.Only(t, "gradients against PyTorch")
	py := python(t)
	const points, between = 5, 4
	set := data.Shapes(1, 1280, 10)
	norm := normalize(set.Train)
	inputs := peerInputs(set.Train, norm)
	for _, kernels := range kernel.Available() {
		for _, c := range []struct {
			network string
			head    hw.Head
			batch   int
		}{
			{"3x24,7x24s2,5x36,1x16", hw.FlattenHead, 40},
			{"3x24,5x10s2,3x36s2,7x16", hw.FlattenHead, 13},
			{"3x20,3x48s2,5x36,3x64s2", hw.PoolHead, 64},
		} {
			net := chain(t, c.network)
			cfg := engineConfig(net, hw.Shape{C: 3, H: 32, W: 32}, 10, c.head)
			cfg.Batch, cfg.Threads, cfg.Set = max(c.batch, 40), 2, kernels
			n := engine.New(cfg, new(engine.Arena))
			n.Init(rand.New(rand.NewPCG(3, 1)))
			ch := &child{chain: net, set: set, norm: norm, config: cfg, net: n}
			ch.opt.Head = c.head
			rate := DefaultRate(c.head)
			var ours, theirs [][]float64 // errors, [parameter or statistic][batch]
			for step := range points * between {
				first := step * c.batch
				labels := set.Train.Labels[first : first+c.batch]
				for j := range c.batch {
					norm.put(n, j, set.Train, first+j, view{})
				}
				before := newModel(ch)
				n.Gradients(labels, 0.1)
				if step%between == 0 {
					run := peerRun(cfg, []float64{rate})
					run["batch"] = c.batch
					dir := t.TempDir()
					writeFloats(t, dir, "weights.bin", peerOrder(before)...)
					writeFloats(t, dir, "batches.bin", inputs[first*3*32*32:(first+c.batch)*3*32*32])
					write(t, dir, "labels.bin", labels)
					single := peerGradients(t, py, dir, run, peerOrder(before))
					run["double"] = true
					exact := peerGradients(t, py, dir, run, peerOrder(before))
					got := gradients(ch, before)
					if len(got) != len(exact) {
						t.Fatalf("%d arrays, PyTorch has %d", len(got), len(exact))
					}
					if step == 0 {
						ours, theirs = make([][]float64, len(got)), make([][]float64, len(got))
					}
					for i := range got {
						ours[i] = append(ours[i], distance(got[i], exact[i]))
						theirs[i] = append(theirs[i], distance(single[i], exact[i]))
					}
				}
				n.Update(engine.Step{Rate: rate, Momentum: 0.9, Decay: 5e-4, Nesterov: true})
			}
			worst, their := 0.0, 0.0
			for i := range ours {
				worst, their = max(worst, median(ours[i])), max(their, median(theirs[i]))
			}
			name := fmt.Sprintf("%s, %s, %v, batch %d", kernels.Name, c.network, c.head, c.batch)
			t.Logf("%s: medians of the relative errors up to %.2g, PyTorch's float32 up to %.2g", name, worst, their)
			if !(worst <= 5e-6) {
				t.Errorf("%s: gradients or statistics are off by %.2g, want at most 5e-6", name, worst)
			}
		}
	}
}

// gradients is the gradients of a child's last batch, in the order of PyTorch's
// parameters, then mean and variance of each batch normalisation over that
// batch, found from the running statistics and those of the model before it.
func gradients(c *child, before *Model) [][]float64 {
	m, n := newModel(c), c.net
	for i, l := range n.Convs {
		w := m.Convs[i].Weights
		reorder(l.K*l.K, l.F, l.C, func(engine, model int) { w[model] = l.Grad[engine] })
		m.Convs[i].Gamma, m.Convs[i].Beta = n.Norms[i].GammaGrad, n.Norms[i].BetaGrad
	}
	m.denseOrder(func(engine, model int) { m.Dense[model] = n.Dense.Grad[engine] })
	m.Bias = n.BiasGrad
	var all [][]float64
	for _, p := range peerOrder(m) {
		g := make([]float64, len(p))
		for i, v := range p {
			g[i] = float64(v)
		}
		all = append(all, g)
	}
	for i, l := range m.Convs {
		for _, s := range [][2][]float32{{before.Convs[i].Mean, l.Mean}, {before.Convs[i].Var, l.Var}} {
			batch := make([]float64, len(s[0]))
			for f := range batch {
				was := float64(s[0][f])
				batch[f] = was + (float64(s[1][f])-was)/engine.RunningRate
			}
			all = append(all, batch)
		}
	}
	return all
}

// peerGradients has PyTorch do one update and returns what gradients returns.
func peerGradients(t *testing.T, py, dir string, run map[string]any, order [][]float32) [][]float64 {
	t.Helper()
	run["gradients"] = true
	peerLosses(t, py, dir, run)
	b, err := os.ReadFile(filepath.Join(dir, "gradients.bin"))
	if err != nil {
		t.Fatal(err)
	}
	flat := make([]float64, len(b)/8)
	if _, err := binary.Decode(b, binary.LittleEndian, flat); err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, p := range order {
		sizes = append(sizes, len(p))
	}
	for i := 1; i < len(order)-2; i += 3 {
		sizes = append(sizes, len(order[i]), len(order[i]))
	}
	var all [][]float64
	for _, n := range sizes {
		if n > len(flat) {
			t.Fatalf("%d gradients are missing", n-len(flat))
		}
		all, flat = append(all, flat[:n]), flat[n:]
	}
	if len(flat) > 0 {
		t.Fatalf("%d gradients too many", len(flat))
	}
	return all
}

// distance is the Euclidean distance of a from want, as a share of want's norm.
func distance(a, want []float64) float64 {
	var d, norm float64
	for i, w := range want {
		d += (a[i] - w) * (a[i] - w)
		norm += w * w
	}
	return math.Sqrt(d / norm)
}

// peerDecay is a weight decay large enough to show in the losses of 40 updates.
const peerDecay = 0.05

// TestLossFollowsPyTorch trains from the same weights on the same batches for 40
// updates, with the whole recipe, and compares the losses. With small steps they
// must be PyTorch's to 1e-4. With large ones a difference in the last bit grows
// tenfold every few updates, where a value passes a ReLU or not, so that PyTorch's
// own float32 leaves its float64: there our losses must be as near to those of
// float64 as PyTorch's float32 is, within a factor of 3. After flattening, the
// first value to pass a ReLU otherwise decides when that begins, so that the
// factor says nothing: TestGradientsMatchPyTorch looks at that head.
func TestLossFollowsPyTorch(t *testing.T) {
	heavy.Only(t, "loss against PyTorch")
	py := python(t)
	const steps, batch = 40, 40
	set := data.Shapes(1, steps*batch, 10)
	norm := normalize(set.Train)
	inputs := peerInputs(set.Train, norm)
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
			run := peerRun(cfg, rates)
			dir := t.TempDir()
			writeFloats(t, dir, "weights.bin", peerOrder(m)...)
			writeFloats(t, dir, "batches.bin", inputs)
			write(t, dir, "labels.bin", set.Train.Labels)
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
				n.Update(engine.Step{Rate: rates[i], Momentum: 0.9, Decay: peerDecay, Nesterov: true})
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

// TestRecipeFollowsPyTorch trains the published network for 40 updates as Train
// does, and with PyTorch: order of images, augmentation, normalisation, warm-up and
// cosine, a last batch in part and all. At a small rate the losses must be
// PyTorch's to 1e-4.
func TestRecipeFollowsPyTorch(t *testing.T) {
	heavy.Only(t, "the recipe against PyTorch")
	py := python(t)
	const images, epochs, updates = 4*64 + 16, 8, 40
	set := data.Shapes(1, images, 100)
	dir := t.TempDir()
	for name, m := range map[string]*data.Images{"data_batch_1.bin": set.Train, "test_batch.bin": set.Test} {
		var b []byte
		for i, label := range m.Labels {
			b = append(append(b, label), m.At(i)...)
		}
		write(t, dir, name, b)
	}
	opt := peerOptions(epochs, 3e-5)
	var losses []float64
	mean, seen := 0.0, 0
	opt.Progress = func(p Progress) { // Loss is the mean of the epoch so far
		if p.Step%5 == 1 {
			mean, seen = 0, 0
		}
		n := min(images, seen+64)
		losses = append(losses, (p.Loss*float64(n)-mean*float64(seen))/float64(n-seen))
		mean, seen = p.Loss, n
	}
	o, peer := withPyTorch(t, py, dir, *peerNetwork, set, opt)
	if len(losses) != updates || len(peer.Losses) != updates {
		t.Fatalf("%d and %d losses, want %d", len(losses), len(peer.Losses), updates)
	}
	worst := 0.0
	for i, want := range peer.Losses {
		worst = max(worst, math.Abs(losses[i]-want))
	}
	t.Logf("losses from %.4f to %.4f differ by at most %.2g; test accuracy %.2f, PyTorch's %.2f", losses[0], losses[updates-1], worst, o.Accuracy, peer.Accuracy)
	if !(worst <= 1e-4) {
		t.Errorf("losses differ by up to %g, want at most 1e-4", worst)
	}
	if !(math.Abs(o.TestLoss-peer.TestLoss) <= 1e-4) {
		t.Errorf("test loss %g, PyTorch's %g", o.TestLoss, peer.TestLoss)
	}
}

// peerLosses has PyTorch train what the files of dir and the description say.
func peerLosses(t *testing.T, py, dir string, run map[string]any) []float64 {
	t.Helper()
	description, err := json.Marshal(run)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "run.json", description)
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

// peerRun describes a training for peer_loss.py.
func peerRun(cfg engine.Config, rates []float64) map[string]any {
	var layers [][3]int
	for _, l := range cfg.Layers {
		layers = append(layers, [3]int{l.Window, l.Filters, l.Stride})
	}
	return map[string]any{
		"channels": cfg.C, "height": cfg.H, "layers": layers, "pool": cfg.Pool, "classes": cfg.Classes, "batch": cfg.Batch,
		"decay": peerDecay, "momentum": 0.9, "nesterov": true, "smoothing": 0.1, "rates": rates, "double": false,
	}
}

// peerInputs is what the images are to a network, [image][channel][row][column].
func peerInputs(m *data.Images, norm *normalization) []float32 {
	inputs := make([]float32, len(m.Pixels))
	for i, v := range m.Pixels {
		inputs[i] = norm.table[i/(m.Height*m.Width)%m.Channels][v]
	}
	return inputs
}

// peerOrder is the weights of a model in the order of PyTorch's parameters.
func peerOrder(m *Model) [][]float32 {
	var p [][]float32
	for _, l := range m.Convs {
		p = append(p, l.Weights, l.Gamma, l.Beta)
	}
	return append(p, m.Dense, m.Bias)
}

func write(t testing.TB, dir, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func writeFloats(t testing.TB, dir, name string, arrays ...[]float32) {
	t.Helper()
	var b bytes.Buffer
	for _, a := range arrays {
		binary.Write(&b, binary.LittleEndian, a)
	}
	write(t, dir, name, b.Bytes())
}
