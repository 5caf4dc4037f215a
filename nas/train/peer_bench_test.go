package train

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat"

	"coexplore/data"
	"coexplore/nas/train/internal/engine"
	"coexplore/nas/train/internal/kernel"
)

var (
	peerThreads = flag.Int("peer-threads", 1, "threads of each side of BenchmarkAgainstPyTorch")
	peerRounds  = flag.Int("peer-rounds", 5, "rounds of BenchmarkAgainstPyTorch")
	peerSeconds = flag.Float64("peer-seconds", 2, "seconds that each side trains in a round")
	peerData    = flag.String("peer-data", "", "folder with CIFAR-10's binary version, for BenchmarkAccuracyAgainstPyTorch")
	peerSeeds   = flag.Int("peer-seeds", 3, "seeds of BenchmarkAccuracyAgainstPyTorch, from 1")
	peerEpochs  = flag.Int("peer-epochs", 10, "epochs of BenchmarkAccuracyAgainstPyTorch")
	peerTrain   = flag.Int("peer-train-images", 0, "training images of BenchmarkAccuracyAgainstPyTorch; 0: all of the folder")
	peerTest    = flag.Int("peer-test-images", 0, "its test images; 0: all of the folder")
	peerNetwork = flag.String("peer-network", "3x36,5x36,1x64,3x48s2,7x24,1x64", "its network; the published predicted-stride OptHW by default")
)

// peerNets are the networks whose training speed is compared.
var peerNets = map[string][][3]int{
	"reference": {{3, 36, 1}, {3, 48, 2}, {5, 36, 1}, {3, 64, 2}},
	"deep": {{3, 36, 1}, {3, 48, 1}, {5, 36, 2}, {3, 48, 1}, {3, 36, 1}, {5, 48, 1}, {3, 64, 2},
		{3, 48, 1}, {3, 64, 1}, {5, 48, 1}, {3, 64, 1}, {3, 48, 1}, {3, 64, 1}, {3, 48, 1}},
	"heavy": {{5, 64, 1}, {7, 64, 1}, {5, 64, 1}, {3, 64, 2}, {5, 64, 1}, {3, 64, 2}},
}

const peerBatch = 64

