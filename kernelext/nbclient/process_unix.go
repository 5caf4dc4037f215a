//go:build unix

package nbclient

import (
	"os"
	"os/exec"
	"syscall"
)

// processGroup is a process with all its children.
type processGroup struct{ process *os.Process }

// start starts the command as the head of a group of its own, so that a Ctrl-C
// in the terminal reaches this program alone, and so that the whole group can
// be interrupted and killed.
func (g *processGroup) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(cmd.SysProcAttr)
	if err := cmd.Start(); err != nil {
		return err
	}
	g.process = cmd.Process
	return nil
}

// interrupt sends the group what Ctrl-C sends.
func (g *processGroup) interrupt() { syscall.Kill(-g.process.Pid, syscall.SIGINT) }

// kill ends the group at once.
func (g *processGroup) kill() { syscall.Kill(-g.process.Pid, syscall.SIGKILL) }
