//go:build !unix

package evaluate

// running tells whether a process of this machine is there: it is taken to be where the
// system is not asked.
func running(int) bool { return true }
