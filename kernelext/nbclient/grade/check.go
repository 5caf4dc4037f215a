package grade

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"coexplore/kernelext/nbclient"
)

// A Finding is what the check of a lesson has found of one exercise.
type Finding struct {
	Exercise string
	Tried    int // answers, the starter and the solution among them
	Took     time.Duration
	Problems []Problem
}

// CheckLesson runs the lesson once, in one kernel, and tries all answers of its
// exercises: the starter must not pass, every wrong answer must fail and say what it
// is to say, and the solution must pass. The solution comes last, so that what it
// declares is there for the cells below. Where teaching cells stand between an answer
// and its check, they run after it.
//
// found, if not nil, is called with each exercise as it is done. The findings hold all
// problems, not only the first; the error is of what kept the lesson from being run
// to its end. Problems of the lesson's cells are not looked at: see Lesson.Err.
func CheckLesson(ctx context.Context, l *Lesson, o Options, found func(Finding)) ([]Finding, error) {
	s, err := newSession(ctx, l, o)
	if err != nil {
		return nil, err
	}
	defer func() { s.close() }()
	var findings []Finding
	err = s.walk(ctx, func(e *Exercise) error {
		f, err := s.inspect(ctx, e)
		findings = append(findings, f)
		if found != nil {
			found(f)
		}
		return err
	})
	return findings, err
}

// CheckAnswers is CheckLesson in a kernel that has run the whole lesson, the starters
// included: nbclient.Options.Ran. It saves running the teaching cells again where no cell
// below an exercise needs its solution. A kernel that an answer ends is replaced.
func CheckAnswers(ctx context.Context, k *nbclient.Kernel, l *Lesson, o Options, found func(Finding)) error {
	s := &session{lesson: l, options: o, kernel: k}
	defer func() { s.close() }()
	for _, c := range l.nb.Cells {
		if c.Type == "code" && part(c) == nil && strings.TrimSpace(c.Source) != "" && !c.HasTag("skip-execution") && !c.HasTag("raises-exception") {
			s.past = append(s.past, c.Source)
		}
	}
	for _, e := range l.Exercises {
		f, err := s.inspect(ctx, e)
		found(f)
		if err != nil {
			return err
		}
	}
	return nil
}

// walk goes through the lesson: it runs the teaching cells and calls visit for every
// exercise where its check stands.
func (s *session) walk(ctx context.Context, visit func(*Exercise) error) error {
	checks := map[int]*Exercise{}
	parts := map[int]bool{}
	var waiting []int // teaching cells between an answer and its check
	for _, e := range s.lesson.Exercises {
		checks[e.check] = e
		parts[e.answer], parts[e.check], parts[e.solution] = true, true, true
	}
	open := 0
	for i, c := range s.lesson.nb.Cells {
		n := i + 1
		for _, e := range s.lesson.Exercises {
			if e.answer == n {
				open++
			}
		}
		switch {
		case checks[n] != nil:
			if err := visit(checks[n]); err != nil {
				return err
			}
			if open--; open == 0 {
				for _, w := range waiting {
					if err := s.teach(ctx, w); err != nil {
						return err
					}
				}
				waiting = nil
			}
		case c.Type != "code" || parts[n]:
		case open > 0:
			waiting = append(waiting, n)
		default:
			if err := s.teach(ctx, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// inspect tries all answers of an exercise.
func (s *session) inspect(ctx context.Context, e *Exercise) (f Finding, err error) {
	f.Exercise = e.Name
	began := time.Now()
	defer func() { f.Took = time.Since(began) }()
	complain := func(cell int, format string, args ...any) {
		f.Problems = append(f.Problems, Problem{cell, e.Name, fmt.Sprintf(format, args...)})
	}
	attempt := func(source string, stay bool) (Verdict, error) {
		f.Tried++
		a, err := readAnswer(source)
		if err != nil {
			return Verdict{Reason: "does not compile: " + err.Error()}, nil
		}
		if reason := s.lesson.refuse(e, a, nil); reason != "" {
			return Verdict{Reason: "refused: " + reason}, nil
		}
		return s.try(ctx, e, a, nil, stay)
	}

	v, err := attempt(e.Starter, false)
	switch {
	case err != nil:
		return f, err
	case v.Right:
		complain(e.answer, "the starter passes: a reader has nothing to do")
	case v.Mark == nil:
		complain(e.answer, "the starter should run, and not pass; %s", v.Reason)
	}
	for i, w := range e.Wrong {
		v, err := attempt(w.Answer, false)
		switch {
		case err != nil:
			return f, err
		case v.Right:
			complain(e.answer, "wrong answer %d passes", i+1)
		case v.Mark == nil:
			complain(e.answer, "wrong answer %d should run, and not pass; %s", i+1, v.Reason)
		case !strings.Contains(v.Hint, w.Says):
			complain(e.answer, "wrong answer %d says %q, and should say %q", i+1, v.Hint, w.Says)
		}
	}
	v, err = attempt(e.Solution, true)
	if err == nil && !v.Right {
		complain(e.solution, "the solution does not pass: %s", v.Reason)
	}
	return f, err
}

// Describe is a failure of the lesson's own cells in one line, with the cell.
func Describe(l *Lesson, err error) error {
	var failed *nbclient.CellError
	if errors.As(err, &failed) {
		return fmt.Errorf("%w; what stands below it was not checked", failed)
	}
	return fmt.Errorf("%s: %w", l.Name, err)
}
