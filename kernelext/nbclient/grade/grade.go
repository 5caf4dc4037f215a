package grade

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"
)

// A Result is what came of one submission.
type Result struct {
	File  string // name, from the folder of submissions
	Marks []ExerciseMark
}

// ExerciseMark is what came of one exercise in a submission.
type ExerciseMark struct {
	Exercise string
	Points   float64 // Of, or zero
	Of       float64
	Verdict
}

// Points is the sum of the points, and of those that can be had.
func (r Result) Points() (points, of float64) {
	for _, m := range r.Marks {
		points += m.Points
		of += m.Of
	}
	return points, of
}

// errDone ends a walk after the last exercise.
var errDone = errors.New("done")

// Grade marks the submissions: files, by their names from the folder. Each is run in a
// kernel of its own. done, if not nil, is called with each result as it is there, by
// one goroutine at a time. The results are in the order of the files.
//
// First the lesson's own solutions are run in the same way: the error says if they do
// not all pass. What teaching cells keep with kernelext.Keep is computed then, and each
// submission gets a copy. Whatever a submission does is a reason in its marks, and no
// error.
func Grade(ctx context.Context, l *Lesson, folder string, files []string, o Options, done func(Result)) ([]Result, error) {
	kept, err := os.MkdirTemp("", "coexplore-grade-")
	if err != nil {
		return nil, fmt.Errorf("grade: %w", err)
	}
	defer os.RemoveAll(kept)
	master := filepath.Join(kept, "master")
	if err := os.Mkdir(master, 0o700); err != nil {
		return nil, fmt.Errorf("grade: %w", err)
	}
	if err := l.proof(ctx, o.keeping(master)); err != nil {
		return nil, err
	}
	results := make([]Result, len(files))
	reports := make(chan struct{}, 1)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(o.Jobs, 1))
	for i, name := range files {
		group.Go(func() error {
			own := filepath.Join(kept, fmt.Sprint(i))
			if err := os.CopyFS(own, os.DirFS(master)); err != nil {
				return fmt.Errorf("grade: %w", err)
			}
			defer os.RemoveAll(own)
			r := l.one(ctx, filepath.Join(folder, filepath.FromSlash(name)), o.keeping(own))
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			r.File = name
			results[i] = r
			if done != nil {
				reports <- struct{}{}
				done(r)
				<-reports
			}
			return nil
		})
	}
	err = group.Wait()
	return slices.DeleteFunc(results, func(r Result) bool { return r.File == "" }), err
}

// keeping is the options with a folder for what teaching cells keep.
func (o Options) keeping(folder string) Options {
	env := o.Kernel.Env
	if env == nil {
		env = os.Environ()
	}
	o.Kernel.Env = append(slices.Clone(env), "COEXPLORE_KEEP="+folder)
	return o
}

// proof runs the lesson with its own solutions.
func (l *Lesson) proof(ctx context.Context, o Options) error {
	s, err := newSession(ctx, l, o)
	if err != nil {
		return err
	}
	defer func() { s.close() }()
	return s.walk(ctx, func(e *Exercise) error {
		v, err := s.try(ctx, e, e.own, nil, true)
		if err == nil && !v.Right {
			err = fmt.Errorf("%s: %w", l.Name, Problem{e.solution, e.Name, "the solution itself does not pass: " + v.Reason})
		}
		return err
	})
}

// one marks a submission.
func (l *Lesson) one(ctx context.Context, file string, o Options) (r Result) {
	nb, err := readSubmission(file)
	if err != nil {
		for _, e := range l.Exercises {
			r.Marks = append(r.Marks, ExerciseMark{e.Name, 0, e.Points, Verdict{Reason: line("not read: " + err.Error())}})
		}
		return r
	}
	sources := map[*Exercise]string{}
	for _, e := range l.Exercises {
		if source, err := e.answerIn(nb); err != nil {
			r.Marks = append(r.Marks, ExerciseMark{e.Name, 0, e.Points, Verdict{Reason: err.Error()}})
		} else {
			sources[e] = source
			r.Marks = append(r.Marks, ExerciseMark{Exercise: e.Name, Of: e.Points})
		}
	}
	if len(sources) == 0 {
		return r // nothing to run
	}
	if err := l.run(ctx, &r, sources, o); err != nil {
		for e := range sources { // the lesson has run before: it is what the submission did
			r.Marks[slices.Index(l.Exercises, e)].Reason = line("not marked: the lesson does not go on: " + err.Error())
		}
	}
	return r
}

// run runs the lesson with a submission's answers in it, and takes those that are
// marked out of sources.
func (l *Lesson) run(ctx context.Context, r *Result, sources map[*Exercise]string, o Options) error {
	s, err := newSession(ctx, l, o)
	if err != nil {
		return err
	}
	defer func() { s.close() }()
	var own student
	err = s.walk(ctx, func(e *Exercise) error {
		mark := &r.Marks[slices.Index(l.Exercises, e)]
		if source, ok := sources[e]; ok {
			v, err := s.mark(ctx, e, source, &own)
			if err != nil {
				return err
			}
			if mark.Verdict = v; v.Right {
				mark.Points = e.Points
			}
			delete(sources, e)
		}
		if len(sources) == 0 {
			return errDone
		}
		return s.solve(ctx, e)
	})
	if errors.Is(err, errDone) {
		err = nil
	}
	return err
}

// mark tries a student's answer.
func (s *session) mark(ctx context.Context, e *Exercise, source string, own *student) (Verdict, error) {
	a, err := readAnswer(source)
	if err != nil {
		return Verdict{Reason: line("does not compile: " + err.Error())}, nil
	}
	known := map[string]bool{}
	for _, d := range own.declared {
		known[d.name] = true
	}
	if reason := s.lesson.refuse(e, a, known); reason != "" {
		return Verdict{Reason: line("refused: " + reason)}, nil
	}
	more := own.used(a)
	own.add(s.lesson, a)
	return s.try(ctx, e, a, more, false)
}

// solve declares what the lesson's solution declares, for the cells below.
func (s *session) solve(ctx context.Context, e *Exercise) error {
	if _, err := s.run(ctx, e.Solution, 0); err != nil {
		return fmt.Errorf("%s: exercise %s: the solution: %w", s.lesson.Name, e.Name, err)
	}
	s.past = append(s.past, e.Solution)
	return nil
}
