package blast

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"

	"coexplore/hw"
)

// MILP is an instance as a mixed integer linear programme, for a solver that
// reads the CPLEX LP format, such as GLPK's glpsol --lp. It follows the BLAST
// paper (Jiang et al., IEEE TCAD 37(11), 2018), whose two decisions are its
// binary variables:
//
//	b_i    a buffer lies before layer i: a cut (b_0 is the network's input)
//	a_l_t  layer l is assigned to FPGAs of type t
//	z_g    candidate g of the instance is a stage
//	T      the interval: no stage and no link takes longer
//
// The layers of a stage share one accelerator, made for all of them, so that
// their times do not simply add up: the z_g pick a stage's time from the
// instance, and are tied to the two decisions.
//
//	sum of z_g over the candidates that hold layer l              = 1       for every l
//	sum of z_g over those that hold l and use type t          = a_l_t   for every l, t
//	sum of a_l_t over t                                      >= 1       for every l
//	sum of z_g over the candidates that begin at layer i          = b_i     for every i
//	sum of use(g, t) z_g                                     <= count of type t
//	sum of use(g) z_g                                        <= MaxFPGAs
//	sum of c(g) z_g over the candidates that hold layer l        <= T       for every l
//	sum of d(g) z_g over the candidates that begin at layer i    <= T       for every i
//	T                                                        <= Budget
//
// A layer that is split over FPGAs of several types has several a_l_t of 1.
// hw.MinCost minimises the price, hw.MaxThroughput T. Mean utilisation is a ratio,
// the cycles of all FPGAs over their number, so hw.MaxUtilization takes FPGAs as
// given: it maximises the cycles with exactly so many, and the best ratio over
// all numbers is the optimum.
type MILP struct {
	Instance  *Instance
	Objective hw.Objective
	Budget    int64 // cycles; 0: none
	FPGAs     int   // with hw.MaxUtilization, how many FPGAs to use
}

// WriteTo writes the programme in the CPLEX LP format.
func (m *MILP) WriteTo(w io.Writer) (int64, error) {
	if err := m.Instance.Check(); err != nil {
		return 0, err
	}
	if m.Objective == hw.MaxUtilization && m.FPGAs < 1 {
		return 0, fmt.Errorf("blast: MILP: the utilization objective needs a number of FPGAs, at least 1")
	}
	l := &lpWriter{w: bufio.NewWriter(w)}
	in := m.Instance
	switch m.Objective {
	case hw.MaxUtilization:
		l.text("Maximize\n cycles:")
		for g := range in.Candidates {
			l.term(float64(in.Candidates[g].Sum), "z", g)
		}
	case hw.MinCost:
		l.text("Minimize\n price:")
		for g := range in.Candidates {
			l.term(in.price(g), "z", g)
		}
	case hw.MaxThroughput:
		l.text("Minimize\n interval: T")
	default:
		return 0, fmt.Errorf("blast: MILP: unknown objective %d", int(m.Objective))
	}
	if l.empty {
		l.text(" 0 T")
	}
	l.text("\nSubject To\n")
	for at := range in.Layers {
		m.layer(l, at)
	}
	m.pool(l)
	l.text("Bounds\n")
	if m.Budget > 0 {
		l.text(" T <= " + strconv.FormatInt(m.Budget, 10) + "\n")
	}
	l.text(" T >= 0\nBinary\n")
	for g := range in.Candidates {
		l.name("z", g)
	}
	for at := range in.Layers {
		l.name("b", at)
		for t := range in.Types {
			l.name("a", at, t)
		}
	}
	l.text("\nEnd\n")
	err := l.w.Flush()
	return l.n, err
}

