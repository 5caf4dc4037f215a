//go:build unix

package evaluate

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"syscall"
)

// watch leads the group of an external program. Its standard input ends when this
// process does, however that comes about; then it ends the group, itself included.
const watch = `trap "" HUP INT TERM; read line; kill -TERM 0; sleep 2; kill -KILL 0`

// runGroup runs cmd, which has a context and a WaitDelay, in a process group of its
// own, and ends all of the group before it returns. The group's number belongs to
// the watching shell, so it cannot pass to others in the meantime.
func runGroup(cmd *exec.Cmd) error {
	watcher := exec.Command("/bin/sh", "-c", watch)
	watcher.Dir = "/"
	watcher.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if _, err := watcher.StdinPipe(); err != nil {
		return err
	}
	if err := watcher.Start(); err != nil {
		return fmt.Errorf("cannot watch over it: %w", err)
	}
	group := -watcher.Process.Pid
	defer func() {
		syscall.Kill(group, syscall.SIGKILL)
		watcher.Wait() // killed: its status says nothing
	}()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: watcher.Process.Pid}
	cmd.Cancel = func() error {
		err := syscall.Kill(group, syscall.SIGTERM)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err
	}
	return cmd.Run()
}

// killed tells whether the error of a program is that it was ended from outside: by a
// signal with which that is done, or, of a shell whose program was, with the status that
// stands for it, 128 and the signal's number.
func killed(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	if !ok {
		return false
	}
	by := syscall.Signal(status.ExitStatus() - 128)
	if status.Signaled() {
		by = status.Signal()
	}
	return slices.Contains([]syscall.Signal{syscall.SIGHUP, syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL}, by)
}
