//go:build !unix

package nbclient

import (
	"errors"
	"os/exec"
)

// processGroup is a process with all its children.
type processGroup struct{}

// start refuses: GoNB, the kernel, runs on Linux, macOS and the BSDs.
func (g *processGroup) start(*exec.Cmd) error {
	return errors.New("GoNB does not run on this system; use Linux, macOS or WSL")
}

func (g *processGroup) interrupt() {}
func (g *processGroup) kill()      {}
