package run

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"coexplore/internal/atomicfile"
	"coexplore/internal/sealed"
	"coexplore/nas"
	"coexplore/nas/space"
)

// A Directory is a run directory. It is a nas.Checkpointer: as a search's
// recorder it logs every trial and keeps the search's state.
type Directory struct {
	nas.NopRecorder
	Path   string
	Config Config

	trials []nas.Trial // those in the log when it was opened
	torn   int         // bytes after the last whole line of the log
	state  *nas.State  // nil: no whole step was done
	log    *os.File
	lock   *lock // nil: only read
}

// checkpoint is the content of the checkpoint file.
type checkpoint struct {
	Format int        `json:"format"`
	State  *nas.State `json:"state"`
	Trials int        `json:"trials"` // how many lines of the log belong to it
}

// Create makes a run directory, which is then this process's until End. It refuses a
// folder that already holds a run, or a log of one. A folder in which another process
// works is refused, too.
func Create(dir string, c Config) (*Directory, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	l, err := acquire(dir)
	if err != nil {
		return nil, err
	}
	d := &Directory{Path: dir, Config: c, lock: l}
	if err := d.begin(); err != nil {
		l.release()
		os.Remove(dir) // fails if the folder held something before
		return nil, err
	}
	return d, nil
}

// begin writes the first files of a run.
func (d *Directory) begin() (err error) {
	if _, err := os.Stat(filepath.Join(d.Path, configFile)); err == nil {
		return fmt.Errorf("run: %s already holds a run; resume it or choose another folder", d.Path)
	}
	if _, err := os.Stat(filepath.Join(d.Path, checkpointFile)); err == nil {
		return fmt.Errorf("run: %s holds the %s of a run whose %s is missing: move it away, or choose another folder", d.Path, checkpointFile, configFile)
	}
	path := filepath.Join(d.Path, trialsFile)
	d.log, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("run: %s holds %s of a run whose %s is missing: move the log away, or choose another folder", d.Path, trialsFile, configFile)
	}
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	if err := writeConfig(d.Path, d.Config); err != nil {
		d.log.Close()
		os.Remove(path)
		return fmt.Errorf("run: %w", err)
	}
	return nil
}

// Discard removes a run directory that Create made, for a run that did not begin.
// A folder that holds anything else stays.
func (d *Directory) Discard() error {
	err := errors.Join(os.Remove(filepath.Join(d.Path, configFile)), os.Remove(filepath.Join(d.Path, trialsFile)), d.End(nil))
	os.Remove(d.Path) // fails if the folder held something before
	return err
}

// OpenToResume is Read for a run that is to go on: the directory is then this
// process's until End. One that another process has open is refused, naming it.
func OpenToResume(dir string) (*Directory, error) {
	if _, err := ReadConfig(dir); err != nil {
		return nil, err
	}
	l, err := acquire(dir)
	if err != nil {
		return nil, err
	}
	d, err := Read(dir)
	if err != nil {
		l.release()
		return nil, err
	}
	d.lock = l
	sweep(dir)
	return d, nil
}

// sweep removes what a process that was killed left of files that it was writing.
func sweep(dir string) {
	for _, name := range []string{configFile, trialsFile, checkpointFile} {
		left, _ := filepath.Glob(filepath.Join(dir, "."+name+".*"))
		for _, path := range left {
			os.Remove(path)
		}
	}
}

// Notice is what a user should know of an opened directory; empty: nothing.
func (d *Directory) Notice() string {
	var notices []string
	if d.lock != nil && d.lock.left != nil {
		notices = append(notices, fmt.Sprintf("%s was left by %s, which did not end well; the run goes on from its last whole step", d.Path, d.lock.left))
	}
	if d.torn > 0 {
		notices = append(notices, fmt.Sprintf("%s ends within a line: %d bytes of a trial that was being written are left out",
			filepath.Join(d.Path, trialsFile), d.torn))
	}
	return strings.Join(notices, "\n")
}

