package run

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"coexplore/internal/atomicfile"
)

// damagedFile is where Repair puts the lines of a log that it does not keep.
const damagedFile = "trials.damaged"

// Repaired is what became of a run directory that Repair was asked to mend. All zero but
// Kept: there was nothing to mend.
type Repaired struct {
	Kept    int    // trials that the log holds now
	Dropped int    // lines that it held, whole or not, and holds no more
	Reason  string // what is wrong with the first of them
	Aside   string // the file that they were put in; empty: none were
	// Restarts says that the state of the search was of more trials than are left, or
	// damaged: resuming starts at the first episode, and looks up what was trained.
	Restarts bool
}

// Repair mends a run directory whose log or checkpoint is damaged, so that it can be
// read and resumed: the trials before the first damaged line are kept, the rest of the
// log is put beside it, and a checkpoint that does not fit is removed. A damaged
// run.json cannot be mended: that is an error, as is a directory that another process
// has open, or one that holds the lines of an earlier repair.
func Repair(dir string) (*Repaired, error) {
	if _, err := ReadConfig(dir); err != nil {
		return nil, err
	}
	l, err := acquire(dir)
	if err != nil {
		return nil, err
	}
	defer l.release()
	sweep(dir)
	path := filepath.Join(dir, trialsFile)
	trials, torn, bad, err := readTrials(path)
	if err != nil {
		return nil, err
	}
	r := &Repaired{Kept: len(trials)}
	if bad != nil || torn > 0 {
		if err := r.cut(dir, torn, bad); err != nil {
			return nil, fmt.Errorf("run: %w", err)
		}
	}
	checkpoint := filepath.Join(dir, checkpointFile)
	data, err := os.ReadFile(checkpoint)
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	if point, err := openCheckpoint(data); err == nil && point.Trials <= r.Kept {
		return r, nil
	}
	r.Restarts = true
	if err := os.Remove(checkpoint); err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	return r, nil
}

// cut moves the end of a log elsewhere.
func (r *Repaired) cut(dir string, torn int, bad *damage) error {
	path, aside := filepath.Join(dir, trialsFile), filepath.Join(dir, damagedFile)
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	at := len(data) - torn
	r.Reason = fmt.Sprintf("line %d is torn", r.Kept+1)
	if bad != nil {
		at, r.Reason = bad.at, fmt.Sprintf("line %d %s", bad.line, bad.what)
	}
	end := data[at:]
	r.Dropped = bytes.Count(end, []byte("\n"))
	if !bytes.HasSuffix(end, []byte("\n")) {
		r.Dropped++
	}
	if _, err := os.Lstat(aside); err == nil {
		return fmt.Errorf("%s holds lines of an earlier repair: move it away first", aside)
	}
	if err := atomicfile.Write(aside, end); err != nil {
		return err
	}
	r.Aside = aside
	return atomicfile.Write(path, data[:at])
}
