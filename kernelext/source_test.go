package kernelext

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// cell is a cell's program: the function in line 9 is the one that is kept.
const cell = `package main

type point struct{ X int }
func (p point) twice() int { return 2 * p.X }
const ( a = iota; b )
var unused = 1
func helper(x int) int { return x + b }
func main() {
	f := func() (int, error) { y := fps; y += base; return helper(y) + point{n}.twice(), nil }
	n := 3
	fps := float64(
		n)
	other := 5
	base := 7
	_, _ = Keep("x", nil, f)
	println(other)
}
`

func textAt(t *testing.T, program string, line int) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := readSource(file)
	if err != nil {
		t.Fatal(err)
	}
	return s.textOf(line)
}

// What a function is made from changes its version; what it does not use does
// not, nor do comments and layout.
func TestSourceVersion(t *testing.T) {
	want := textAt(t, cell, 9)
	for _, c := range []struct {
		from, to string
		same     bool
	}{
		{"return helper(y)", "return 1 + helper(y)", false},
		{"return x + b", "return x - b", false},
		{"a = iota; b", "a = iota+1; b", false},
		{"return 2 * p.X", "return 3 * p.X", false},
		{"struct{ X int }", "struct{ X, Y int }", false},
		{"n := 3", "n := 4", false},
		{"float64(", "float32(", false},
		{"base := 7", "base := 8", false},
		{"base := 7", "base := 7; base++", false},
		{"unused = 1", "unused = 2", true},
		{"other := 5", "other := 6", true},
		{`"x", nil`, `"y", nil`, true},
		{"println(other)", "println(other); for i := range 3 { print(i) }", true},
		{"return x + b", "return  x +  /* a remark */ b", true},
		{"func main() {", "func main() {   // a remark", true},
	} {
		program := strings.Replace(cell, c.from, c.to, 1)
		if program == cell {
			t.Fatalf("%q is not in the cell", c.from)
		}
		if got := textAt(t, program, 9); (got == want) != c.same {
			t.Errorf("with %q for %q: same %v, want %v:\n%s\n%s", c.to, c.from, got == want, c.same, got, want)
		}
	}
	if moved := textAt(t, "package main\n\n"+strings.TrimPrefix(cell, "package main\n"), 10); moved != want {
		t.Errorf("a line further down it is another:\n%s\n%s", moved, want)
	}
	if got := textAt(t, cell, 2); got != "" {
		t.Errorf("no function: %q", got)
	}
	if got := textAt(t, cell, 7); !strings.Contains(got, "x + b") || !strings.Contains(got, "iota") || strings.Contains(got, "twice") {
		t.Errorf("the function helper: %q", got)
	}
}

func TestVersionsAreThere(t *testing.T) {
	if sourceVersion(textAt) == sourceVersion(TestSourceVersion) {
		t.Error("two functions have the same version")
	}
	f := func() int { return 1 }
	g := func() int { return 2 }
	if sourceVersion(f) == sourceVersion(g) {
		t.Error("two literals have the same version")
	}
	if sourceVersion(fmt.Sprint) == "" || programVersion() == "" {
		t.Error("no version of a function of another package")
	}
	if !strings.Contains(sourceFolder(), "codeversion.go") {
		t.Errorf("the module's files: %q", sourceFolder())
	}
}