// Read reads a run directory. What follows the last whole line of the log, left
// by a crash in the middle of writing, is ignored.
func Read(dir string) (*Directory, error) {
	c, err := ReadConfig(dir)
	if err != nil {
		return nil, err
	}
	d := &Directory{Path: dir, Config: c}
	var bad *damage
	if d.trials, d.torn, bad, err = readTrials(filepath.Join(dir, trialsFile)); err != nil {
		return nil, err
	}
	if bad != nil {
		return nil, fmt.Errorf("run: %s, line %d %s: `coexplore repair %s` keeps the lines before it", filepath.Join(dir, trialsFile), bad.line, bad.what, dir)
	}
	path := filepath.Join(dir, checkpointFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	if err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	point, err := openCheckpoint(data)
	if err != nil {
		return nil, fmt.Errorf("run: %s %w; delete it to start the run again from its first episode", path, err)
	}
	if point.Trials > len(d.trials) {
		return nil, fmt.Errorf("run: %s has %d whole lines, but the checkpoint was written after %d; "+
			"delete the file %s to start the run again from its first episode",
			filepath.Join(dir, trialsFile), len(d.trials), point.Trials, path)
	}
	point.State.Trials = d.trials[:point.Trials]
	d.state = point.State
	return d, nil
}

// openCheckpoint reads the content of the checkpoint file.
func openCheckpoint(data []byte) (*checkpoint, error) {
	var point checkpoint
	if err := sealed.Unmarshal(data, &point); err != nil {
		return nil, fmt.Errorf("is damaged (%w)", err)
	}
	switch {
	case point.Format != checkpointFormat:
		return nil, fmt.Errorf("is of format %d and this version goes on from format %d", point.Format, checkpointFormat)
	case point.State == nil || point.Trials < 0:
		return nil, errors.New("is damaged (it holds no state)")
	}
	return &point, nil
}

// Trials are the trials in the log when the directory was opened.
func (d *Directory) Trials() []nas.Trial { return d.trials }

// Figures is the folder for the run's figures.
func (d *Directory) Figures() string { return filepath.Join(d.Path, figuresDir) }

// Answers is the folder for what was found out about networks, also out of turn: see
// evaluate.Keep.
func (d *Directory) Answers() string { return filepath.Join(d.Path, AnswersDir) }

// Resume prepares a directory that OpenToResume opened for the search to go on. It
// returns the state to go on from, nil if the search has to start from its first
// episode, and the trials after it, which nas.Settings.Evaluated takes: they are dropped
// from the log and will be made again. A Config that was changed since, for more
// episodes say, is written back.
func (d *Directory) Resume() (*nas.State, []nas.Trial, error) {
	var keep []nas.Trial
	if d.state != nil {
		keep = d.state.Trials
	}
	path := filepath.Join(d.Path, trialsFile)
	err := atomicfile.WriteTo(path, func(w io.Writer) error {
		buf := bufio.NewWriter(w)
		for i := range keep {
			line, err := encode(keep[i])
			if err != nil {
				return err
			}
			buf.Write(line)
		}
		return buf.Flush()
	})
	if err != nil {
		return nil, nil, fmt.Errorf("run: %w", err)
	}
	if err := writeConfig(d.Path, d.Config); err != nil {
		return nil, nil, fmt.Errorf("run: %w", err)
	}
	d.log, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, nil, fmt.Errorf("run: %w", err)
	}
	return d.state, d.trials[len(keep):], nil
}

// Trial implements nas.Recorder: it appends the trial to the log.
func (d *Directory) Trial(t nas.Trial) error {
	line, err := encode(t)
	if err != nil {
		return err
	}
	if _, err := d.log.Write(line); err != nil {
		return fmt.Errorf("run: cannot log trial %d: %w; what was logged before is kept, "+
			"make room", t.Index, err)
	}
	return nil
}

// Checkpoint implements nas.Checkpointer.
func (d *Directory) Checkpoint(state *nas.State) error {
	if err := d.log.Sync(); err != nil {
		return fmt.Errorf("run: cannot flush the log: %w", err)
	}
	data, err := json.Marshal(checkpoint{checkpointFormat, state, len(state.Trials)})
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	if err := atomicfile.Write(filepath.Join(d.Path, checkpointFile), sealed.Seal(data)); err != nil {
		return fmt.Errorf("run: %w", err)
	}
	return nil
}

// End implements nas.Recorder: it closes the log and gives the directory back.
func (d *Directory) End(*nas.Result) error {
	defer d.lock.release()
	if d.log == nil {
		return nil
	}
	err := d.log.Close()
	d.log = nil
	if err != nil {
		return fmt.Errorf("run: cannot close the log: %w", err)
	}
	return nil
}

// Result sums up the trials in the log when the directory was opened.
func (d *Directory) Result() *nas.Result {
	p := nas.Problem{Space: space.Chain{Title: d.Config.Space}, Spec: d.Config.FPS, AccuracyFloor: d.Config.AccuracyFloor, Objectives: d.Config.Objectives}
	s := nas.Settings{Seed: d.Config.Seed}
	return nas.NewResult(&p, &s, d.Config.Method, d.trials)
}
