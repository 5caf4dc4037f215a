package grade

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"coexplore/kernelext"
	"coexplore/kernelext/nbclient"
)

// Options say how lessons and submissions are run.
type Options struct {
	// Kernel starts kernels, in the lesson's folder: its first cell finds the packages
	// from there. Env and OutputMax are heeded.
	Kernel nbclient.KernelCommand
	// Time is how long an answer may run with its check; 0: one minute. Teaching cells
	// may take nbclient.DefaultCellTimeout.
	Time time.Duration
	// Jobs is how many submissions run at the same time; 0: one.
	Jobs int
}

func (o Options) time() time.Duration {
	if o.Time > 0 {
		return o.Time
	}
	return time.Minute
}

// session is a kernel that has run a lesson up to some cell.
type session struct {
	lesson  *Lesson
	options Options
	kernel  *nbclient.Kernel
	past    []string // sources of what was run and must be there: teaching cells, solutions
}

func newSession(ctx context.Context, l *Lesson, o Options) (*session, error) {
	s := &session{lesson: l, options: o}
	return s, s.start(ctx)
}

func (s *session) start(ctx context.Context) (err error) {
	s.kernel, err = nbclient.StartKernel(ctx, s.options.Kernel)
	return err
}

func (s *session) close() {
	if s.kernel != nil {
		s.kernel.Close()
		s.kernel = nil
	}
}

// again starts a new kernel where the last has died, and brings it where that was.
func (s *session) again(ctx context.Context) error {
	s.close()
	if err := s.start(ctx); err != nil {
		return err
	}
	for _, source := range s.past {
		if _, err := s.run(ctx, source, 0); err != nil {
			return fmt.Errorf("bringing a new kernel to where the last died: %w", err)
		}
	}
	return nil
}

// run executes a source. The error is a *nbclient.CellError if it failed; any other
// is the end of the kernel or of ctx.
func (s *session) run(ctx context.Context, source string, limit time.Duration) (*nbclient.Cell, error) {
	c := &nbclient.Cell{Type: "code", Source: source}
	return c, s.kernel.RunCell(ctx, c, limit)
}

// teach runs the teaching cell of that number, and keeps it in mind.
func (s *session) teach(ctx context.Context, n int) error {
	c := s.lesson.nb.Cells[n-1]
	if strings.TrimSpace(c.Source) == "" || c.HasTag("skip-execution") {
		return nil
	}
	_, err := s.run(ctx, c.Source, 0)
	var failed *nbclient.CellError
	if errors.As(err, &failed) && c.HasTag("raises-exception") && !failed.Timeout {
		return nil
	}
	if failed != nil {
		failed.Notebook, failed.Number = s.lesson.Name, n
		return failed
	}
	if err == nil {
		s.past = append(s.past, c.Source)
	}
	return err
}

// A Verdict is what came of an answer.
type Verdict struct {
	Right  bool
	Reason string          // in one line: "right", "not yet: the slowest stage decides", "out of time"
	Hint   string          // of the check, if it ran and the answer is not right
	Mark   *kernelext.Mark // of the check; nil if it left none
}

// try runs an answer with the check, and the grader if there is one. more is what the
// same student has declared in answers above, and this answer uses. What was declared
// is gone afterwards, unless stay is set.
func (s *session) try(ctx context.Context, e *Exercise, a answer, more []declared, stay bool) (Verdict, error) {
	v, err := s.check(ctx, e, a, more, e.Check)
	if err == nil && v.Right && e.Grader != "" {
		var second Verdict
		if second, err = s.check(ctx, e, a, more, e.Grader); err != nil || !second.Right {
			v = second
		}
	}
	if stay && err == nil {
		s.past = append(s.past, a.source)
		return v, nil
	}
	return s.leave(ctx, slices.Concat(a.declared, more), v, err)
}

// leave takes what an answer has declared out of the kernel, or starts a new one where
// the answer has ended it.
func (s *session) leave(ctx context.Context, list []declared, v Verdict, err error) (Verdict, error) {
	if ctx.Err() != nil {
		return v, context.Cause(ctx)
	}
	if err == nil {
		if err = s.forget(ctx, list); err == nil {
			return v, nil
		}
	}
	if v.Reason == "" {
		v.Reason = "it ended the kernel: " + line(err.Error())
	}
	return v, s.again(ctx)
}

// forget removes from the kernel what an answer has declared, and declares again what
// the lesson had declared under the same names.
func (s *session) forget(ctx context.Context, list []declared) error {
	keys := "%rm _" // which is never there; a kernel that has ended says so
	names := map[string]bool{}
	for _, d := range list {
		keys += " " + d.key
		names[d.name] = true
	}
	if _, err := s.run(ctx, keys, s.options.time()); err != nil {
		return err
	}
	for _, source := range s.past {
		p, err := readAnswer(source)
		if err != nil || !slices.ContainsFunc(p.declared, func(d declared) bool { return names[d.name] }) {
			continue
		}
		if _, err := s.run(ctx, p.declarations, 0); err != nil {
			return err
		}
	}
	return nil
}

// check runs the answer with a check and says what came of it. An answer without a
// program of its own is run in the same cell, which saves a build.
func (s *session) check(ctx context.Context, e *Exercise, a answer, more []declared, check string) (Verdict, error) {
	nonce := rand.Text()
	check = withNonce(check, nonce)
	source, then := joined(a, more, check)
	last := strings.Count(a.source, "\n") + 1 // of the cell's lines that are the answer's
	began := time.Now()
	cell, err := s.run(ctx, source, s.options.time())
	if err == nil && then != "" {
		last = 0
		left := max(s.options.time()-time.Since(began), time.Second)
		cell, err = s.run(ctx, then, left)
	}
	var failed *nbclient.CellError
	if err != nil && !errors.As(err, &failed) {
		return Verdict{}, err
	}
	if failed != nil {
		return Verdict{Reason: s.reason(failed, last)}, nil
	}
	return judge(cell, e.Name, nonce), nil
}

// joined is what is to be run of an answer, with more that it uses, and its check: one
// cell, or two.
func joined(a answer, more []declared, check string) (first, second string) {
	if a.main && len(more) == 0 {
		return a.source, check
	}
	first = strings.TrimRight(a.declarations, "\n") + "\n"
	for i, d := range more {
		if i == 0 || d.text != more[i-1].text {
			first += d.text + "\n"
		}
	}
	if own, _, _ := strings.Cut("\n"+check, "\n%%\n"); strings.TrimSpace(own) != "" {
		return first, check
	}
	return first + strings.TrimLeft(check, "\n"), ""
}

// withNonce is the check with the nonce that its mark must repeat. It is set when the
// check's program begins: what an answer does before that does not know it.
func withNonce(check, nonce string) string {
	declarations, program, _ := strings.Cut("\n"+check, "\n%%\n")
	return strings.TrimPrefix(declarations+"\n%%\n", "\n") +
		fmt.Sprintf("os.Setenv(%q, %q); ", kernelext.MarkNonceVariable, nonce) + program
}
