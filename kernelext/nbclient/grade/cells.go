package grade

import (
	"fmt"
	"html"
	"math"
	"regexp"
	"slices"
	"strings"

	"coexplore/kernelext/nbclient"
)

// collect takes in a cell of an exercise.
func (l *Lesson) collect(n int, c *nbclient.Cell, p map[string]any, byName map[string]*Exercise) {
	name, _ := p["exercise"].(string)
	if !plainName(name) {
		l.problem(n, "", "the exercise's name %q is not one: use letters, digits, '-' and '_'", name)
		return
	}
	role, _ := p["role"].(string)
	e := byName[name]
	if e == nil {
		e = &Exercise{Name: name, Points: 1}
		byName[name] = e
		l.Exercises = append(l.Exercises, e)
	}
	place := map[string]*int{"answer": &e.answer, "check": &e.check, "solution": &e.solution}[role]
	switch {
	case place == nil:
		l.problem(n, name, "the role %q is none of answer, check and solution", role)
		return
	case *place > 0:
		l.problem(n, name, "a second %s; cell %d is one: two exercises of the same name?", role, *place)
		return
	case (role == "solution") != (c.Type == "markdown"):
		l.problem(n, name, "the %s is a %s cell: answers and checks are code, solutions are markdown", role, c.Type)
		return
	}
	*place = n
	switch role {
	case "answer":
		e.Starter, e.id = c.Source, c.ID
		l.keys(n, name, p)
		l.extras(n, e, p)
	case "check":
		e.Check = c.Source
		l.checks(n, name, c.Source)
	case "solution":
		l.solution(n, e, c.Source)
	}
}

// keys names what a misspelt key would leave unnoticed.
func (l *Lesson) keys(n int, name string, p map[string]any) {
	known := []string{"exercise", "role", "wrong", "grader", "points"}
	for k := range p {
		if !slices.Contains(known, k) {
			l.problem(n, name, "unknown key %q: want %s", k, strings.Join(known, ", "))
		}
	}
}

// extras reads what the metadata of an answer cell holds beside its name and role.
func (l *Lesson) extras(n int, e *Exercise, p map[string]any) {
	if v, ok := p["points"]; ok {
		if x, ok := v.(float64); ok && x > 0 && !math.IsInf(x, 0) {
			e.Points = x
		} else {
			l.problem(n, e.Name, "points %v: want a number above zero", v)
		}
	}
	if v, ok := p["grader"]; ok {
		if e.Grader, ok = v.(string); !ok {
			l.problem(n, e.Name, "the grader is no text")
		} else if e.Grader != "" {
			if !strings.Contains("\n"+e.Grader, "\n%%\n") {
				e.Grader = "%%\n" + e.Grader
			}
			l.checks(n, e.Name, e.Grader)
		}
	}
	list, _ := p["wrong"].([]any)
	for i, v := range list {
		m, _ := v.(map[string]any)
		w := Wrong{}
		w.Answer, _ = m["answer"].(string)
		w.Says, _ = m["says"].(string)
		if w.Answer == "" || w.Says == "" {
			l.problem(n, e.Name, "wrong answer %d needs a text \"answer\" and a text \"says\"", i+1)
			continue
		}
		e.Wrong = append(e.Wrong, w)
	}
	if len(list) < MinWrong {
		l.problem(n, e.Name, "%d wrong answers: want %d or more, each with what its hint says", len(list), MinWrong)
	}
}

// checks looks at the source of a check.
func (l *Lesson) checks(n int, name, source string) {
	if !strings.Contains("\n"+source, "\n%%\n") {
		l.problem(n, name, "the check has no line %%%%: it must be a program")
	}
	if !strings.Contains(source, fmt.Sprintf("Exercise(%q)", name)) {
		l.problem(n, name, "the check does not call Exercise(%q)", name)
	}
	if !strings.Contains(source, ".Done()") {
		l.problem(n, name, "the check does not call Done")
	}
	if a, err := readAnswer(source); err == nil {
		for _, p := range a.imports {
			l.paths[p] = true
		}
	}
}

// solutionCode is where the code of a solution begins: as HTML, which every renderer of
// notebooks leaves as it is within <details>, or as Markdown.
var solutionCode = regexp.MustCompile("(?m)^(?:<pre><code[^>]*>|```go\n)")

// solution takes the answer out of the text of a solution.
func (l *Lesson) solution(n int, e *Exercise, text string) {
	blocks := solutionCode.FindAllStringIndex(text, -1)
	if len(blocks) != 1 {
		l.problem(n, e.Name, "the solution has %d blocks that begin with <pre><code> or ```go: want one, with the whole answer cell", len(blocks))
		return
	}
	begin, rest := text[blocks[0][0]:blocks[0][1]], text[blocks[0][1]:]
	end, plain := "\n```", func(s string) string { return s }
	if strings.HasPrefix(begin, "<pre>") {
		end, plain = "</code></pre>", html.UnescapeString
	}
	code, _, closed := strings.Cut("\n"+rest, end)
	if !closed {
		l.problem(n, e.Name, "the solution's block has no end")
		return
	}
	e.Solution = strings.Trim(plain(code), "\n")
	own, err := readAnswer(e.Solution)
	if err != nil {
		l.problem(n, e.Name, "the solution does not compile: %v", err)
		return
	}
	e.own = own
	l.uses(own)
}

// whole says which cells an exercise lacks.
func (l *Lesson) whole(e *Exercise) {
	for _, p := range []struct {
		at   int
		what string
	}{{e.answer, "answer"}, {e.check, "check"}, {e.solution, "solution"}} {
		if p.at == 0 {
			l.problem(e.first(), e.Name, "no %s cell", p.what)
		}
	}
	if e.answer > 0 && e.check > 0 && e.check < e.answer {
		l.problem(e.check, e.Name, "the check stands before the answer, cell %d", e.answer)
	}
	if e.answer > 0 && e.solution > 0 && e.Solution == strings.TrimSpace(e.Starter) {
		l.problem(e.answer, e.Name, "the answer cell holds the solution")
	}
}

// plainName says whether s can be the name of an exercise: it is printed, and a column
// of a CSV file.
func plainName(s string) bool {
	for _, r := range s {
		if r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return s != "" && len(s) <= 64
}
