package grade

import (
	"errors"
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"coexplore/kernelext/nbclient"
)

// MinWrong is how many wrong answers the answer cell of an exercise must hold.
const MinWrong = 3

// An Exercise is one exercise of a lesson, put together from its cells.
type Exercise struct {
	Name     string
	Points   float64 // for a right answer
	Starter  string  // source of the answer cell as it is handed out
	Check    string  // source of the check cell
	Grader   string  // source of a further check that is not handed out, or ""
	Solution string  // the right answer: source of the answer cell
	Wrong    []Wrong // answers that the checks must refuse

	answer, check, solution int    // numbers of the cells, from 1; 0 if there is none
	id                      string // of the answer cell
	own                     answer // the solution, read
}

// Wrong is an answer that must fail, with what the hint must then hold.
type Wrong struct {
	Answer string
	Says   string
}

// A Problem is something in a lesson that is not as it should be.
type Problem struct {
	Cell     int    // number, counting all cells from 1; 0: none in particular
	Exercise string // name, or "" if it is of none
	Text     string
}

// Error is the problem with its place: "cell 7: exercise interval: no solution".
func (p Problem) Error() string {
	var parts []string
	if p.Cell > 0 {
		parts = append(parts, fmt.Sprintf("cell %d", p.Cell))
	}
	if p.Exercise != "" {
		parts = append(parts, "exercise "+p.Exercise)
	}
	return strings.Join(append(parts, p.Text), ": ")
}

// A Lesson is a notebook with its exercises: the master copy, with solutions.
type Lesson struct {
	Name      string
	Exercises []*Exercise // in the order of their answer cells
	Problems  []Problem   // what is wrong with its cells, in their order

	nb    *nbclient.Notebook
	names map[string]bool // that the teaching cells declare
	paths map[string]bool // that any code cell of the master imports
	bases map[string]bool // what its teaching cells and solutions use with a dot and declare nowhere themselves
}

// NewLesson looks for the exercises of a notebook, by the metadata of its cells; the
// package comment says what they are. What is not as it should be is in Problems. The
// notebook is not changed.
func NewLesson(nb *nbclient.Notebook) *Lesson {
	l := &Lesson{Name: nb.Name, nb: nb, names: map[string]bool{}, paths: map[string]bool{}, bases: map[string]bool{}}
	byName := map[string]*Exercise{}
	for i, c := range nb.Cells {
		p := part(c)
		if p == nil {
			l.learn(c)
			continue
		}
		l.collect(i+1, c, p, byName)
	}
	for _, e := range l.Exercises {
		l.whole(e)
	}
	slices.SortStableFunc(l.Exercises, func(a, b *Exercise) int { return a.first() - b.first() })
	slices.SortStableFunc(l.Problems, func(a, b Problem) int { return a.Cell - b.Cell })
	return l
}

// Err is all problems of the lesson as one error, or nil.
func (l *Lesson) Err() error {
	var list []error
	for _, p := range l.Problems {
		list = append(list, fmt.Errorf("%s: %w", l.Name, p))
	}
	return errors.Join(list...)
}

func (l *Lesson) problem(cell int, exercise, format string, args ...any) {
	l.Problems = append(l.Problems, Problem{cell, exercise, fmt.Sprintf(format, args...)})
}

// part is the metadata that makes a cell a part of an exercise, or nil.
func part(c *nbclient.Cell) map[string]any {
	p, _ := c.Metadata["coexplore"].(map[string]any)
	if p["exercise"] == nil && p["role"] == nil {
		return nil
	}
	return p
}

// learn notes what a teaching cell declares and imports.
func (l *Lesson) learn(c *nbclient.Cell) {
	if c.Type != "code" {
		return
	}
	a, err := readAnswer(c.Source)
	if err != nil {
		return // running it says more
	}
	for _, d := range a.declared {
		l.names[d.name] = true
	}
	l.uses(a)
}

// uses notes what a source of the master imports and takes from elsewhere.
func (l *Lesson) uses(a answer) {
	for _, p := range a.imports {
		l.paths[p] = true
	}
	ast.Inspect(a.file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Obj == nil {
				l.bases[x.Name] = true
			}
		}
		return true
	})
}

// first is the number of the exercise's first cell.
func (e *Exercise) first() int {
	first := 0
	for _, n := range []int{e.answer, e.check, e.solution} {
		if n > 0 && (first == 0 || n < first) {
			first = n
		}
	}
	return first
}
