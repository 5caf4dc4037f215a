//go:build !linux

package kernelext

import "time"

// settle gives the kernel the time to read what was printed so far. Text goes
// to the kernel through other pipes than displays do; without waiting, a figure
// could overtake the lines that were printed before it.
func settle() { time.Sleep(10 * time.Millisecond) }
