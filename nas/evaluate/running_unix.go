//go:build unix

package evaluate

import (
	"errors"
	"syscall"
)

// running tells whether a process of this machine is there.
func running(pid int) bool {
	return pid > 0 && !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}