// BenchmarkAgainstPyTorch trains each network in this process and in one with
// PyTorch, in turn, and reports the medians: images a second of both, their
// ratio, and the share of the machine's peak (as far as the multiply-accumulates
// of the network go, so Winograd's algorithm may exceed 1).
//
//	go test ./nas/train -run '^$' -bench AgainstPyTorch/avx512 -benchtime 1x -peer-threads 2
func BenchmarkAgainstPyTorch(b *testing.B) {
	py := python(b)
	list, err := json.Marshal(peerNets)
	if err != nil {
		b.Fatal(err)
	}
	for _, set := range kernel.Available() {
		for _, name := range []string{"reference", "deep", "heavy"} {
			b.Run(set.Name+"/"+name, func(b *testing.B) {
				cmd := exec.Command(py, "testdata/peer_speed.py", string(list), strconv.Itoa(*peerThreads), strconv.Itoa(peerBatch))
				cmd.Stderr = os.Stderr
				in, err := cmd.StdinPipe()
				if err != nil {
					b.Fatal(err)
				}
				out, err := cmd.StdoutPipe()
				if err != nil {
					b.Fatal(err)
				}
				if err := cmd.Start(); err != nil {
					b.Fatal(err)
				}
				defer cmd.Wait()
				defer in.Close()
				lines := bufio.NewScanner(out)
				if !lines.Scan() {
					b.Fatal("PyTorch did not start")
				}
				net, labels := speedNet(name, set)
				net.Gradients(labels, 0)
				var ours, theirs, ratios, shares []float64
				for b.Loop() {
					for range *peerRounds {
						fmt.Fprintln(in, name, *peerSeconds)
						if !lines.Scan() {
							b.Fatal("PyTorch ended")
						}
						their, err := strconv.ParseFloat(lines.Text(), 64)
						if err != nil {
							b.Fatal(err)
						}
						our := speed(net, labels)
						ours, theirs, ratios = append(ours, our), append(theirs, their), append(ratios, our/their)
						shares = append(shares, our*net.FLOPs()/(peak(set)*float64(*peerThreads)))
					}
				}
				b.ReportMetric(median(ours), "images/s")
				b.ReportMetric(median(theirs), "torch-images/s")
				b.ReportMetric(median(ratios), "ratio")
				b.ReportMetric(median(ours)*net.FLOPs()/1e9, "GFLOP/s")
				b.ReportMetric(median(shares), "of-peak")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// BenchmarkAccuracyAgainstPyTorch trains the published predicted-stride network
// on CIFAR-10 with the same recipe here and with PyTorch, one thread each at the
// same time, with as many seeds as asked for. A seed decides weights, order and
// augmentation for both sides; rounding alone then sends them different ways, so
// that a pair differs by half a point and more. It reports test accuracies in per
// cent: the means over the seeds, their difference and its standard error, and the
// same of the test losses. It fails if PyTorch's mean accuracy is more than a point
// higher. Ten epochs of 10,000 images take PyTorch some ten minutes a seed.
//
//	go test ./nas/train -run '^$' -bench AccuracyAgainstPyTorch -benchtime 1x -timeout 3h -peer-data cifar-10-batches-bin
//
// A small network, many times, shows smaller differences:
//
//	... -peer-network 5x16,3x16s2,7x16,1x16s2 -peer-seeds 40 -peer-epochs 6 -peer-train-images 3000 -peer-test-images 5000
func BenchmarkAccuracyAgainstPyTorch(b *testing.B) {
	if *peerData == "" {
		b.Skip("SKIPPED: accuracy against PyTorch needs -peer-data with a folder of CIFAR-10's binary version")
	}
	py := python(b)
	set, err := data.LoadCIFAR10(*peerData)
	if err != nil {
		b.Fatal(err)
	}
	set = set.Subset(*peerTrain, *peerTest)
	var ours, theirs, accuracies, losses []float64
	for b.Loop() {
		for seed := 1; seed <= *peerSeeds; seed++ {
			opt := peerOptions(*peerEpochs, 0.02)
			opt.Seed = uint64(seed)
			o, peer := withPyTorch(b, py, *peerData, *peerNetwork, set, opt)
			our, their := 100*o.Accuracy, 100*peer.Accuracy
			fmt.Fprintf(os.Stderr, "seed %d: %.2f%%, PyTorch %.2f%%; test loss %.4f, PyTorch %.4f\n", // at once: hours may follow
				seed, our, their, o.TestLoss, peer.TestLoss)
			ours, theirs = append(ours, our), append(theirs, their)
			accuracies, losses = append(accuracies, our-their), append(losses, o.TestLoss-peer.TestLoss)
		}
	}
	our, their := stat.Mean(ours, nil), stat.Mean(theirs, nil)
	b.ReportMetric(our, "accuracy-%")
	b.ReportMetric(their, "torch-accuracy-%")
	for what, differences := range map[string][]float64{"accuracy": accuracies, "loss": losses} {
		b.ReportMetric(stat.Mean(differences, nil), what+"-difference")
		if n := float64(len(differences)); n > 1 {
			b.ReportMetric(stat.StdErr(stat.StdDev(differences, nil), n), what+"-standard-error")
		}
	}
	b.ReportMetric(0, "ns/op")
	if our < their-1 {
		b.Errorf("mean test accuracy %.2f%%, PyTorch's %.2f%%: more than a point behind", our, their)
	}
}

// peerOptions is the recipe of peer_accuracy.py.
func peerOptions(epochs int, rate float64) Options {
	opt := DefaultOptions()
	opt.Epochs, opt.Augment, opt.WarmUp, opt.LearningRate, opt.Threads = epochs, true, 1, rate, 1
	return opt
}

// peerOutcome is what peer_accuracy.py prints in the end.
type peerOutcome struct {
	Accuracy float64
	TestLoss float64   `json:"test_loss"`
	Losses   []float64 // of each update
}

// withPyTorch trains a network here and with PyTorch at the same time, from the
// same seed, and returns both outcomes. The folder has the set in CIFAR-10's
// layout.
func withPyTorch(t testing.TB, py, folder, network string, set *data.Set, opt Options) (*Outcome, peerOutcome) {
	t.Helper()
	c, err := newChild(chain(t, network), set, opt)
	if err != nil {
		t.Fatal(err)
	}
	c.open(new(engine.Arena))
	c.begin()
	var out, stderr bytes.Buffer
	cmd := exec.Command(py, "testdata/peer_accuracy.py", folder, "--network", network, "--start", peerStart(t, c),
		"--epochs", strconv.Itoa(opt.Epochs), "--rate", strconv.FormatFloat(opt.LearningRate, 'g', -1, 64),
		"--train-images", strconv.Itoa(set.Train.Len()), "--test-images", strconv.Itoa(set.Test.Len()))
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	err = c.train(t.Context(), opt.Epochs)
	if err == nil {
		err = c.measure(t.Context())
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("PyTorch, seed %d: %v\n%s", opt.Seed, err, stderr.Bytes())
	}
	if err != nil {
		t.Fatal(err)
	}
	var peer peerOutcome
	if err := json.Unmarshal(out.Bytes(), &peer); err != nil {
		t.Fatal(err)
	}
	return c.outcome, peer
}

// peerStart writes what the seed of a child that has not begun to train decides,
// as peer_accuracy.py reads it, and returns the folder.
func peerStart(t testing.TB, c *child) string {
	dir := t.TempDir()
	writeFloats(t, dir, "weights.bin", peerOrder(newModel(c))...)
	var views []int32
	for epoch := range c.opt.Epochs {
		rng := c.epochRand(epoch)
		for _, at := range rng.Perm(c.set.Train.Len()) {
			v := draw(rng)
			mirrored := int32(0)
			if v.flip {
				mirrored = 1
			}
			views = append(views, int32(at), int32(v.dx), int32(v.dy), mirrored)
		}
	}
	encoded, err := binary.Append(nil, binary.LittleEndian, views)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "views.bin", encoded)
	return dir
}

// speedNet is a network with a batch of noise.
func speedNet(name string, set *kernel.Set) (*engine.Net, []uint8) {
	cfg := engine.Config{C: 3, H: 32, W: 32, Classes: 10, Pool: true, Batch: peerBatch, Set: set, Threads: *peerThreads}
	for _, l := range peerNets[name] {
		cfg.Layers = append(cfg.Layers, engine.Layer{Window: l[0], Filters: l[1], Stride: l[2]})
	}
	rng := rand.New(rand.NewPCG(1, 1))
	net := engine.New(cfg, new(engine.Arena))
	net.Init(rng)
	labels := make([]uint8, peerBatch)
	for i := range labels {
		labels[i] = uint8(i % 10)
		net.SetImage(i, func(c, y, x int) float32 { return float32(rng.NormFloat64()) })
	}
	return net, labels
}

// speed trains for a while and returns the images a second.
func speed(net *engine.Net, labels []uint8) float64 {
	count, start := 0, time.Now()
	for time.Since(start).Seconds() < *peerSeconds {
		net.Gradients(labels, 0)
		net.Update(engine.Step{Rate: 0.01, Momentum: 0.9, Decay: 5e-4, Nesterov: true})
		count++
	}
	return float64(count*peerBatch) / time.Since(start).Seconds()
}

// peak is the floating-point operations a second that one core does in the
// largest kernel with all data in the first-level cache.
func peak(set *kernel.Set) float64 {
	const k = 128
	m := set.Rows[0]
	in, w, out := make([]float32, k*set.Lanes), make([]float32, k*m), make([]float32, m*set.Lanes)
	taps := [3]int64{0, 0, k}
	fn := set.Conv(m)
	count, start := 0, time.Now()
	for time.Since(start) < 100*time.Millisecond {
		for range 100 {
			fn(&out[0], &in[0], &w[0], &taps[0], 1, 1, 0, 0, 0)
		}
		count += 100
	}
	return 2 * float64(count) * float64(k*m*set.Lanes) / time.Since(start).Seconds()
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
