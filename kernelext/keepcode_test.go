package kernelext

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// cell is a cell's program: what is kept is made in line 9.
const cell = `package main

type place struct{ X int }
func (p place) twice() int { return 2 * p.X }
const ( a = iota; b )
var unused = 1
func helper(x int) int { return x + b }
func main() {
	f := func() (int, error) { y := fps; return helper(y) + place{n}.twice(), nil }
	n := 3
	_, _ = Keep("x", nil, f)
}
func later() {}
`

// What a value is made from changes its code; what the cell does not use does not,
// nor do comments and layout.
func TestDeclarations(t *testing.T) {
	want := declarations(cell, 9)
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
		{"unused = 1", "unused = 2", true},
		{"func later() {}", "func later() { println(2) }", true},
		{"func later() {}", "func another() {}", true},
		{"return x + b", "return  x +  /* a remark */ b", true},
		{"\tn := 3", "\t// a remark\n\n\tn := 3", true},
	} {
		program := strings.Replace(cell, c.from, c.to, 1)
		if program == cell {
			t.Fatalf("%q is not in the cell", c.from)
		}
		if got := declarations(program, 9); slices.Equal(got, want) != c.same {
			t.Errorf("with %q for %q: same %v, want %v:\n%s\n%s", c.to, c.from, !c.same, c.same, got, want)
		}
	}
	if moved := declarations("package main\n\n"+strings.TrimPrefix(cell, "package main\n"), 10); !slices.Equal(moved, want) {
		t.Errorf("a line further down it is another:\n%s\n%s", moved, want)
	}
	if got := strings.Join(declarations(cell, 7), "\n"); !strings.Contains(got, "x + b") || !strings.Contains(got, "iota") || strings.Contains(got, "twice") {
		t.Errorf("the function helper: %q", got)
	}
}

func TestCodeOf(t *testing.T) {
	f, g := func() int { return 1 }, func() int { return 2 }
	again := f
	if codeOf(f) == codeOf(g) || codeOf(codeOf) == codeOf(hash) || codeOf(f) != codeOf(again) {
		t.Error("two functions have the same code, or one has two")
	}
	_, here, _, _ := runtime.Caller(0)
	if filepath.IsAbs(here) && !strings.Contains(moduleState(), "keepcode.go") {
		t.Errorf("the module's files: %q", moduleState())
	}
}
