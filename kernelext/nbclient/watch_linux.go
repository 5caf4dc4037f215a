package nbclient

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"coexplore/internal/guard"
)

// watch looks after one running cell of GoNB, which waits for ever in two cases. Its
// programs have a standard input that nobody writes to. And a cell ends only when all
// processes that hold its outputs have ended, those in the background too.
type watch struct {
	kernel *Kernel
	cell   *Cell

	reading map[int]int // process that reads standard input: how many looks long
	waiting int         // how many looks long GoNB has waited for others than the cell's program

	refused string   // the command that was stopped for reading standard input
	line    int      // its line in the cell, where that is known; 0: see the trace
	ended   []string // commands that were ended after the cell's program
}

// How many looks long something must stand still until it is taken for that.
const (
	readingLooks = 2
	waitingLooks = 4
	deafLooks    = 8 // a program that was asked to end with a trace, and does not
)

func (k *Kernel) watch(c *Cell) *watch { return &watch{kernel: k, cell: c, reading: map[int]int{}} }

// look is called several times a second.
func (w *watch) look() {
	if w.kernel.command.module == "" {
		return
	}
	kernel := w.kernel.process.Pid
	list := w.kernel.process.Descendants()
	if len(list) == 0 || list[0].Pid != kernel {
		return // it has ended
	}
	pipes := pipesOf(kernel) // to and from the programs that it has started
	for inherited := range pipesOf(list[0].Parent) {
		delete(pipes, inherited)
	}
	waits, holders, reading := false, []int{}, map[int]int{}
	for _, p := range list {
		if p.Pid == kernel {
			continue
		}
		if p.State == 'Z' {
			waits = waits || p.Parent == kernel
			continue
		}
		input := link(p.Pid, "0")
		for fd, to := range descriptors(p.Pid) {
			if fd != "0" && to != input && pipes[to] {
				holders = append(holders, p.Pid)
				break
			}
		}
		if pipes[input] && readsStdin(p.Pid) {
			if reading[p.Pid] = w.reading[p.Pid] + 1; reading[p.Pid] >= readingLooks {
				w.refuse(p.Pid, reading[p.Pid], list)
			}
		}
	}
	w.reading = reading
	if !waits || len(holders) == 0 {
		w.waiting = 0
	} else if w.waiting++; w.waiting >= waitingLooks {
		for _, pid := range holders {
			w.ended = append(w.ended, command(pid))
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// refuse stops a process that reads standard input. A program of the cell's is asked
// for its stack trace first, which says at which line it reads.
func (w *watch) refuse(pid, looks int, list []guard.Process) {
	folder := w.kernel.process.Folder
	exe, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	w.refused = command(pid)
	if strings.HasPrefix(filepath.Base(exe), "gonb_") && strings.HasPrefix(exe, folder) && looks < deafLooks {
		if looks == readingLooks {
			syscall.Kill(pid, syscall.SIGQUIT)
		}
		return
	}
	args := arguments(w.ancestor(pid, list)) // "bash -c LINE", or a program as the first line of a cell has it
	for i, l := range lines(w.cell.Source) {
		if l = strings.TrimLeft(strings.TrimSpace(l), "!* \t"); w.line == 0 && l != "" && args[len(args)-1] == l {
			w.line = i + 1
		}
	}
	syscall.Kill(pid, syscall.SIGKILL)
}

// ancestor is the process that the kernel itself started, of which pid is a descendant.
func (w *watch) ancestor(pid int, list []guard.Process) int {
	for i := len(list) - 1; i >= 0; i-- { // children after parents
		if list[i].Pid == pid && list[i].Parent != w.kernel.process.Pid {
			pid = list[i].Parent
		}
	}
	return pid
}

// notice tells the reader what was ended.
func (w *watch) notice(out *collector) {
	slices.Sort(w.ended)
	for _, c := range slices.Compact(w.ended) {
		out.stream("stderr", "[the cell left this running, and it was ended with the cell: "+c+"]\n")
	}
}

// readsStdin says whether a thread of the process waits in a read of descriptor 0.
func readsStdin(pid int) bool {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/syscall", pid))
	for _, t := range tasks {
		raw, err := os.ReadFile(t)
		if err != nil {
			continue
		}
		call := strings.Fields(string(raw))
		if len(call) < 2 || call[1] != "0x0" {
			continue
		}
		if n, err := strconv.Atoi(call[0]); err == nil && (n == unix.SYS_READ || n == unix.SYS_READV) {
			return true
		}
	}
	return false
}

// link is what a descriptor of a process is, as "pipe:[1234]"; "" if that cannot be read.
func link(pid int, fd string) string {
	to, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", pid, fd))
	return to
}

// descriptors lists what the descriptors of a process are.
func descriptors(pid int) map[string]string {
	all := map[string]string{}
	entries, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	for _, e := range entries {
		all[e.Name()] = link(pid, e.Name())
	}
	return all
}

// pipesOf is the set of pipes that a process holds an end of.
func pipesOf(pid int) map[string]bool {
	set := map[string]bool{}
	for _, to := range descriptors(pid) {
		if strings.HasPrefix(to, "pipe:") {
			set[to] = true
		}
	}
	return set
}

// arguments is the command line of a process.
func arguments(pid int) []string {
	raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return strings.Split(string(bytes.TrimRight(raw, "\x00")), "\x00")
}

// command is the command line as one line.
func command(pid int) string {
	line := strings.Join(strings.Fields(strings.Join(arguments(pid), " ")), " ")
	if r := []rune(line); len(r) > 80 {
		line = string(r[:77]) + "..."
	}
	return line
}
