package slurm

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"coexplore/internal/atomicfile"
)

// RequestEnd is what the files of requests end with.
const RequestEnd = ".request.json"

// submit submits what waits for it.
func (q *Queue) submit(ctx context.Context) {
	now := time.Now()
	if now.Before(q.away.until) {
		return
	}
	for len(q.unsure) > 0 {
		if !q.again(ctx, q.unsure[0]) {
			return
		}
		q.unsure = q.unsure[1:]
	}
	ready := q.ready(now)
	if len(ready) == 0 || now.Sub(ready[0].came) < q.patience(len(ready)) {
		return
	}
	if q.size == 0 {
		n, err := maxArraySize(ctx)
		if err != nil {
			q.refused(ready, err)
			return
		}
		q.size = n
	}
	for most := q.size * q.options.PerTask; len(ready) > 0; {
		units := ready[:min(most, len(ready))]
		ready = ready[len(units):]
		b, err := q.prepare(units)
		if err != nil { // a full disk, say
			q.awayFor(err.Error())
			return
		}
		if err := q.sbatch(ctx, b); err != nil {
			if !q.refused(units, err) { // the controller may come back
				q.unsure = append(q.unsure, b)
			}
			return
		}
	}
}

// hold is how long networks wait for others to share an array with while those before
// them wait for a node, which they would, too; unless one in batchShare of all is there.
const (
	hold       = 30 * time.Second
	batchShare = 20
)

// patience is how long the first of so many units waits for more.
func (q *Queue) patience(ready int) time.Duration {
	if q.waiting > 0 && batchShare*ready < len(q.units) {
		return max(hold, q.options.Gather)
	}
	return q.options.Gather
}

// ready are the units that are to be submitted, the first that came first.
func (q *Queue) ready(now time.Time) []*unit {
	var ready []*unit
	for u := range q.units {
		if u.at == nil && !now.Before(u.after) {
			ready = append(ready, u)
		}
	}
	slices.SortFunc(ready, func(a, b *unit) int {
		if c := a.came.Compare(b.came); c != 0 {
			return c
		}
		return strings.Compare(a.name, b.name)
	})
	return ready
}

// prepare writes all that a batch of the units consists of.
func (q *Queue) prepare(units []*unit) (*batch, error) {
	jobs := filepath.Join(q.options.Dir, jobsDir)
	b := &batch{Name: fmt.Sprintf("%s%04d", q.prefix(), q.last+1)}
	for some := range slices.Chunk(units, q.options.PerTask) {
		var names []string
		for _, u := range some {
			if err := atomicfile.Write(filepath.Join(jobs, u.name+RequestEnd), u.request); err != nil {
				return nil, err
			}
			names = append(names, u.name)
		}
		b.Tasks = append(b.Tasks, names)
	}
	if err := atomicfile.Write(q.path(b, ".tasks"), []byte(b.list())); err != nil {
		return nil, err
	}
	if err := atomicfile.Write(q.path(b, ".sh"), []byte(q.script(b))); err != nil {
		return nil, err
	}
	if err := q.keep(b); err != nil {
		return nil, err
	}
	q.last++
	q.batches[b.Name] = b
	q.place(b)
	for _, u := range units {
		p := q.placed[u.name]
		u.at, u.adopted, u.missing, u.state = &p, false, 0, ""
		u.attempts++
	}
	return b, nil
}

// sbatch submits a batch.
func (q *Queue) sbatch(ctx context.Context, b *batch) error {
	said, err := ask(ctx, "sbatch", slices.Concat([]string{"--parsable"}, q.arguments(b), []string{q.path(b, ".sh")})...)
	if err != nil {
		return err
	}
	job := parseJobNumber(said)
	if job == "" { // it may have been submitted all the same, and is looked for
		return awayError{fmt.Sprintf("sbatch said %q, and no job's number", strings.TrimSpace(said))}
	}
	q.submitted(b, job)
	return nil
}

// parseJobNumber is the job's number in what sbatch --parsable wrote, NUMBER or
// NUMBER;CLUSTER in a line of its own: some clusters' sbatch greets first. Empty: there is
// none.
func parseJobNumber(said string) (job string) {
	for line := range strings.Lines(said) {
		number, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		if _, err := strconv.ParseUint(number, 10, 64); err == nil {
			job = number
		}
	}
	return job
}

// submitted notes the number of a batch's job.
func (q *Queue) submitted(b *batch, job string) {
	b.Job = job
	if err := q.keep(b); err != nil { // squeue knows the name, too
		q.noticeOnce(err.Error(), err.Error())
	}
	q.away, q.pause = delay{}, q.options.Fastest
	q.looked = time.Now()
}

// again is for a batch that sbatch has failed with: it may have been submitted all the
// same. It is looked for by its name, and submitted if it is not there. It returns
// whether that is settled.
func (q *Queue) again(ctx context.Context, b *batch) bool {
	seen, err := sightings(ctx, []string{b.Name})
	if err != nil {
		q.awayFor(err.Error())
		return false
	}
	for _, s := range seen {
		q.submitted(b, s.job)
		return true
	}
	units := q.of(b)
	if len(units) == 0 { // nobody waits for it any more
		return true
	}
	if err := q.sbatch(ctx, b); err != nil {
		return q.refused(units, err)
	}
	return true
}

// of are the units of a batch that are waited for.
func (q *Queue) of(b *batch) []*unit {
	var units []*unit
	for u := range q.units {
		if u.at != nil && u.at.batch == b.Name {
			units = append(units, u)
		}
	}
	return units
}

// refused is told why units could not be submitted. It returns false if that may change
// by itself; otherwise they have failed.
func (q *Queue) refused(units []*unit, err error) bool {
	if errors.As(err, &awayError{}) || errors.Is(err, context.Canceled) {
		q.awayFor(err.Error())
		return false
	}
	for _, u := range units {
		if u.at != nil {
			q.drop(q.batches[u.at.batch])
		}
		q.forget(u)
		q.finish(u, fmt.Errorf("slurm: %s cannot be submitted: %w", u.name, err))
	}
	return true
}

// drop removes the files of a batch that is no job.
func (q *Queue) drop(b *batch) {
	if b == nil {
		return
	}
	delete(q.batches, b.Name)
	for _, end := range []string{".json", ".tasks", ".sh"} {
		os.Remove(q.path(b, end))
	}
}

// awayFor waits before the controller is asked again, and tells the user the first time.
func (q *Queue) awayFor(why string) {
	if q.away.next == 0 {
		q.options.Notice(why + "; waiting")
	}
	q.away.longer(q.options.Fastest)
}
