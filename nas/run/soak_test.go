package run_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"coexplore/hw"
	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/method"
	"coexplore/nas/pipelines"
	"coexplore/nas/run"
)

// held is what a process holds.
type held struct {
	heap       uint64
	goroutines int
	files      int // -1 where the system does not say
}

func holds() held {
	runtime.GC()
	runtime.GC() // what has finalizers goes with the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	h := held{m.HeapAlloc, runtime.NumGoroutine(), -1}
	if list, err := os.ReadDir("/proc/self/fd"); err == nil {
		h.files = len(list)
	}
	return h
}

// soak notes what the process holds at two trials.
type soak struct {
	nas.NopRecorder
	at    [2]int
	notes [2]held
}

func (s *soak) Trial(t nas.Trial) error {
	for i, at := range s.at {
		if t.Index == at {
			s.notes[i] = holds()
		}
	}
	return nil
}

// TestSoak evaluates 10,000 networks from the table with a run directory, and compares
// what the process holds after 1,000 and after 10,000 trials: the trials themselves, and
// nothing else.
func TestSoak(t *testing.T) {
	table, err := evaluate.TinyTable()
	if err != nil {
		t.Fatal(err)
	}
	tiny := evaluate.TinyTableSpace()
	hardware, err := pipelines.New(tiny, searchtest.Pool(t, "XC7Z015:3"), hw.DefaultTarget())
	if err != nil {
		t.Fatal(err)
	}
	d, err := run.Create(filepath.Join(t.TempDir(), "run"), config())
	if err != nil {
		t.Fatal(err)
	}
	watch := &soak{at: [2]int{1000, 9999}}
	r, err := nas.Explore(context.Background(), nas.Problem{Space: tiny, Hardware: hardware, Spec: 2400, Evaluator: table},
		nas.Settings{Seed: 1, Episodes: 10000, Workers: 50, Recorder: nas.Recorders(d, watch)}, &method.Random{Beta: 0.5})
	if err != nil || len(r.Trials) != 10000 {
		t.Fatal(err)
	}
	early, late := watch.notes[0], watch.notes[1]
	t.Logf("after 1,000 trials %+v, after 10,000 %+v", early, late)
	// A trial is about 700 bytes, with its texts; a slice that grows holds up to twice that.
	if grown := int64(late.heap) - int64(early.heap); grown > 9000*2000 {
		t.Errorf("the heap grew by %d bytes, %d for each trial", grown, grown/9000)
	}
	if late.files != early.files {
		t.Errorf("%d files are open, %d were", late.files, early.files)
	}
	if late.goroutines > early.goroutines+2 { // the collector has some of its own
		t.Errorf("%d goroutines run, %d did", late.goroutines, early.goroutines)
	}
	after := holds()
	if after.files > early.files {
		t.Errorf("%d files are open after the search, %d were within it", after.files, early.files)
	}
}
