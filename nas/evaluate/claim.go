package evaluate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// How long a process that has claimed work may be silent, in wall-clock time of the file
// system, and how often it says that it lives.
const (
	claimBeat  = 5 * time.Second
	claimStale = 4 * claimBeat
)

// A claim is a file that a process makes before it begins work that others may be told
// to do, too, and writes to while it is at it: a job that Slurm takes for lost, and starts
// again on another node, may still be running. It is a courtesy and no lock: two
// processes that find the same stale claim at the same moment both go on, and find out
// the same.
type claim struct {
	path string
	stop chan struct{}
	done chan struct{}
}

// Claim makes the work that a request's file asks for this process's, until what it
// returns is called. It waits while another process is at it, which need not be on this
// machine but share the folder. Once done says that the work is done it returns nil.
func Claim(ctx context.Context, file string, done func() bool) (release func(), err error) {
	c := &claim{path: strings.TrimSuffix(file, ".json") + ".claim"}
	for mine := false; !mine; {
		if done() {
			return nil, nil
		}
		if mine, err = c.take(ctx); err != nil {
			return nil, err
		}
	}
	return c.release, nil
}

// take makes the claim, or waits a moment if another process has it: then the work may
// be done the next time.
func (c *claim) take(ctx context.Context) (bool, error) {
	f, err := os.OpenFile(c.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		if stale, err := c.stale(); err != nil || stale {
			if err == nil {
				err = os.Remove(c.path)
			}
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return false, fmt.Errorf("evaluate: %w", err)
			}
			return false, nil
		}
		select {
		case <-time.After(claimBeat / 10):
			return false, nil
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
	if err != nil {
		return false, fmt.Errorf("evaluate: %w", err)
	}
	if err := errors.Join(f.Close(), c.sign()); err != nil {
		os.Remove(c.path)
		return false, fmt.Errorf("evaluate: %w", err)
	}
	c.stop, c.done = make(chan struct{}), make(chan struct{})
	go c.beat()
	return true, nil
}

// sign writes whose the claim is, into a file that is there.
func (c *claim) sign() error {
	f, err := os.OpenFile(c.path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	host, _ := os.Hostname()
	_, err = fmt.Fprintf(f, "%s %d\n", host, os.Getpid())
	return errors.Join(err, f.Close())
}

// beat signs the claim again and again, until it is released: the file system notes when,
// by its own clock.
func (c *claim) beat() {
	defer close(c.done)
	for {
		select {
		case <-c.stop:
			return
		case <-time.After(claimBeat):
			c.sign() // if that fails, another may take over
		}
	}
}

// release gives the claim up.
func (c *claim) release() {
	close(c.stop)
	<-c.done
	os.Remove(c.path)
}

// stale tells whether the process that made the claim is gone: it is not running on this
// machine, or has been silent for too long by the clock of the file system.
func (c *claim) stale() (bool, error) {
	text, err := os.ReadFile(c.path)
	if err != nil {
		return false, err
	}
	host, _ := os.Hostname()
	var where string
	var pid int
	if n, _ := fmt.Sscan(string(text), &where, &pid); n == 2 && where == host && !running(pid) {
		return true, nil
	}
	made, err := os.Stat(c.path)
	if err != nil {
		return false, err
	}
	probe, err := os.CreateTemp(filepath.Dir(c.path), "."+strings.TrimPrefix(filepath.Base(c.path), ".")+".*")
	if err != nil {
		return false, err
	}
	defer os.Remove(probe.Name())
	now, err := probe.Stat()
	if err := errors.Join(err, probe.Close()); err != nil {
		return false, err
	}
	return now.ModTime().Sub(made.ModTime()) > claimStale, nil
}
