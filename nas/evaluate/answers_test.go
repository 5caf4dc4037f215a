package evaluate_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"coexplore/internal/sealed"
	"coexplore/nas"
	"coexplore/nas/evaluate"
)

// TestAnswers writes answers and reads them back: the first stays, another one is noticed,
// and what is new in a later one is added.
func TestAnswers(t *testing.T) {
	folder := evaluate.Answers(filepath.Join(t.TempDir(), "answers"))
	if a, err := folder.Read("3x8", 1); a != nil || err != nil {
		t.Fatalf("before any: %v, %v", a, err)
	}
	if err := folder.Write(evaluate.NewAnswer("3x8", 1, nas.Evaluation{Seconds: 2}, errors.New("no memory"))); err != nil {
		t.Fatal(err)
	}
	a, err := folder.Read("3x8", 1)
	if err != nil {
		t.Fatal(err)
	}
	if e, err := a.Evaluation(); err == nil || err.Error() != "no memory" || e.Seconds != 2 {
		t.Errorf("a failure is read as %+v, %v", e, err)
	}
	want := nas.Evaluation{Accuracy: 0.75, Loss: 0.5, Epochs: 3, Seconds: 4, Reason: "it stood still", Refused: true}
	if err := folder.Write(evaluate.NewAnswer("3x8", 1, want, nil)); err != nil {
		t.Fatal(err)
	}
	later := want
	later.Seconds = 9
	if err := folder.Write(evaluate.NewAnswer("3x8", 1, later, nil)); err != nil {
		t.Errorf("the same again: %v", err)
	}
	later.Accuracy = 0.5
	if err := folder.Write(evaluate.NewAnswer("3x8", 1, later, nil)); !errors.Is(err, evaluate.ErrDiffers) {
		t.Errorf("another accuracy: %v", err)
	}
	if err := folder.Write(evaluate.NewAnswer("3x8", 1, nas.Evaluation{}, errors.New("too late"))); err != nil {
		t.Errorf("a failure after an answer: %v", err)
	}
	test := 0.25
	again := evaluate.NewAnswer("3x8", 1, want, nil)
	again.TestAccuracy = &test
	if err := folder.Write(again); err != nil {
		t.Fatal(err)
	}
	if a, err = folder.Read("3x8", 1); err != nil || a.TestAccuracy == nil || *a.TestAccuracy != test {
		t.Fatalf("with a test accuracy: %+v, %v", a, err)
	}
	if e, err := a.Evaluation(); err != nil || e != want {
		t.Errorf("read %+v, %v, want %+v", e, err, want)
	}
	if other, err := folder.Read("3x8", 2); other != nil || err != nil {
		t.Errorf("another seed: %v, %v", other, err)
	}
}

// TestAnswersDamaged checks that a file which is cut off, changed, of another network or
// impossible is an error of one line that names it.
func TestAnswersDamaged(t *testing.T) {
	folder := evaluate.Answers(t.TempDir())
	path := filepath.Join(string(folder), evaluate.Name("3x8", 1)+".json")
	if err := folder.Write(evaluate.NewAnswer("3x8", 1, nas.Evaluation{Accuracy: 0.75}, nil)); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for what, content := range map[string]string{
		"cut off":     string(whole[:len(whole)/2]),
		"empty":       "",
		"changed":     strings.Replace(string(whole), "0.75", "0.85", 1),
		"other":       string(sealed.Seal([]byte(`{"network":"3x8","seed":2,"accuracy":0.5}`))),
		"impossible":  string(sealed.Seal([]byte(`{"network":"3x8","seed":1,"accuracy":1.5}`))),
		"impossible2": string(sealed.Seal([]byte(`{"network":"3x8","seed":1,"accuracy":0.5,"test_accuracy":-1}`))),
	} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		a, err := folder.Read("3x8", 1)
		if err == nil || !strings.Contains(err.Error(), path) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, %v", what, a, err)
		}
	}
}

// TestName checks that names are what files and jobs may be called, and differ.
func TestName(t *testing.T) {
	fit := regexp.MustCompile(`^[A-Za-z0-9_-]{1,41}$`)
	seen := map[string]bool{}
	for _, network := range []string{"", "3x8", "3x8,3x8", "3x8,3x8,", "|nor_conv_3x3~0|+|none~0|none~1|", strings.Repeat("7x512s2,", 40), "../../etc", "a\x00b", "ä"} {
		for seed := range uint64(3) {
			name := evaluate.Name(network, seed)
			if !fit.MatchString(name) || seen[name] {
				t.Errorf("%q with seed %d is called %q", network, seed, name)
			}
			seen[name] = true
		}
	}
}

// TestKeep checks that what was found out is asked for once, also by another process,
// that failures are not kept, and the same for test accuracies.
func TestKeep(t *testing.T) {
	folder := evaluate.Answers(filepath.Join(t.TempDir(), "answers"))
	calls := map[string]int{}
	inner := nas.EvaluatorFunc(func(_ context.Context, network string, seed uint64) (nas.Evaluation, error) {
		calls[network]++
		if network == "bad" {
			return nas.Evaluation{}, errors.New("no luck")
		}
		return nas.Evaluation{Accuracy: 0.5, Epochs: 2, Seconds: 3}, nil
	})
	for range 2 { // processes
		e := evaluate.Keep(inner, folder)
		if _, ok := e.(nas.Tester); ok {
			t.Error("a tester was made of what is none")
		}
		for range 2 {
			if got, err := e.Evaluate(context.Background(), "a", 1); err != nil || got != (nas.Evaluation{Accuracy: 0.5, Epochs: 2, Seconds: 3}) {
				t.Errorf("%+v, %v", got, err)
			}
			if _, err := e.Evaluate(context.Background(), "bad", 1); err == nil {
				t.Error("bad: no error")
			}
		}
	}
	if calls["a"] != 1 || calls["bad"] != 4 {
		t.Errorf("asked %v times, want a once and bad 4 times", calls)
	}
	tester := &counted{inner, map[string]int{}}
	for range 2 {
		e := evaluate.Keep(tester, folder).(nas.Tester)
		if _, err := e.Evaluate(context.Background(), "b", 1); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := e.Test(context.Background(), "b", 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	if tester.calls["b"] != 1 {
		t.Errorf("measured on test images %d times, want once", tester.calls["b"])
	}
}

// FuzzAnswerFile reads files of answers.
func FuzzAnswerFile(f *testing.F) {
	f.Add(sealed.Seal([]byte(`{"network":"3x8","seed":1,"accuracy":0.5}`)))
	f.Add([]byte(`{"network":"3x8"}`))
	folder := evaluate.Answers(f.TempDir())
	path := filepath.Join(string(folder), evaluate.Name("3x8", 1)+".json")
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		a, err := folder.Read("3x8", 1)
		switch {
		case err != nil && strings.Contains(err.Error(), "\n"):
			t.Errorf("not one line: %v", err)
		case err == nil && (a == nil || a.Network != "3x8" || !(a.Accuracy >= 0 && a.Accuracy <= 1)):
			t.Errorf("read %+v", a)
		}
	})
}
