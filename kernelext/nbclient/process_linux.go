package nbclient

import "syscall"

// dieWithParent has the system end the kernel if this process is killed and
// cannot do so itself.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGTERM }
