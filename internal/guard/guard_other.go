//go:build !unix

package guard

import (
	"os/exec"
	"syscall"
)

const (
	kill      = syscall.SIGKILL
	interrupt = syscall.SIGINT
	terminate = syscall.SIGTERM
)

func guardCommand(string) *exec.Cmd { return nil }

func signalGroup(int, syscall.Signal)   {}
func signalProcess(int, syscall.Signal) {}
