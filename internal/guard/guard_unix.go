//go:build unix

package guard

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// name is the first argument of a guard, where other processes have their path.
const name = "coexplore-guard"

const (
	kill      = syscall.SIGKILL
	interrupt = syscall.SIGINT
	terminate = syscall.SIGTERM
)

func signalGroup(pid int, s syscall.Signal)   { syscall.Kill(-pid, s) }
func signalProcess(pid int, s syscall.Signal) { syscall.Kill(pid, s) }

// guardCommand is the command that starts a guard, in a session of its own: what is
// typed in the terminal is for this process to act on.
func guardCommand(prefix string) *exec.Cmd {
	self, err := os.Executable()
	if _, e := os.Stat("/proc/self/exe"); e == nil {
		self = "/proc/self/exe" // also where the file has been removed or replaced
	} else if err != nil {
		return nil
	}
	cmd := exec.Command(self)
	cmd.Args = []string{name, prefix}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}

func init() {
	if len(os.Args) == 2 && os.Args[0] == name {
		os.Exit(serve(os.Args[1]))
	}
}

// serve is the guard. Orders come on standard input, reports go to descriptor 3.
func serve(prefix string) int {
	// Signals do not end the guard before its work is done. They are caught, not
	// ignored, since a program inherits what is ignored.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGPIPE)
	adopt()
	syscall.CloseOnExec(3)
	reports := json.NewEncoder(os.NewFile(3, "reports"))

	folder, err := os.MkdirTemp("", prefix)
	if err != nil {
		reports.Encode(report{Error: err.Error()})
		return 1
	}
	defer removeAll(folder)
	if lock, err := os.Open(folder); err == nil {
		unix.Flock(int(lock.Fd()), unix.LOCK_EX) // held until this process ends
		defer lock.Close()
	}
	sweep(prefix)
	reports.Encode(report{Folder: folder})

	in := bufio.NewReader(os.Stdin)
	line, err := in.ReadBytes('\n')
	var o order
	if err != nil || json.Unmarshal(line, &o) != nil {
		return 0
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		reports.Encode(report{Error: err.Error()})
		return 1
	}
	program, err := os.StartProcess(o.Path, o.Argv, &os.ProcAttr{
		Dir: o.Dir, Env: o.Env, Files: []*os.File{null, os.Stdout, os.Stderr}, Sys: programAttr(),
	})
	if err != nil {
		reports.Encode(report{Error: err.Error()})
		return 1
	}
	reports.Encode(report{Pid: program.Pid})

	broken := make(chan struct{})
	go func() {
		in.ReadByte()
		close(broken)
	}()
	ended := make(chan syscall.WaitStatus, 1)
	go reap(program.Pid, ended)
	end := report{Ended: true}
	for waiting := true; waiting; {
		select {
		case status := <-ended:
			end.State, waiting = state(status), false
		case <-broken:
			waiting = false
		case s := <-signals:
			waiting = s == syscall.SIGPIPE
		}
	}
	signalGroup(program.Pid, kill)
	killDescendants()
	if end.State == "" {
		select { // it was killed by us: say so
		case status := <-ended:
			end.State = state(status)
		default:
		}
	}
	removeAll(folder)
	reports.Encode(end)
	return 0
}

// reap waits for all children, also those adopted, and hands on how one of them ended.
func reap(pid int, ended chan<- syscall.WaitStatus) {
	for {
		var status syscall.WaitStatus
		child, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, syscall.ECHILD):
			return
		case err == nil && child == pid:
			ended <- status
		}
	}
}

// state says how a process ended, as package os does; "" for status 0.
func state(s syscall.WaitStatus) string {
	switch {
	case s.Signaled():
		return "signal: " + s.Signal().String()
	case s.ExitStatus() != 0:
		return "exit status " + strconv.Itoa(s.ExitStatus())
	}
	return ""
}

// sweep removes folders that belong to no guard any more. A new folder is not locked
// at once, so the young ones stay.
func sweep(prefix string) {
	list, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	for _, folder := range list {
		info, err := os.Lstat(folder)
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		f, err := os.Open(folder)
		if err != nil {
			continue
		}
		if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			os.RemoveAll(folder)
		}
		f.Close()
	}
}
