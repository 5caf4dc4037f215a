package slurm

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// look asks squeue about all tasks that are waited for, if it is time to.
func (q *Queue) look(ctx context.Context) {
	now := time.Now()
	if now.Before(q.away.until) || now.Sub(q.looked) < q.pause {
		return
	}
	names := make(map[string]bool)
	for u := range q.units {
		if u.at != nil && !q.isUnsure(u.at.batch) {
			names[u.at.batch] = true
		}
	}
	if len(names) == 0 {
		return
	}
	seen, err := sightings(ctx, slices.Sorted(maps.Keys(names)))
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		q.awayFor(err.Error())
		return
	}
	if q.away.next > 0 {
		q.options.Notice("the controller answers again")
	}
	q.away, q.looked = delay{}, time.Now()
	if q.judge(ctx, seen) {
		q.pause = q.options.Fastest
	} else {
		q.pause = min(max(2*q.pause, q.options.Fastest), q.options.Slowest)
	}
}

func (q *Queue) isUnsure(name string) bool {
	return slices.ContainsFunc(q.unsure, func(b *batch) bool { return b.Name == name })
}

// judge makes sense of what squeue said. It returns whether anything has changed.
func (q *Queue) judge(ctx context.Context, seen map[place]sighting) (changed bool) {
	var there map[string]bool
	q.waiting = 0
	for u := range q.units {
		if u.at == nil || q.isUnsure(u.at.batch) {
			continue
		}
		s, known := seen[*u.at]
		if known {
			changed = changed || s.state != u.state
			u.state, u.missing = s.state, 0
			if s.state == "PENDING" {
				q.waiting++
			}
			if b := q.batches[u.at.batch]; b != nil && b.Job == "" {
				q.submitted(b, s.job)
			}
			q.waits(ctx, u, s)
			continue
		}
		changed, u.missing = true, u.missing+1
		if u.missing < 2 { // its answer may be on the way
			continue
		}
		if there == nil {
			q.refresh()
			there = q.answers()
		}
		if there[u.name] {
			continue // it is collected next
		}
		if u.adopted { // of a search that was ended: cancelled, as like as not
			q.forget(u)
			u.attempts = 0
			continue
		}
		q.vanished(ctx, u)
	}
	return changed
}

// refresh has a shared file system look again what is in the folder of answers, which
// it may remember for a while: it does for who has changed something there.
func (q *Queue) refresh() {
	f, err := os.CreateTemp(filepath.Join(q.options.Dir, answersDir), ".look.*")
	if err != nil {
		q.noticeOnce("refresh "+err.Error(), err.Error())
		return
	}
	f.Close()
	os.Remove(f.Name())
}

// vanished is for a task that has ended without an answer.
func (q *Queue) vanished(ctx context.Context, u *unit) {
	var e ending
	if b := q.batches[u.at.batch]; b != nil && b.Job != "" {
		var err error
		if e, err = endingOf(ctx, b.Job, u.at.index); err != nil {
			if ctx.Err() == nil {
				q.awayFor(err.Error())
			}
			return
		}
	}
	if e.active() {
		u.missing = 0
		return
	}
	q.lost(u, e.String())
}

// held are reasons with which a task waits until somebody releases it.
var held = []string{"launch failed requeued held", "JobHoldMaxRequeue", "job requeued in held state"}

// stuck are reasons with which a task may wait for ever, and what to do.
var stuck = map[string]string{
	"BadConstraints": "no node has what it asks for", "PartitionTimeLimit": "--time is more than its partition allows", "PartitionNodeLimit": "its partition has not as much",
	"PartitionDown": "its partition is down", "PartitionInactive": "its partition is not active", "InvalidAccount": "its account is not valid", "InvalidQOS": "its quality of service is not valid",
	"JobHeldUser": "you hold it: scontrol release", "JobHeldAdmin": "an administrator holds it", "ReqNodeNotAvail": "its nodes are not available", "AccountNotAllowed": "its account may not use the partition",
	"AssocGrpCPUMinutesLimit": "the account's time is used up", "QOSMaxCpuPerUserLimit": "you may not have as many processors", "AssocMaxJobsLimit": "you have as many jobs running as you may",
}

// waits looks at why a task waits.
func (q *Queue) waits(ctx context.Context, u *unit, s sighting) {
	if s.state != "PENDING" {
		return
	}
	if slices.ContainsFunc(held, func(reason string) bool { return strings.Contains(s.reason, reason) }) {
		id := fmt.Sprintf("%s_%d", s.job, u.at.index)
		if _, err := ask(ctx, "scancel", id); err != nil {
			q.awayFor(err.Error())
			return
		}
		q.lost(u, "its job could not be started ("+s.reason+")")
		return
	}
	if what, ok := stuck[s.reason]; ok {
		q.noticeOnce(u.at.batch+s.reason, fmt.Sprintf("job %s (%s) waits, for %s: %s", s.job, u.at.batch, s.reason, what))
	}
}

// cancelAll cancels the jobs of all batches that have requests without an answer, and
// removes what says that they were submitted.
func (q *Queue) cancelAll() error {
	there := q.answers()
	var failed []error
	for _, b := range q.batches {
		if b.answered(there) {
			continue
		}
		var err error
		for try := range 4 { // a controller that is busy has a moment
			time.Sleep(time.Duration(try) * q.options.Fastest)
			if _, err = ask(context.Background(), "scancel", "--name="+b.Name); err == nil || !errors.As(err, &awayError{}) {
				break
			}
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("slurm: the job %s is not cancelled: %w; cancel it yourself: scancel --name=%s", b.Name, err, b.Name))
			continue
		}
		q.drop(b)
	}
	return errors.Join(failed...)
}

// answered tells whether all requests of a batch are.
func (b *batch) answered(there map[string]bool) bool {
	for _, requests := range b.Tasks {
		for _, name := range requests {
			if !there[name] {
				return false
			}
		}
	}
	return true
}
