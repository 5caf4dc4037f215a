package run

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockedFrom is where the locked byte lies: beyond what is written, so that others
// can read who has the lock.
const lockedFrom = 1 << 20

// tryLock locks an open file for this process; false: another one has it.
func tryLock(f *os.File) (bool, error) {
	at := windows.Overlapped{Offset: lockedFrom}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return false, nil
	}
	return err == nil, err
}
