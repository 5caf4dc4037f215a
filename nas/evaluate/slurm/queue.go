package slurm

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"coexplore/nas/evaluate"
)

// A Queue has a cluster do units of work, and finds out what became of them. It is for
// any number of goroutines.
type Queue struct {
	options Options
	run     string // what the run is called in the names of jobs
	size    int    // tasks of an array; 0: not asked yet

	incoming chan *unit
	leaving  chan *unit
	end      context.CancelFunc
	ended    chan struct{}
	close    sync.Once
	closed   error

	// Of the loop alone.
	units   map[*unit]bool
	batches map[string]*batch
	placed  map[string]place // by name: where it was submitted last
	last    int              // number of the newest batch
	unsure  []*batch         // sbatch failed, and may have submitted them all the same
	away    delay            // for the controller
	waiting int              // units whose tasks wait for a node, when squeue was asked last
	looked  time.Time        // when that was
	pause   time.Duration    // until it is asked next
	noticed map[string]bool
}

// A unit is work under one name.
type unit struct {
	name    string
	request []byte
	found   func() (bool, error)
	result  chan error

	came     time.Time
	at       *place // nil: not submitted
	adopted  bool   // submitted by a process before this one
	attempts int
	after    time.Time // not to be submitted before
	state    string    // as squeue told last
	missing  int       // how often in a row squeue did not know it
}

// A delay is how long to wait for what does not work, longer each time.
type delay struct {
	until time.Time
	next  time.Duration
}

func (d *delay) longer(first time.Duration) {
	d.next = min(max(first, 2*d.next), time.Minute)
	d.until = time.Now().Add(d.next)
}

// Open makes a queue for the run in a folder, which goes on with what an earlier one left
// there.
func Open(o Options) (*Queue, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	if err := Check(); err != nil {
		return nil, err
	}
	for _, dir := range []string{filepath.Join(jobsDir, logsDir), answersDir} {
		if err := os.MkdirAll(filepath.Join(o.Dir, dir), 0o755); err != nil {
			return nil, fmt.Errorf("slurm: %w", err)
		}
	}
	q := &Queue{
		options: o, run: runName(o.Dir), incoming: make(chan *unit), leaving: make(chan *unit), ended: make(chan struct{}),
		units: make(map[*unit]bool), batches: make(map[string]*batch), placed: make(map[string]place), noticed: make(map[string]bool),
	}
	earlier, err := q.earlier()
	if err != nil {
		return nil, err
	}
	for _, b := range earlier {
		q.batches[b.Name] = b
		q.place(b)
		fmt.Sscanf(strings.TrimPrefix(b.Name, q.prefix()), "%d", &q.last)
	}
	ctx, cancel := context.WithCancel(context.Background())
	q.end = cancel
	go q.loop(ctx)
	return q, nil
}

// runName is what a run is called in the names of its jobs.
func runName(dir string) string {
	base := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' {
			return r
		}
		return '_'
	}, filepath.Base(dir))
	sum := sha256.Sum256([]byte(dir))
	return base[:min(len(base), 24)] + "-" + hex.EncodeToString(sum[:4])
}

// place notes where a batch's requests are.
func (q *Queue) place(b *batch) {
	for i, requests := range b.Tasks {
		for _, name := range requests {
			q.placed[name] = place{b.Name, i}
		}
	}
}

// Do has the cluster do the work that the request describes: a task gets its file, jobs/NAME.request.json in the
// folder of the run, and writes answers/NAME.json. found says whether that is there; its error, that it is there
// and cannot be used. A name stands for one request, and has the letters, digits and signs of evaluate.Name.
//
// The error is that of ctx if it is done; otherwise it says what went wrong, as often as Options.Attempts.
func (q *Queue) Do(ctx context.Context, name string, request []byte, found func() (bool, error)) error {
	u := &unit{name: name, request: request, found: found, result: make(chan error, 1), came: time.Now()}
	select {
	case q.incoming <- u:
	case <-ctx.Done():
		return ctx.Err()
	case <-q.ended:
		return errors.New("slurm: the queue is closed")
	}
	select {
	case err := <-u.result:
		return err
	case <-ctx.Done():
		select {
		case q.leaving <- u:
		case <-q.ended:
		}
		return ctx.Err()
	case <-q.ended:
		return errors.New("slurm: the queue is closed")
	}
}

// Close ends the queue and cancels the jobs that have not ended, or with Options.Detach
// leaves them.
func (q *Queue) Close() error {
	q.close.Do(func() {
		q.end()
		<-q.ended
		if !q.options.Detach {
			q.closed = q.cancelAll()
		}
	})
	return q.closed
}