// layer writes the constraints of one layer.
func (m *MILP) layer(l *lpWriter, at int) {
	in := m.Instance
	var hold, begin []int
	for g := range in.Candidates {
		if in.Candidates[g].First <= at && at <= in.Candidates[g].Last {
			hold = append(hold, g)
		}
		if in.Candidates[g].First == at {
			begin = append(begin, g)
		}
	}
	one := func(int) float64 { return 1 }
	l.row("place", hold, one, "= 1", at)
	for t := range in.Types {
		using := slices.DeleteFunc(slices.Clone(hold), func(g int) bool { return in.use(g, t) == 0 })
		l.label("assign", at, t)
		for _, g := range using {
			l.term(1, "z", g)
		}
		l.term(-1, "a", at, t)
		l.text(" = 0\n")
	}
	l.label("runs", at)
	for t := range in.Types {
		l.term(1, "a", at, t)
	}
	l.text(" >= 1\n")
	l.label("cut", at)
	for _, g := range begin {
		l.term(1, "z", g)
	}
	l.term(-1, "b", at)
	l.text(" = 0\n")
	l.label("stage", at)
	for _, g := range hold {
		l.term(float64(in.Candidates[g].Cycles), "z", g)
	}
	l.text(" - T <= 0\n")
	l.label("link", at)
	for _, g := range begin {
		l.term(float64(in.Candidates[g].Link), "z", g)
	}
	l.text(" - T <= 0\n")
}

// pool writes the constraints on the FPGAs.
func (m *MILP) pool(l *lpWriter) {
	in := m.Instance
	all := make([]int, len(in.Candidates))
	for g := range all {
		all[g] = g
	}
	for t := range in.Types {
		l.row("count", all, func(g int) float64 { return float64(in.use(g, t)) }, "<= "+strconv.Itoa(in.Types[t].Count), t)
	}
	fpgas := func(g int) float64 {
		n := 0
		for t := range in.Types {
			n += in.use(g, t)
		}
		return float64(n)
	}
	if in.MaxFPGAs > 0 {
		l.row("most", all, fpgas, "<= "+strconv.Itoa(in.MaxFPGAs))
	}
	if m.Objective == hw.MaxUtilization {
		l.row("exactly", all, fpgas, "= "+strconv.Itoa(m.FPGAs))
	}
}

// use is the FPGAs of type t that group g uses.
func (in *Instance) use(g, t int) int {
	if in.Candidates[g].Use != nil {
		return in.Candidates[g].Use[t]
	}
	if in.Candidates[g].Type == t {
		return 1
	}
	return 0
}

// price is what the FPGAs of group g cost.
func (in *Instance) price(g int) float64 {
	p := 0.0
	for t := range in.Types {
		p += float64(in.use(g, t)) * in.Types[t].Price
	}
	return p
}

// lpWriter writes expressions, a few terms a line: solvers read lines of a
// bounded length.
type lpWriter struct {
	w     *bufio.Writer
	n     int64
	terms int
	empty bool // the last expression has no terms so far
}

func (l *lpWriter) text(s string) {
	n, _ := l.w.WriteString(s) // an error stays, and Flush reports it
	l.n += int64(n)
	l.terms, l.empty = 0, s[len(s)-1] == ':'
}

func (l *lpWriter) symbol(s string, index ...int) {
	for _, i := range index {
		s += "_" + strconv.Itoa(i)
	}
	n, _ := l.w.WriteString(s)
	l.n += int64(n)
}

func (l *lpWriter) term(c float64, name string, index ...int) {
	if c == 0 {
		return
	}
	sign := " + "
	if c < 0 {
		sign, c = " - ", -c
	}
	if l.terms++; l.terms%8 == 0 {
		sign = "\n  " + sign[1:]
	}
	l.symbol(sign + strconv.FormatFloat(c, 'g', -1, 64) + " ")
	l.symbol(name, index...)
	l.empty = false
}

func (l *lpWriter) label(name string, index ...int) {
	l.symbol(" "+name, index...)
	l.text(":")
}

// row writes a whole constraint; one without terms has a T that counts nothing.
func (l *lpWriter) row(name string, groups []int, c func(g int) float64, end string, index ...int) {
	l.label(name, index...)
	for _, g := range groups {
		l.term(c(g), "z", g)
	}
	if l.empty {
		l.symbol(" 0 T")
	}
	l.text(" " + end + "\n")
}

// name writes one name of a list.
func (l *lpWriter) name(name string, index ...int) {
	l.symbol(" "+name, index...)
	if l.terms++; l.terms%12 == 0 {
		l.symbol("\n")
	}
}
