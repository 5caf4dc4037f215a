package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// lockFile says who writes to a run directory. It is locked as long as that process
// lives, so that what a dead one left behind does not stand in the way.
const lockFile = "lock"

// holder is what a lock file says.
type holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

func (h *holder) String() string {
	return fmt.Sprintf("process %d on %s, since %s", h.PID, h.Host, h.Since.Format("2006-01-02 15:04:05"))
}

// lock is a run directory that is this process's alone to write to.
type lock struct {
	file *os.File
	left *holder // who had it before and did not give it back; nil: nobody
}

// acquire locks a run directory. It is refused while another process has it: on this
// machine the system knows, and a lock that a process of another machine left is
// taken for one that is held.
func acquire(dir string) (*lock, error) {
	path := filepath.Join(dir, lockFile)
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("run: %w", err)
	}
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, fmt.Errorf("run: %w", err)
		}
		free, err := tryLock(f)
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("run: cannot lock %s: %w", path, err)
		}
		left := readHolder(f)
		if !free {
			f.Close()
			who := "another process"
			if left != nil {
				who = left.String()
			}
			return nil, fmt.Errorf("run: %s is in use by %s: wait until it ends, or stop it", dir, who)
		}
		// Whoever gave the lock back has removed its file: then this is not the one
		// that others see.
		if same, err := isAt(f, path); err != nil || !same {
			f.Close()
			if err != nil {
				return nil, fmt.Errorf("run: %w", err)
			}
			continue
		}
		if left != nil && left.Host != host {
			f.Close()
			return nil, fmt.Errorf("run: %s was in use by %s, which cannot be asked from %s: if it has ended, delete %s", dir, left, host, path)
		}
		l := &lock{file: f, left: left}
		content, err := json.Marshal(holder{os.Getpid(), host, time.Now().Truncate(time.Second)})
		if err == nil {
			err = errors.Join(f.Truncate(0), writeAt(f, append(content, '\n')), f.Sync())
		}
		if err != nil {
			l.release()
			return nil, fmt.Errorf("run: cannot write %s: %w", path, err)
		}
		return l, nil
	}
}

func writeAt(f *os.File, b []byte) error {
	_, err := f.WriteAt(b, 0)
	return err
}

// readHolder is what a lock file says; nil: nothing that can be read.
func readHolder(f *os.File) *holder {
	b := make([]byte, 1024)
	n, _ := f.ReadAt(b, 0)
	var h holder
	if json.Unmarshal(b[:n], &h) != nil || h.PID == 0 {
		return nil
	}
	return &h
}

// isAt tells whether the open file is the one at the path.
func isAt(f *os.File, path string) (bool, error) {
	at, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	open, err := f.Stat()
	return err == nil && os.SameFile(open, at), err
}

// release gives the directory back.
func (l *lock) release() {
	if l == nil || l.file == nil {
		return
	}
	os.Remove(l.file.Name())
	l.file.Close()
	l.file = nil
}
