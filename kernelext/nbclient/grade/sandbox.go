package grade

import (
	"errors"
	"fmt"
	"os/exec"
	"strconv"

	"coexplore/kernelext/nbclient"
)

// Limits are what answers may use, and see.
type Limits struct {
	MemoryMB int      // of data, for each process; 0: no limit
	OutputKB int      // of one answer's output; 0: no limit
	Hide     []string // files that must read as empty, by absolute path
}

// ErrOpen is the error of Confine where this system does not keep programs off the
// network and the files to hide.
var ErrOpen = errors.New("answers cannot be kept off the network here")

// confinement is what runs the kernel within its limits: the files to hide become
// empty, the working folder is entered again, since it may hold some of them, and the
// limit of memory is set, in KB. It is given: the limit or "", the folder, the number of
// files, the files, the kernel's command.
const confinement = `set -e
limit=$1 folder=$2 files=$3
shift 3
while [ "$files" -gt 0 ]; do
	mount --bind /dev/null "$1"
	shift
	files=$((files - 1))
done
[ -z "$folder" ] || cd "$folder"
[ -z "$limit" ] || ulimit -d "$limit"
exec "$@"`

// unshare is the program, with its arguments, that gives the kernel a network of its
// own, in which there is nothing, and mounts and processes of its own. All processes
// that the kernel leaves behind end with it.
var unshare = []string{"unshare", "--user", "--map-root-user", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"}

// Confine returns the command with limits around it: no network, no view of other
// processes and of the files to hide, and a limit of memory. It needs Linux with the
// program unshare (of util-linux) and the right to use it, which most systems give to
// every user and most containers do not; without, the error is an ErrOpen.
func Confine(command nbclient.KernelCommand, limits Limits) (nbclient.KernelCommand, error) {
	if _, err := exec.LookPath(unshare[0]); err != nil {
		return command, fmt.Errorf("%w: no program unshare, of Linux, on PATH", ErrOpen)
	}
	try := confined(command, limits, []string{"true"})
	if out, err := exec.Command(try[0], try[1:]...).CombinedOutput(); err != nil {
		return command, fmt.Errorf("%w: %s", ErrOpen, line(string(out)+" "+err.Error()))
	}
	command.Argv = confined(command, limits, command.Argv)
	command.OutputMax = limits.OutputKB << 10
	return command, nil
}

func confined(command nbclient.KernelCommand, limits Limits, argv []string) []string {
	list := append(append([]string{}, unshare...), "sh", "-c", confinement, "sh", limits.memory(), command.Dir, strconv.Itoa(len(limits.Hide)))
	return append(append(list, limits.Hide...), argv...)
}

// Bound returns the command with the limits of memory and output alone: answers run as
// the user, with all that the user may do.
func Bound(command nbclient.KernelCommand, limits Limits) nbclient.KernelCommand {
	command.Argv = append([]string{"sh", "-c", confinement, "sh", limits.memory(), "", "0"}, command.Argv...)
	command.OutputMax = limits.OutputKB << 10
	return command
}

// memory is the limit for the shell's ulimit.
func (l Limits) memory() string {
	if l.MemoryMB <= 0 {
		return ""
	}
	return strconv.Itoa(l.MemoryMB << 10)
}
