package guard

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// adopt makes this process the parent of all descendants that lose theirs.
func adopt() { unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// programAttr puts the program into a process group of its own, and has the system
// end it if the guard is killed.
func programAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// killDescendants ends all that this process has started, directly or not.
func killDescendants() {
	for range 2000 {
		alive := false
		for _, p := range descendants(os.Getpid()) {
			if p.State != 'Z' {
				alive = true
				syscall.Kill(p.Pid, syscall.SIGKILL)
			}
		}
		if !alive {
			return
		}
		time.Sleep(2 * time.Millisecond) // one that has just forked left a child: look again
	}
}

// Process is a process of this system.
type Process struct {
	Pid, Parent int
	State       byte // as in /proc/PID/stat: 'R', 'S', ...; 'Z' has ended and waits for its parent
}

// Descendants lists the program and all that it has started, parents before children.
// (Linux only.)
func (g *Guard) Descendants() []Process { return descendants(g.cmd.Process.Pid) }

func descendants(pid int) []Process {
	children := map[int][]Process{}
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	names, _ := proc.Readdirnames(-1)
	proc.Close()
	for _, n := range names {
		id, err := strconv.Atoi(n)
		if err != nil {
			continue
		}
		if p, ok := readProcess(id); ok {
			children[p.Parent] = append(children[p.Parent], p)
		}
	}
	list := children[pid]
	for i := 0; i < len(list); i++ {
		list = append(list, children[list[i].Pid]...)
	}
	return list
}

// readProcess reads /proc/PID/stat: "pid (name) state parent ...".
func readProcess(pid int) (Process, bool) {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return Process{}, false
	}
	rest := bytes.Fields(raw[bytes.LastIndexByte(raw, ')')+1:]) // the name may hold anything
	if len(rest) < 2 {
		return Process{}, false
	}
	parent, err := strconv.Atoi(string(rest[1]))
	return Process{Pid: pid, Parent: parent, State: rest[0][0]}, err == nil
}
