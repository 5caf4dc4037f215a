package kernelext

import (
	"time"

	"golang.org/x/sys/unix"
)

// settle waits until the kernel has read what was printed so far. Text goes to
// the kernel through other pipes than displays do; without waiting, a figure
// could overtake the lines that were printed before it.
func settle() {
	for range 500 {
		waiting := 0
		for _, fd := range []int{1, 2} {
			if n, err := unix.IoctlGetInt(fd, unix.TIOCINQ); err == nil {
				waiting += n
			}
		}
		if waiting == 0 {
			break
		}
		time.Sleep(200 * time.Microsecond)
	}
	time.Sleep(2 * time.Millisecond) // between reading and publishing
}
