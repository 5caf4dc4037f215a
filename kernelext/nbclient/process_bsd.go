//go:build unix && !linux

package nbclient

import "syscall"

// dieWithParent does nothing: only Linux knows such a thing.
func dieWithParent(*syscall.SysProcAttr) {}
