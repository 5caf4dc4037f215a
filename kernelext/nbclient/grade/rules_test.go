package grade

import (
	"strings"
	"testing"
)

func TestRefuse(t *testing.T) {
	nb := pipelines(t)
	nb.Cells[1].Source = strings.Replace(nb.Cells[1].Source, "import .", "import \"coexplore/hw\"\nimport .", 1)
	nb.Cells[2].Source += "\nblast.New(nil)"
	l := NewLesson(nb)
	e := l.Exercises[0]
	for _, c := range []struct{ source, want string }{
		{e.Solution, ""},
		{e.Starter, ""},
		{"import \"math\"\n\nfunc interval(s []float64) float64 { return math.Max(s[0], hw.X) }\n\n%%\nfmt.Println(interval(nil))", ""},
		{"func f() { blast.New(nil) }", ""},
		{"var blast = 1", "it declares blast"},
		{"func interval(s []float64) float64 { r := struct{ os int }{1}; os := r; return float64(os.os) }", ""},
		{"func interval(s []float64) float64 { s = stages(); sort.Float64s(s); return s[0] }", ""},
		{"func interval(s []float64) float64 { os.Exit(0); return 1 }", "it uses os, which is neither"},
		{"func interval(s []float64) float64 { { os := s; _ = os }; os.Exit(0); return 1 }", "it uses os, which is neither"},
		{"import o \"os\"\n\nfunc f() { o.Exit(0) }", "it imports os"},
		{"import . \"syscall\"\n\nfunc f() { Exit(0) }", "it imports syscall"},
		{"import \"unsafe\"", "it imports unsafe"},
		{"func f() { unix.Exit(0) }", "it uses unix"},
		{"func interval(s []float64) float64 { Exercise(\"interval\").Done(); return 1 }", "it uses Exercise"},
		{"func interval(s []float64) float64 { kernelext.Exercise(\"interval\").Done(); return 1 }", "it uses Exercise"},
		{"var f = Keep[int]", "it uses Keep"},
		{"func stages() []float64 { return nil }", "it declares stages, which the lesson has declared"},
		{"func init() {}", "it declares init"},
		{"var _ = 1", "it declares _"},
		{"const true = false", "it declares true, which is a name of Go's"},
		{"var math = 1", "it declares math"},
		{"var os = 1", "it declares os"},
		{"type hw int", "it declares hw"},
		{"!touch x\nvar x int", "line 1 is a command to the kernel, which answers may not give: !touch x"},
		{"var x int\n//gonb:!touch x", "line 2 is a command"},
		{"//gonb:%%\nvar x int", "line 1 is a command"},
		{"%env A=b", "line 1 is a command"},
		{"%%bash\nvar x int", "line 1 is a command"},
		{"%% -h\nvar x int", "line 1 is a command"},
		{"//go:linkname f os.Exit\nfunc f(int)", "it holds a directive"},
	} {
		a, err := readAnswer(c.source)
		if err != nil {
			t.Errorf("%s: %v", c.source, err)
			continue
		}
		got := l.refuse(e, a, nil)
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.source, got, c.want)
		}
	}
}

func TestReadAnswer(t *testing.T) {
	a, err := readAnswer("import \"math\"\n\ntype T struct{}\n\nfunc (t *T) f() {}\n\nconst (\n\tx = iota\n\ty\n)\n\n%%\nfmt.Println(1)")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, d := range a.declared {
		keys = append(keys, d.key)
	}
	if got := strings.Join(keys, " "); got != "T T~f x y" || !a.main || a.imports[0] != "math" || strings.Contains(a.declarations, "Println") {
		t.Errorf("declared %s, main %v, imports %v, declarations %q", got, a.main, a.imports, a.declarations)
	}
	for source, want := range map[string]string{
		"func f() {\n\treturn {\n}": "line 2: expected operand, found '{'",
		"%%\nx := 1\n}":             "line 4: ",
		"package os":                "line 1: ",
	} {
		if _, err := readAnswer(source); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", source, err, want)
		}
	}
}

func FuzzReadAnswer(f *testing.F) {
	f.Add("func f() int { return 1 }\n%%\nf()")
	f.Add("!ls\nvar (\n\ta, b = 1, 2\n)")
	l := NewLesson(pipelines(&testing.T{}))
	f.Fuzz(func(t *testing.T, source string) {
		if a, err := readAnswer(source); err == nil {
			l.refuse(l.Exercises[0], a, nil)
			(&student{}).add(l, a)
		}
	})
}

// An answer may use what the student has declared in an answer above, and nothing else
// of that.
func TestStudentsOwn(t *testing.T) {
	l := NewLesson(pipelines(t))
	var s student
	first, err := readAnswer("const (\n\ta = 1\n\tb = 2\n)\n\nfunc half(x float64) float64 { return x / a }\n\nfunc other() {}\n\nfunc interval(s []float64) float64 { return 1 }")
	if err != nil {
		t.Fatal(err)
	}
	s.add(l, first)
	second, err := readAnswer("func mine() []float64 { return []float64{half(8)} }")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	more := s.used(second)
	for _, d := range more {
		names = append(names, d.name)
	}
	if got := strings.Join(names, " "); got != "half a b" {
		t.Errorf("used %s", got)
	}
	source, then := joined(second, more, "%%\ncheck()")
	if want := second.source + "\n" + more[0].text + "\n" + more[1].text + "\n%%\ncheck()"; source != want || then != "" {
		t.Errorf("run as %q, %q", source, then)
	}
}
