//go:build unix

package kernelext

import (
	"syscall"
	"testing"
	"time"
)

// processorTime reports the time of processors that an operation took, which,
// unlike the clock's, does not depend on what else the machine does.
func processorTime(b *testing.B) func() {
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	return func() { b.ReportMetric((used()-before).Seconds()*1000/float64(b.N), "processor-ms/op") }
}

// Ten million numbers, from one cell to the next: what a cell that reads them
// waits for, and what the one that keeps them does.
func BenchmarkKeep(b *testing.B) {
	b.Setenv("GONB_TMP_DIR", b.TempDir())
	numbers := make([]float32, 10_000_000)
	for i := range numbers {
		numbers[i] = float32(i)
	}
	b.Run("store", func(b *testing.B) {
		defer processorTime(b)()
		for b.Loop() {
			if err := put("numbers", numbers); err != nil {
				b.Fatal(err)
			}
		}
	})
	if err := put("numbers", numbers); err != nil {
		b.Fatal(err)
	}
	b.Run("read", func(b *testing.B) {
		defer processorTime(b)()
		for b.Loop() {
			if got, err := Recall[[]float32]("numbers"); err != nil || got[9_999_999] != 9_999_999 {
				b.Fatal(err)
			}
		}
	})
	b.Run("key", func(b *testing.B) {
		defer processorTime(b)()
		for b.Loop() {
			if sourceVersion(keptFolder) == "" || moduleVersion() == "" {
				b.Fatal("no version")
			}
		}
	})
}
