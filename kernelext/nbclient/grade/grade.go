package grade

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"coexplore/kernelext/nbclient"
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

// attempt is an answer that is to be run.
type attempt struct {
	answer
	more []declared // in the student's answers above, that it uses
}

// one marks a submission.
func (l *Lesson) one(ctx context.Context, file string, o Options) (r Result) {
	nb, err := readSubmission(file)
	attempts := map[*Exercise]attempt{}
	var own student
	if err == nil {
		own.helpers(l, nb)
	}
	for _, e := range l.Exercises {
		var a attempt
		reason := ""
		if err != nil {
			reason = "not read: " + err.Error()
		} else {
			a, reason = l.attempt(e, nb, &own)
		}
		r.Marks = append(r.Marks, ExerciseMark{Exercise: e.Name, Of: e.Points, Verdict: Verdict{Reason: line(reason)}})
		if reason == "" {
			attempts[e] = a
		}
	}
	if len(attempts) == 0 {
		return r // nothing to run
	}
	if err := l.run(ctx, &r, attempts, o); err != nil {
		for e := range attempts { // the lesson has run before: it is what the submission did
			r.Marks[slices.Index(l.Exercises, e)].Reason = line("not marked: the lesson does not go on: " + err.Error())
		}
	}
	return r
}

// attempt reads a student's answer, or says why it is not to be run.
func (l *Lesson) attempt(e *Exercise, nb *nbclient.Notebook, own *student) (attempt, string) {
	source, err := l.answerIn(e, nb)
	if err != nil {
		return attempt{}, err.Error()
	}
	a, err := readAnswer(source)
	if err != nil {
		return attempt{}, "does not compile: " + err.Error()
	}
	known := map[string]bool{}
	for _, d := range own.declared {
		known[d.name] = true
	}
	if reason := l.refuse(e, a, known); reason != "" {
		return attempt{}, "refused: " + reason
	}
	if reason := own.needs(a); reason != "" {
		return attempt{}, "refused: " + reason
	}
	more := own.used(a)
	own.add(l, a)
	return attempt{a, more}, ""
}

// run runs the lesson with a submission's answers in it, and takes those that are
// marked out of attempts.
func (l *Lesson) run(ctx context.Context, r *Result, attempts map[*Exercise]attempt, o Options) error {
	s, err := newSession(ctx, l, o)
	if err != nil {
		return err
	}
	defer func() { s.close() }()
	err = s.walk(ctx, func(e *Exercise) error {
		mark := &r.Marks[slices.Index(l.Exercises, e)]
		if a, ok := attempts[e]; ok {
			v, err := s.try(ctx, e, a.answer, a.more, false)
			if err != nil {
				return err
			}
			if mark.Verdict = v; v.Right {
				mark.Points = e.Points
			}
			delete(attempts, e)
		}
		if len(attempts) == 0 {
			return errDone
		}
		return s.solve(ctx, e)
	})
	if errors.Is(err, errDone) {
		err = nil
	}
	return err
}

// solve declares what the lesson's solution declares, for the cells below.
func (s *session) solve(ctx context.Context, e *Exercise) error {
	if _, err := s.run(ctx, e.Solution, 0); err != nil {
		return fmt.Errorf("%s: exercise %s: the solution: %w", s.lesson.Name, e.Name, err)
	}
	s.past = append(s.past, e.Solution)
	return nil
}
