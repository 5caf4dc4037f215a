// Package guard runs a program that cannot outlive this one. Between the two stands a
// small process, the guard: it holds the end of a pipe that breaks when this process
// ends, however it ends, kill -9 included; then it ends the program with all that the
// program has started, and removes the temporary folder that it made for it. The same
// happens when the program ends by itself.
//
//	g, err := guard.New("mytool-", nil, os.Stderr)
//	if err != nil {
//		return err
//	}
//	defer g.Close()
//	err = g.Start(guard.Command{Argv: []string{"sleep", "3600"}})
//
// On Linux all descendants are found, also those that left the process group or lost
// their parent. On other Unix systems it is the program's process group. On systems
// that are no Unix, New returns an error.
//
// The guard is this executable, started again: package guard takes over in its init
// function where it finds that it is to be the guard.
package guard

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// Command says what to run.
type Command struct {
	Argv []string // program, looked up on PATH, and its arguments
	Dir  string   // working directory; "": the one of this process
	Env  []string // KEY=VALUE; nil: the environment of this process
}

// Guard watches over one program. Close it, or the program stays as long as this
// process. Its methods may be called by one goroutine at a time.
type Guard struct {
	Folder string // temporary folder, there until Done
	Pid    int    // of the program, which is the head of a process group of its own; 0 before Start

	cmd    *exec.Cmd
	orders *os.File // pipe to the guard: one order; that it breaks is the signal to end
	status *os.File // pipe from the guard
	answer *json.Decoder

	done chan struct{}
	err  error // how the program ended; read after done
}

// order is what the guard is to run.
type order struct {
	Path, Dir string
	Argv, Env []string
}

// report is what the guard answers: the folder, then the program's process id, then
// how the program ended.
type report struct {
	Folder string `json:",omitempty"`
	Pid    int    `json:",omitempty"`
	Error  string `json:",omitempty"`
	Ended  bool   `json:",omitempty"`
	State  string `json:",omitempty"` // of a program that ended with another status than 0
}

var errKilled = errors.New("the process that guards it was killed")

// New starts a guard and has it make a temporary folder, whose name begins with prefix.
// Folders of the same prefix that were left by a guard that was killed itself are
// removed. What the program will write goes to stdout and stderr; nil drops it.
func New(prefix string, stdout, stderr io.Writer) (*Guard, error) {
	g := &Guard{cmd: guardCommand(prefix), done: make(chan struct{})}
	if g.cmd == nil {
		return nil, errors.New("programs cannot be guarded on this system; use Linux, macOS or WSL")
	}
	in, orders, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	status, out, err := os.Pipe()
	if err != nil {
		orders.Close()
		return nil, err
	}
	defer out.Close()
	g.orders, g.status, g.answer = orders, status, json.NewDecoder(status)
	g.cmd.Stdin, g.cmd.Stdout, g.cmd.Stderr = in, stdout, stderr
	g.cmd.ExtraFiles = []*os.File{out}
	g.cmd.WaitDelay = time.Second // no process of the program's may hold us up
	if err := g.cmd.Start(); err != nil {
		orders.Close()
		status.Close()
		return nil, err
	}
	out.Close() // so that the guard's end can be seen
	var r report
	if err := g.answer.Decode(&r); err != nil || r.Error != "" {
		g.Close()
		if err != nil {
			return nil, errKilled
		}
		return nil, errors.New(r.Error)
	}
	g.Folder = r.Folder
	return g, nil
}

// Start starts the program. It is called at most once.
func (g *Guard) Start(c Command) error {
	path, err := exec.LookPath(c.Argv[0])
	if err != nil {
		return err
	}
	env := c.Env
	if env == nil {
		env = os.Environ()
	}
	if err := json.NewEncoder(g.orders).Encode(order{Path: path, Argv: c.Argv, Dir: c.Dir, Env: env}); err != nil {
		return fmt.Errorf("%s: %w", c.Argv[0], errKilled)
	}
	var r report
	if err := g.answer.Decode(&r); err != nil {
		return fmt.Errorf("%s: %w", c.Argv[0], errKilled)
	}
	if r.Error != "" {
		return errors.New(r.Error)
	}
	g.Pid = r.Pid
	go func() {
		g.err = errKilled
		if g.answer.Decode(&r) == nil && r.Ended {
			if g.err = nil; r.State != "" {
				g.err = errors.New(r.State)
			}
		}
		g.finish()
	}()
	return nil
}

// finish waits for the guard, and does what it could not do if it was killed itself.
func (g *Guard) finish() {
	defer close(g.done)
	if g.Pid > 0 && g.err == errKilled {
		signalGroup(g.Pid, kill)
	}
	g.cmd.Wait()
	g.status.Close()
	removeAll(g.Folder)
}

// removeAll removes a folder in which processes that were killed just now may still
// write.
func removeAll(folder string) {
	for range 50 {
		if folder == "" || os.RemoveAll(folder) == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Done is closed when the program has ended, its descendants too, and the folder is
// gone.
func (g *Guard) Done() <-chan struct{} { return g.done }

// Err says how the program ended: nil for status 0, otherwise "exit status 2" or
// "signal: killed" and the like. It waits for that.
func (g *Guard) Err() error {
	<-g.done
	return g.err
}

// Interrupt sends the program's process group what Ctrl-C sends.
func (g *Guard) Interrupt() { signalGroup(g.Pid, interrupt) }

// Terminate asks the program, not its group, to end.
func (g *Guard) Terminate() { signalProcess(g.Pid, terminate) }

// Close ends the program, if it still runs, with all its descendants, and waits for
// that. Closing again does nothing.
func (g *Guard) Close() {
	g.orders.Close()
	if g.Pid == 0 {
		select {
		case <-g.done:
		default:
			g.err = errors.New("closed before it was started")
			g.finish()
		}
	}
	<-g.done
}
