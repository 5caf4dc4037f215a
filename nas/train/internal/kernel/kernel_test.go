package kernel

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"coexplore/internal/heavy"
)

// TestGeneratedFiles runs the generator again and compares.
func TestGeneratedFiles(t *testing.T) {
	heavy.Only(t, "whether asmgen, which takes avo, still writes the committed assembly")
	dir := t.TempDir()
	// The command line is part of the amd64 files, so the folders are alike.
	gen := filepath.Join(dir, "asmgen")
	if err := os.CopyFS(gen, os.DirFS("../asmgen")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "kernel"), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", ".", "-out", "../kernel/kernels_amd64.s", "-stubs", "../kernel/stubs_amd64.go", "-pkg", "kernel",
		"-neon", "../kernel/kernels_arm64.s", "-neon-stubs", "../kernel/stubs_arm64.go")
	cmd.Dir = gen
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOOS=", "GOARCH=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"kernels_amd64.s", "stubs_amd64.go", "kernels_arm64.s", "stubs_arm64.go"} {
		want, err := os.ReadFile(filepath.Join(dir, "kernel", name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from what asmgen writes: run it again", name)
		}
	}
}

// TestRegistersOfAVX2: what has AVX2 and no AVX-512 has 16 registers of vectors, and
// takes a kernel that names another for an illegal instruction. A processor that has both
// says nothing.
func TestRegistersOfAVX2(t *testing.T) {
	text, err := os.ReadFile("kernels_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	kernels := strings.Split(string(text), "\nTEXT ·")[1:]
	more, of := regexp.MustCompile(`\b([XY](1[6-9]|[23][0-9])|[ZK][0-9]+)\b`), regexp.MustCompile(`^[a-zA-Z0-9]*Y[0-9x]*\(`)
	checked := 0
	for _, k := range kernels {
		if of.MatchString(k) {
			checked++
			if r := more.FindString(k); r != "" {
				t.Errorf("%s takes register %s", k[:strings.IndexByte(k, '(')], r)
			}
		}
	}
	if checked < 30 {
		t.Errorf("%d of %d kernels are AVX2's", checked, len(kernels))
	}
}

// TestWinogradIdentity checks the matrices themselves, in float64: transforms,
// products and the transform back are the direct sum.
func TestWinogradIdentity(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, f := range winogradSizes {
		m, k := f[0], f[1]
		at, g, bt := WinogradMatrices(m, k)
		x, w := make([]float64, m+k-1), make([]float64, k)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		for i := range w {
			w[i] = rng.NormFloat64()
		}
		u, v := times(g, w), times(bt, x)
		for i := range u {
			u[i] *= v[i]
		}
		for i, y := range times(at, u) {
			want := 0.0
			for j := range w {
				want += w[j] * x[i+j]
			}
			if math.Abs(y-want) > 1e-11 {
				t.Errorf("F(%d,%d) output %d: %g, want %g", m, k, i, y, want)
			}
		}
	}
}

func times(a [][]float64, x []float64) []float64 {
	y := make([]float64, len(a))
	for r, row := range a {
		for c, v := range row {
			y[r] += v * x[c]
		}
	}
	return y
}

// TestTransforms compares every set's transforms with the matrices in float64.
func TestTransforms(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for _, set := range Available() {
		for _, w := range set.winograd {
			at, g, bt := WinogradMatrices(w.M, w.K)
			for name, c := range map[string]struct {
				f LinearFunc
				a [][]float64
			}{"input": {w.Input, bt}, "output": {w.Output, at}, "grad": {w.Grad, transposed(at)},
				"weight": {w.Weight, g}, "weight grad": {w.WeightGrad, transposed(g)}} {
				const n, step = 48, 64
				src, dst := make([]float32, len(c.a[0])*step), make([]float32, len(c.a)*step)
				for i := range src {
					src[i] = float32(rng.NormFloat64())
				}
				c.f(&dst[0], &src[0], n, 4*step, 4*step)
				for r, row := range c.a {
					for i := range step {
						want, size := 0.0, 0.0
						for j, v := range row {
							p := v * float64(src[j*step+i])
							want += p
							size += math.Abs(p)
						}
						if i >= n {
							want, size = 0, 0
						}
						if math.Abs(float64(dst[r*step+i])-want) > 1e-6*size {
							t.Fatalf("%s F(%d,%d) %s: row %d, %d: %g, want %g", set.Name, w.M, w.K, name, r, i, dst[r*step+i], want)
						}
					}
				}
			}
		}
	}
}

// TestElementwise compares the kernels of batch normalisation with plain sums,
// and checks that what is not a number stays visible.
func TestElementwise(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for _, set := range Available() {
		n := 5 * set.Lanes
		v := make([][]float32, 9)
		for i := range v {
			v[i] = make([]float32, n)
			for j := range v[i] {
				v[i][j] = float32(rng.NormFloat64())
			}
		}
		x, scale, shift, dy, a, b, c := v[0], v[1], v[2], v[3], v[4], v[5], v[6]
		sum, dot := v[7], v[8]
		near := func(what string, i int, got float32, want float64) {
			if math.Abs(float64(got)-want) > 1e-5 {
				t.Errorf("%s: %s, %d: %g, want %g", set.Name, what, i, got, want)
			}
		}
		y := make([]float32, n)
		set.AffineReLU(&y[0], &x[0], &scale[0], &shift[0], n)
		grad := make([]float64, n)
		for i := range y {
			z := float64(x[i])*float64(scale[i]) + float64(shift[i])
			near("AffineReLU", i, y[i], max(0, z))
			if z > 0 {
				grad[i] = float64(dy[i])
			}
		}
		s, q := append([]float32(nil), sum...), append([]float32(nil), dot...)
		set.Moments(&x[0], &s[0], &q[0], n)
		for i := range s {
			near("Moments", i, s[i], float64(sum[i])+float64(x[i]))
			near("Moments", i, q[i], float64(dot[i])+float64(x[i])*float64(x[i]))
		}
		s, q = append([]float32(nil), sum...), append([]float32(nil), dot...)
		set.GradMoments(&dy[0], &x[0], &scale[0], &shift[0], &s[0], &q[0], n)
		for i := range s {
			near("GradMoments", i, s[i], float64(sum[i])+grad[i])
			near("GradMoments", i, q[i], float64(dot[i])+grad[i]*float64(x[i]))
		}
		d := append([]float32(nil), dy...)
		set.GradApply(&d[0], &x[0], &scale[0], &shift[0], &a[0], &b[0], &c[0], n)
		for i := range d {
			near("GradApply", i, d[i], float64(a[i])*grad[i]+float64(b[i])*float64(x[i])+float64(c[i]))
		}
		x[3] = float32(math.NaN())
		set.AffineReLU(&y[0], &x[0], &scale[0], &shift[0], n)
		if !math.IsNaN(float64(y[3])) {
			t.Errorf("%s: AffineReLU hides a NaN as %g", set.Name, y[3])
		}
	}
}

func TestSplit(t *testing.T) {
	for _, set := range Available() {
		for n := 1; n <= 130; n++ {
			sum := 0
			for _, m := range Split(n, set.Rows) {
				if set.Conv(m) == nil {
					t.Fatalf("%s: no kernel of %d channels", set.Name, m)
				}
				sum += m
			}
			if sum != n {
				t.Fatalf("%s: Split(%d) sums to %d", set.Name, n, sum)
			}
		}
	}
}

// TestNEON runs the tests of this package and of the engine for arm64, the NEON
// kernels with all channel counts.
func TestNEON(t *testing.T) {
	heavy.Only(t, "NEON kernels under qemu")
	qemu, err := exec.LookPath("qemu-aarch64")
	if err != nil {
		t.Skip("SKIPPED: NEON kernels: no qemu-aarch64 here (apt-get install qemu-user)")
	}
	for _, c := range []struct {
		pkg, tests, heavy string
		want              string // a test that must have run
	}{
		{".", "Transforms|Elementwise|Split", "", "PASS: TestTransforms"},
		{"../engine", "Naive|Gradients", "", "PASS: TestConvAgainstNaiveLoops/neon"},
		{"../engine", "EveryChannelCount/go", "", "PASS: TestEveryChannelCount/go"},
		{"../engine", "EveryChannelCount/neon", "1", "PASS: TestEveryChannelCount/neon"},
	} {
		bin := filepath.Join(t.TempDir(), "arm64.test")
		build := exec.Command("go", "test", "-c", "-o", bin, c.pkg)
		build.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		run := exec.Command(qemu, bin, "-test.v", "-test.run", c.tests)
		run.Dir, run.Env = c.pkg, append(os.Environ(), "COEXPLORE_HEAVY="+c.heavy)
		out, err := run.CombinedOutput()
		if err != nil || !bytes.Contains(out, []byte(c.want)) {
			t.Fatalf("%s %q under qemu: %v\n%s", c.pkg, c.tests, err, out)
		}
		t.Logf("%s under qemu: %q", c.pkg, c.tests)
	}
}
