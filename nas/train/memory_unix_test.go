//go:build unix

package train

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"coexplore/data"
	"coexplore/internal/heavy"
)

// TestMemoryOfHeaviestChild trains the heaviest network of the CIFAR-10 space on
// two batches and reads the process's largest size.
func TestMemoryOfHeaviestChild(t *testing.T) {
	heavy.Only(t, "memory of the heaviest child")
	if os.Getenv("COEXPLORE_TEST_MEMORY") == "" { // in a process of its own
		alone := exec.Command(os.Args[0], "-test.v", "-test.run", "^TestMemoryOfHeaviestChild$")
		alone.Env = append(os.Environ(), "COEXPLORE_TEST_MEMORY=1")
		said, err := alone.CombinedOutput()
		t.Logf("%s", said)
		if err != nil || !strings.Contains(string(said), "largest resident size") {
			t.Error(err)
		}
		return
	}
	opt := DefaultOptions()
	opt.Epochs = 1
	net := chain(t, strings.TrimSuffix(strings.Repeat("7x64,", 14), ","))
	if _, err := Train(context.Background(), net, data.Shapes(1, 128, 64), opt); err != nil {
		t.Fatal(err)
	}
	defer FreeMemory()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		t.Fatal(err)
	}
	gib := float64(use.Maxrss) / (1 << 20)
	t.Logf("largest resident size of the process: %.2f GiB", gib)
	if gib > 1.5 {
		t.Errorf("%.2f GiB, want under 1.5", gib)
	}
}
