package evaluate_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/evaluate"
)

// requestFile writes a request and returns its file.
func requestFile(t *testing.T, network string) string {
	t.Helper()
	text, err := json.Marshal(evaluate.NewRequest(network, 1, hw.Shape{C: 3, H: 8, W: 8}, 10))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.request.json")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAnswerRequest has several answer one request at once: it is evaluated once, and
// nothing but the answer is left. What a failure leaves gives way.
func TestAnswerRequest(t *testing.T) {
	file, folder := requestFile(t, "3x8"), evaluate.Answers(t.TempDir())
	var calls atomic.Int64
	e := nas.EvaluatorFunc(func(_ context.Context, network string, seed uint64) (nas.Evaluation, error) {
		if calls.Add(1) == 1 {
			return nas.Evaluation{}, errors.New("no luck")
		}
		time.Sleep(50 * time.Millisecond)
		return nas.Evaluation{Accuracy: 0.5}, nil
	})
	if err := evaluate.AnswerRequest(context.Background(), file, e, folder); err != nil {
		t.Fatal(err)
	}
	if a, err := folder.Read("3x8", 1); err != nil || a.Failed != "no luck" {
		t.Fatalf("%+v, %v", a, err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := evaluate.AnswerRequest(context.Background(), file, e, folder); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if a, err := folder.Read("3x8", 1); err != nil || a.Accuracy != 0.5 || calls.Load() != 2 {
		t.Errorf("%+v, %v, after %d evaluations", a, err, calls.Load())
	}
	if list, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*")); len(list) != 1 {
		t.Errorf("left: %q", list)
	}
}

// TestAnswerRequestTests checks that a tester's accuracy on test images is in the answer.
func TestAnswerRequestTests(t *testing.T) {
	folder := evaluate.Answers(t.TempDir())
	e := &counted{func(context.Context, string, uint64) (nas.Evaluation, error) {
		return nas.Evaluation{Accuracy: 0.5}, nil
	}, map[string]int{}}
	if err := evaluate.AnswerRequest(context.Background(), requestFile(t, "3x8"), e, folder); err != nil {
		t.Fatal(err)
	}
	if a, err := folder.Read("3x8", 1); err != nil || a.TestAccuracy == nil || *a.TestAccuracy != 1.0/20 {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestClaims checks what becomes of the claim of another process: one that is gone from
// this machine, or is silent on another, is taken over; one that lives is waited for.
func TestClaims(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	gone := exec.Command("true")
	if err := gone.Run(); err != nil {
		t.Skipf("SKIPPED: no program to start: %v", err)
	}
	long, fresh := time.Now().Add(-time.Hour), time.Now().Add(time.Hour) // however long the test takes
	for what, c := range map[string]struct {
		text  string
		time  time.Time
		waits bool
	}{
		"gone":      {fmt.Sprintf("%s %d\n", host, gone.Process.Pid), fresh, false},
		"living":    {fmt.Sprintf("%s %d\n", host, os.Getpid()), fresh, true},
		"elsewhere": {"elsewhere 1\n", fresh, true},
		"silent":    {"elsewhere 1\n", long, false},
		"cut off":   {"", long, false},
	} {
		file := requestFile(t, "3x8")
		path := strings.TrimSuffix(file, ".json") + ".claim"
		if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, c.time, c.time); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		looks := 0
		release, err := evaluate.Claim(ctx, file, func() bool {
			if looks++; looks > 3 { // one to take it over, one to take it, and two moments
				cancel()
			}
			return false
		})
		if waited := errors.Is(err, context.Canceled); waited != c.waits || !waited && err != nil {
			t.Errorf("%s: %v, waits: %v, want %v", what, err, waited, c.waits)
		}
		if release != nil {
			release()
		}
		cancel()
	}
}

// TestAnswerRequestDiffers checks that an answer which is not the one of before is kept
// beside it, and that a work which is cut off leaves none.
func TestAnswerRequestDiffers(t *testing.T) {
	file, folder := requestFile(t, "3x8"), evaluate.Answers(t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	cut := nas.EvaluatorFunc(func(context.Context, string, uint64) (nas.Evaluation, error) {
		cancel()
		return nas.Evaluation{Accuracy: 0.1}, nil
	})
	if err := evaluate.AnswerRequest(ctx, file, cut, folder); !errors.Is(err, context.Canceled) {
		t.Errorf("cut off: %v", err)
	}
	if a, err := folder.Read("3x8", 1); a != nil || err != nil {
		t.Errorf("an answer was left: %+v, %v", a, err)
	}
	other := nas.EvaluatorFunc(func(_ context.Context, network string, seed uint64) (nas.Evaluation, error) {
		// Another process, which took this one's claim for stale, was faster.
		return nas.Evaluation{Accuracy: 0.5}, folder.Write(evaluate.NewAnswer(network, seed, nas.Evaluation{Accuracy: 0.25}, nil))
	})
	if err := evaluate.AnswerRequest(context.Background(), file, other, folder); !errors.Is(err, evaluate.ErrDiffers) {
		t.Errorf("%v", err)
	}
	if a, err := folder.Read("3x8", 1); err != nil || a.Accuracy != 0.25 {
		t.Errorf("%+v, %v: the first answer counts", a, err)
	}
	text, err := os.ReadFile(filepath.Join(string(folder), evaluate.Name("3x8", 1)+evaluate.OtherEnd))
	if err != nil || !strings.Contains(string(text), `"accuracy": 0.5`) {
		t.Errorf("%s, %v", text, err)
	}
}

// TestAnswerRequestDamaged checks requests that are none.
func TestAnswerRequestDamaged(t *testing.T) {
	file := requestFile(t, "3x8")
	for _, text := range []string{"", "{", "{}", `{"network": 5}`} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		err := evaluate.AnswerRequest(context.Background(), file, nil, evaluate.Answers(t.TempDir()))
		if err == nil || !strings.Contains(err.Error(), file) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := evaluate.AnswerRequest(context.Background(), filepath.Join(t.TempDir(), "none"), nil, evaluate.Answers(t.TempDir())); err == nil {
		t.Error("no file: no error")
	}
}
