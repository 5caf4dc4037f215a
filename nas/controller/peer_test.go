package controller

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"coexplore/internal/heavy"
)

var torch = flag.String("torch", "/usr/bin/python3", "a Python with PyTorch, to compare gradients and speed with")

func peer(t testing.TB, stdin []byte, args ...string) []byte {
	t.Helper()
	if err := exec.Command(*torch, "-c", "import torch").Run(); err != nil {
		t.Skipf("SKIPPED: the controller was not compared with PyTorch: %s has none (%v); -torch PYTHON names a Python that has it", *torch, err)
	}
	cmd := exec.Command(*torch, append([]string{"testdata/peer_torch.py"}, args...)...)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(stdin), os.Stderr
	cmd.Env = append(os.Environ(), "OMP_NUM_THREADS=1")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	return out
}

// BenchmarkAgainstPyTorch runs ours and PyTorch's in turn on one core, two seconds each a
// turn, and reports the medians and their ratio:
//
//	go test ./nas/controller -run '^$' -bench AgainstPyTorch -benchtime 5x
func BenchmarkAgainstPyTorch(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	const seconds = 2.0
	for _, period := range []int{0, 1} {
		for _, size := range sizes {
			b.Run(fmt.Sprintf("hidden=%d/decisions=%d/period=%d", size[0], size[1], period), func(b *testing.B) {
				var ours, theirs []float64
				for b.Loop() {
					out := peer(b, nil, "time", strconv.Itoa(size[0]), strconv.Itoa(size[1]), strconv.Itoa(period), strconv.FormatFloat(seconds, 'g', -1, 64))
					ms, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
					if err != nil {
						b.Fatal(err)
					}
					theirs = append(theirs, ms)
					ours = append(ours, timeEpisodes(b, size[0], size[1], period, seconds))
				}
				slices.Sort(ours)
				slices.Sort(theirs)
				our, their := ours[len(ours)/2], theirs[len(theirs)/2]
				b.ReportMetric(0, "ns/op") // a turn's time says nothing
				b.ReportMetric(our, "ms/episode")
				b.ReportMetric(their, "torch-ms/episode")
				b.ReportMetric(their/our, "times-as-fast")
			})
		}
	}
}

// timeEpisodes returns milliseconds an episode, the median of batches of ten.
func timeEpisodes(b *testing.B, hidden, decisions, period int, seconds float64) float64 {
	episode := newEpisode(b, hidden, decisions, period)
	for range 10 {
		episode()
	}
	var batches []float64
	for end := time.Now().Add(time.Duration(seconds * float64(time.Second))); len(batches) < 3 || time.Now().Before(end); {
		start := time.Now()
		for range 10 {
			episode()
		}
		batches = append(batches, float64(time.Since(start).Nanoseconds())/1e7)
	}
	slices.Sort(batches)
	return batches[len(batches)/2]
}

// Tensors in PyTorch's layout: gates in the rows of four blocks, in the same
// order as ours.
type torchTensors struct {
	WeightIH   [][]float64   `json:"weight_ih"`
	WeightHH   [][]float64   `json:"weight_hh"`
	Bias       []float64     `json:"bias"`
	Embedding  [][]float64   `json:"embedding"`
	Heads      [][][]float64 `json:"heads"`
	HeadBiases [][]float64   `json:"head_biases"`
}

type torchSpec struct {
	torchTensors
	Hidden     int       `json:"hidden"`
	Discount   float64   `json:"discount"`
	Entropy    float64   `json:"entropy"`
	Rows       []int     `json:"rows"`
	Episodes   [][]int   `json:"episodes"`
	Advantages []float64 `json:"advantages"`
}

// toTorch lays out the policy's weights, or their gradients, as PyTorch does.
func toTorch(p *Policy, gradients bool) (out torchTensors) {
	four := func(m matrix4) [][4]float64 {
		if gradients {
			return m.g
		}
		return m.w
	}
	one := func(m matrix) []float64 {
		if gradients {
			return m.g
		}
		return m.w
	}
	H := p.settings.Hidden
	for gate := range 4 {
		for u := range H {
			x, h := make([]float64, H), make([]float64, H)
			for j := range H {
				x[j], h[j] = four(p.wx)[u*H+j][gate], four(p.wh)[u*H+j][gate]
			}
			out.WeightIH = append(out.WeightIH, x)
			out.WeightHH = append(out.WeightHH, h)
			out.Bias = append(out.Bias, four(p.bias)[u][gate])
		}
	}
	rows := func(x []float64) (m [][]float64) {
		for ; len(x) > 0; x = x[H:] {
			m = append(m, x[:H])
		}
		return m
	}
	out.Embedding = rows(one(p.emb))
	for t := range p.choices {
		from, to := p.offset[t], p.offset[t+1]
		out.Heads = append(out.Heads, rows(one(p.head)[from*H:to*H]))
		out.HeadBiases = append(out.HeadBiases, one(p.hb)[from:to])
	}
	return out
}

// flat returns all numbers of the tensors in one row.
func (m torchTensors) flat() (x []float64) {
	for _, rows := range append([][][]float64{m.WeightIH, m.WeightHH, {m.Bias}, m.Embedding, m.HeadBiases}, m.Heads...) {
		for _, row := range rows {
			x = append(x, row...)
		}
	}
	return x
}

// TestPyTorchGradients holds the gradients against PyTorch's own LSTM and
// automatic differentiation.
func TestPyTorchGradients(t *testing.T) {
	heavy.Only(t, "the controller against PyTorch")
	s := DefaultSettings()
	s.Hidden, s.Discount, s.Entropy, s.Period = 13, 0.95, 0.05, 3
	p := mustNew(t, []int{4, 3, 2, 4, 3, 2, 5, 3}, s, 71)
	rng := newRand(72)
	for i := range p.head.w {
		p.head.w[i] = rng.NormFloat64()
	}
	for i := range p.hb.w {
		p.hb.w[i] = rng.NormFloat64()
	}
	spec := torchSpec{torchTensors: toTorch(p, false), Hidden: s.Hidden, Discount: s.Discount, Entropy: s.Entropy}
	for t := range p.choices {
		spec.Rows = append(spec.Rows, p.first[p.kind[t]])
	}
	for _, n := range []int{8, 3, 5, 8} {
		spec.Episodes = append(spec.Episodes, p.Sample(rng, nil)[:n])
		spec.Advantages = append(spec.Advantages, rng.NormFloat64())
	}
	in, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	var theirs torchTensors
	if err := json.Unmarshal(peer(t, in, "gradients"), &theirs); err != nil {
		t.Fatal(err)
	}
	p.gradient(spec.Episodes, spec.Advantages, 0)
	a, b := toTorch(p, true).flat(), theirs.flat()
	if len(a) != p.Weights() || len(b) != len(a) {
		t.Fatalf("%d and %d gradients of %d weights", len(a), len(b), p.Weights())
	}
	worst, largest := 0.0, 0.0
	for i := range a {
		worst, largest = max(worst, math.Abs(a[i]-b[i])), max(largest, math.Abs(b[i]))
	}
	if !(worst < 1e-13) || largest < 0.1 {
		t.Errorf("largest difference %g, largest gradient %g", worst, largest)
	}
	t.Logf("%d gradients differ from PyTorch's by at most %.2g (the largest is %.2g)", len(a), worst, largest)
}
