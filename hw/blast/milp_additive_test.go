package blast

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os/exec"
	"testing"

	"coexplore/hw"
)

// additive is a problem whose stages take the sum of their layers' times: one
// row of cycles for each FPGA type. It is written as a programme that knows
// layers and FPGAs alone, no groups:
//
//	x_l_k  layer l runs on FPGA k            y_k  FPGA k is used
//	b_i_k  FPGA k's layers begin at layer i: there is a buffer before i
//
//	sum of x_l_k over k = 1                               every layer runs once
//	x_l_k <= y_k,  y_k <= sum of x_l_k over l             an FPGA with layers is used, and no other
//	x_i_k + x_j_k - x_m_k <= 1         for i < m < j      an FPGA's layers are neighbours
//	x_i_k - x_(i-1)_k <= b_i_k                            a buffer where they begin
//	sum of c(l, k) x_l_k over l <= T, d(i) b_i_k <= T     stages and links keep up
type additive struct {
	types  []InstanceType
	cycles [][]int64 // type, layer
	link   []int64
	obj    hw.Objective
	budget int64
	fpgas  int // exactly so many, with hw.MaxUtilization
}

func (p *additive) instance() *Instance {
	n := len(p.link)
	in := &Instance{Layers: n, Types: p.types}
	for t := range p.types {
		for i := range n {
			c := int64(0)
			for j := i; j < n; j++ {
				c += p.cycles[t][j]
				in.Candidates = append(in.Candidates, Candidate{First: i, Last: j, Type: t, Cycles: c, Sum: c, Link: p.link[i]})
			}
		}
	}
	return in
}

func (p *additive) WriteTo(w io.Writer) (int64, error) {
	l := &lpWriter{w: bufio.NewWriter(w)}
	var kind []int // of each FPGA
	for t, e := range p.types {
		for range e.Count {
			kind = append(kind, t)
		}
	}
	n := len(p.link)
	switch p.obj {
	case hw.MaxUtilization:
		l.text("Maximize\n o:")
		for k, t := range kind {
			for i := range n {
				l.term(float64(p.cycles[t][i]), "x", i, k)
			}
		}
	case hw.MinCost:
		l.text("Minimize\n o:")
		for k, t := range kind {
			l.term(p.types[t].Price, "y", k)
		}
	default:
		l.text("Minimize\n o: T")
	}
	l.text("\nSubject To\n")
	for i := range n {
		l.label("once", i)
		for k := range kind {
			l.term(1, "x", i, k)
		}
		l.text(" = 1\n")
	}
	for k, t := range kind {
		l.label("time", k)
		for i := range n {
			l.term(float64(p.cycles[t][i]), "x", i, k)
		}
		l.text(" - T <= 0\n")
		l.label("used", k)
		for i := range n {
			l.term(1, "x", i, k)
		}
		l.term(-1, "y", k)
		l.text(" >= 0\n")
		for i := range n {
			l.label("on", i, k)
			l.term(1, "x", i, k)
			l.term(-1, "y", k)
			l.text(" <= 0\n")
			if i > 0 {
				l.label("begin", i, k)
				l.term(1, "x", i, k)
				l.term(-1, "x", i-1, k)
				l.term(-1, "b", i, k)
				l.text(" <= 0\n")
				l.label("link", i, k)
				l.term(float64(p.link[i]), "b", i, k)
				l.text(" - T <= 0\n")
			}
			for j := i + 2; j < n; j++ {
				for m := i + 1; m < j; m++ {
					l.label("near", i, m, j, k)
					l.term(1, "x", i, k)
					l.term(1, "x", j, k)
					l.term(-1, "x", m, k)
					l.text(" <= 1\n")
				}
			}
		}
	}
	if p.obj == hw.MaxUtilization {
		l.label("exactly")
		for k := range kind {
			l.term(1, "y", k)
		}
		l.text(fmt.Sprintf(" = %d\n", p.fpgas))
	}
	l.text(fmt.Sprintf("Bounds\n T <= %d\n T >= 0\nBinary\n", p.budget))
	for k := range kind {
		l.name("y", k)
		for i := range n {
			l.name("x", i, k)
			if i > 0 {
				l.name("b", i, k)
			}
		}
	}
	l.text("\nEnd\n")
	return l.n, l.w.Flush()
}

// TestSolveAdditiveGLPK compares Solve with a programme that assigns layers to
// FPGAs one by one and places buffers between them.
func TestSolveAdditiveGLPK(t *testing.T) {
	if _, err := exec.LookPath("glpsol"); err != nil {
		t.Skip("SKIPPED: additive instances against GLPK, for glpsol is not installed: apt-get install glpk-utils")
	}
	rng := rand.New(rand.NewPCG(4, 3))
	met, missed, several := 0, 0, 0
	for n := 0; met < 210; n++ {
		p := &additive{link: make([]int64, 1+rng.IntN(6)), obj: objectives[n%3]}
		total := int64(0)
		for i := range p.link {
			p.link[i] = rng.Int64N(30)
			if i == 0 || n%4 == 0 {
				p.link[i] = 0
			}
		}
		for k := range 1 + rng.IntN(3) {
			p.types = append(p.types, InstanceType{string(rune('A' + k)), 1 + rng.IntN(2)*rng.IntN(2), float64(1 + rng.IntN(4))})
			row := make([]int64, len(p.link))
			for i := range row {
				row[i] = 1 + rng.Int64N(30)
				total += row[i]
			}
			p.cycles = append(p.cycles, row)
		}
		p.budget = total/int64(2*len(p.types)) + rng.Int64N(40)
		if p.obj == hw.MaxThroughput {
			p.budget = math.MaxInt32
		}
		dir := t.TempDir()
		in := p.instance()
		want, ok, err := overFPGAs(in, p.obj, func(n int) (float64, bool, error) {
			p.fpgas = n
			return glpk(p, dir)
		})
		if err != nil {
			t.Fatal(err)
		}
		got, found, _ := in.Solve(p.obj, p.budget)
		if found != ok {
			t.Fatalf("instance %d: solution %v, GLPK %v\n%+v", n, found, ok, p)
		}
		if !ok {
			missed++
			continue
		}
		met++
		if len(got.Candidates) > 1 {
			several++
		}
		value := map[hw.Objective]float64{hw.MaxUtilization: float64(got.Sum) / float64(got.FPGAs), hw.MinCost: got.Price,
			hw.MaxThroughput: float64(got.Interval)}[p.obj]
		if math.Abs(value-want) > 1e-6*want {
			t.Fatalf("instance %d, %v: %v, GLPK %v\n%+v", n, p.obj, value, want, p)
		}
	}
	t.Logf("the same optimum on %d instances, %d of them of several stages; no solution for both on %d", met, several, missed)
}