// loop is all that a queue does, a step at a time.
func (q *Queue) loop(ctx context.Context) {
	defer close(q.ended)
	rest := restShortest
	for ctx.Err() == nil {
		began := time.Now()
		if q.collect() {
			rest = restShortest
		} else {
			rest = min(2*rest, q.options.Fastest)
		}
		rest = max(rest, 20*time.Since(began)) // a large folder on a slow disk is left in peace
		q.submit(ctx)
		q.look(ctx)
		select {
		case u := <-q.incoming:
			q.take(u)
			for more := true; more; {
				select {
				case u := <-q.incoming:
					q.take(u)
				default:
					more = false
				}
			}
			rest = restShortest
		case u := <-q.leaving:
			delete(q.units, u)
		case <-time.After(rest):
		case <-ctx.Done():
		}
	}
}

// restShortest is the shortest time between two looks into the folder of answers.
const restShortest = 20 * time.Millisecond

// take is told of a unit. One that was submitted before is waited for.
func (q *Queue) take(u *unit) {
	q.units[u] = true
	if p, ok := q.placed[u.name]; ok {
		u.at, u.adopted, u.attempts = &p, true, 1
		q.pause = 0 // ask about it at once
	}
}

// finish tells who waits for a unit.
func (q *Queue) finish(u *unit, err error) {
	u.result <- err
	delete(q.units, u)
	delete(q.placed, u.name)
}

// collect looks for answers, and returns whether there was any.
func (q *Queue) collect() (any bool) {
	if len(q.units) == 0 {
		return false
	}
	there := q.answers()
	for u := range q.units {
		if !there[u.name] {
			continue
		}
		any = true
		ok, err := u.found()
		switch {
		case err != nil:
			q.putAside(u)
			q.lost(u, err.Error())
		case ok:
			q.finish(u, nil)
		}
	}
	return any
}

// answers are the names of the answers that there are.
func (q *Queue) answers() map[string]bool {
	there := make(map[string]bool)
	entries, err := os.ReadDir(filepath.Join(q.options.Dir, answersDir))
	if err != nil {
		q.noticeOnce("answers "+err.Error(), "cannot look for answers: "+err.Error())
		return there
	}
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".json"); ok {
			there[name] = true
		}
		if name, ok := strings.CutSuffix(e.Name(), evaluate.OtherEnd); ok {
			q.noticeOnce(e.Name(), fmt.Sprintf("%s was answered twice, and differently: see %s beside its answer, which counts", name, e.Name()))
		}
	}
	return there
}

// putAside renames an answer that cannot be used, so that a new one can come.
func (q *Queue) putAside(u *unit) {
	path := filepath.Join(q.options.Dir, answersDir, u.name+".json")
	if err := os.Rename(path, path+".damaged"); err != nil {
		q.noticeOnce(err.Error(), err.Error())
	}
}

// lost has a unit whose attempt came to nothing submitted again, later each time, or
// gives it up.
func (q *Queue) lost(u *unit, why string) {
	if u.at != nil {
		if said := q.logTail(*u.at); said != "" {
			why += "; its log " + q.log(*u.at) + " ends: " + said
		}
	}
	if u.attempts >= q.options.Attempts {
		q.finish(u, fmt.Errorf("slurm: %s: %s; given up after %d attempts", u.name, why, u.attempts))
		return
	}
	pause := min(q.options.Backoff<<max(0, u.attempts-1), longestBackoff)
	q.options.Notice(fmt.Sprintf("%s: %s; attempt %d of %d in %v", u.name, why, u.attempts+1, q.options.Attempts, pause))
	q.forget(u)
	u.after = time.Now().Add(pause)
}

// forget takes a unit for one that is not submitted.
func (q *Queue) forget(u *unit) {
	delete(q.placed, u.name)
	u.at, u.adopted, u.missing, u.state = nil, false, 0, ""
}

// noticeOnce tells the user something, and not again.
func (q *Queue) noticeOnce(key, text string) {
	if !q.noticed[key] {
		q.noticed[key] = true
		q.options.Notice(text)
	}
}

// Evaluator is an evaluator whose networks the cluster trains. request is what the tasks
// are told about one.
func (q *Queue) Evaluator(request func(network string, seed uint64) *evaluate.Request) *Evaluator {
	return &Evaluator{queue: q, request: request, answers: evaluate.Answers(filepath.Join(q.options.Dir, answersDir)), told: make(map[string]bool)}
}
