package evaluate_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coexplore/hw"
	"coexplore/internal/searchtest"
	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/method"
)

// TestMain lets the test binary stand in for an external program: with
// "external" as its first argument it behaves as its second one says.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "external" {
		external(os.Args[2], os.Args[3:])
		return
	}
	os.Exit(m.Run())
}

func external(how string, args []string) {
	switch how {
	case "sleep", "search":
		externalProcess(how, args)
		return
	}
	line, err := bufio.NewReader(os.Stdin).ReadBytes('\n')
	if err != nil {
		fmt.Fprintln(os.Stderr, "no whole line:", err)
		os.Exit(3)
	}
	var r evaluate.Request
	if err := json.Unmarshal(line, &r); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(4)
	}
	switch how {
	case "right":
		// An accuracy that the test can work out from the request.
		filters := 0
		for _, l := range r.Layers {
			filters += l.Filters * l.Stride * l.Kernel
		}
		fmt.Printf("{\"accuracy\": %g, \"epochs\": %d, \"reason\": %q}\n", float64(filters)/1000, r.Input[1], r.Network)
	case "crash":
		fmt.Fprintln(os.Stderr, "CUDA out of memory")
		os.Exit(1)
	case "hang":
		time.Sleep(time.Minute)
	case "nonsense":
		fmt.Println("epoch 1: loss 2.3")
	case "empty":
	case "percent":
		fmt.Println(`{"accuracy": 81.3}`)
	case "missing":
		fmt.Println(`{"loss": 1}`)
	case "flood":
		fmt.Print(strings.Repeat("x", 5<<20))
	case "chatty":
		fmt.Print("\ufeffloading\n{\"epoch\": 1}\n{\"accuracy\": 0.1}\n10 %\r100 %\r")
		fmt.Print("\ufeff {\"accuracy\": 0.75, \"loss\": NaN, \"epochs\": \"all\", \"reason\": \"NaN\"}\r\n")
		fmt.Print(strings.Repeat("x", 5<<20), "\nbye\n")
	case "argument":
		fmt.Printf("{\"accuracy\": 1, \"reason\": %q}\n", strings.Join(args, "|"))
	default:
		externalProcess(how, args)
	}
}

func program(how string, args ...string) *evaluate.External {
	return &evaluate.External{Command: append([]string{os.Args[0], "external", how}, args...), Timeout: 20 * time.Second, Input: hw.Shape{C: 3, H: 32, W: 32}, Classes: 10}
}

func TestExternal(t *testing.T) {
	got, err := program("right").Evaluate(context.Background(), "3x36,5x24s2,1x8", 7)
	if err != nil {
		t.Fatal(err)
	}
	if want := float64(3*36+5*24*2+8) / 1000; got.Accuracy != want || got.Epochs != 32 || got.Reason != "3x36,5x24s2,1x8" || got.Seconds <= 0 {
		t.Errorf("got %+v, want accuracy %g, 32 epochs and the network as the reason", got, want)
	}
}

func TestExternalFailures(t *testing.T) {
	for _, c := range []struct{ how, want string }{
		{"crash", "CUDA out of memory"},
		{"nonsense", "epoch 1: loss 2.3"},
		{"empty", "wrote nothing"},
		{"percent", "81.3"},
		{"missing", "no line that is a JSON object with accuracy"},
		{"flood", "no line that is a JSON object with accuracy"},
	} {
		_, err := program(c.how).Evaluate(context.Background(), "3x36", 1)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one line that says %q", c.how, err, c.want)
		}
	}
	slow := program("hang")
	slow.Timeout = 200 * time.Millisecond
	if _, err := slow.Evaluate(context.Background(), "3x36", 1); err == nil || !strings.Contains(err.Error(), "200ms") {
		t.Errorf("hang: error %v, want one that says how long it was waited for", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if _, err := program("hang").Evaluate(ctx, "3x36", 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("cancelled: error %v, want the context's", err)
	}
	absent := &evaluate.External{Command: []string{"/no/such/program"}}
	if _, err := absent.Evaluate(context.Background(), "3x36", 1); err == nil || !strings.Contains(err.Error(), "/no/such/program") {
		t.Errorf("absent program: error %v", err)
	}
}

// TestExternalLogs checks that an answer is found among what a program logs, and
// counts whatever its other fields are.
func TestExternalLogs(t *testing.T) {
	got, err := program("chatty").Evaluate(context.Background(), "3x36", 1)
	if err != nil || got.Accuracy != 0.75 || got.Loss != 0 || got.Epochs != 0 || got.Reason != "NaN" {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestParseCommand runs a command line with a path and arguments in quotes, and
// compares the splitting with a shell's.
func TestParseCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a folder")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "my program")
	if err := os.Symlink(os.Args[0], link); err != nil {
		t.Skip(err)
	}
	command, err := evaluate.ParseCommand(`"` + link + `" external argument 'two words' plain\ blank`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := (&evaluate.External{Command: command}).Evaluate(context.Background(), "3x36", 1)
	if want := "two words|plain blank"; err != nil || got.Reason != want {
		t.Errorf("arguments %s, %v, want %s", got.Reason, err, want)
	}
	t.Setenv("PLACE", "the lab")
	for _, line := range []string{
		`python3 train.py --lr 0.1`, `a "b c" 'd e' f\ g`, `a "x\"y" 'q"r' "s'u"`, `a "" ''`, `a "b\c" 'd\e' f\\g`, `"$PLACE" '$PLACE'`, `a 'it'\''s'`,
	} {
		out, err := exec.Command("/bin/sh", "-c", `for word in `+line+`; do printf '%s\n' "$word"; done`).Output()
		if err != nil {
			t.Skip(err)
		}
		got, err := evaluate.ParseCommand(line)
		if want := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n"); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v; the shell has %q", line, got, err, want)
		}
	}
	for _, line := range []string{"", "  ", `python3 "train.py`, "a | b", "a > b", "a; b", "a & b", "a $(b)", "a `b`", "''"} {
		if got, err := evaluate.ParseCommand(line); err == nil || !strings.HasPrefix(err.Error(), "evaluate: ") {
			t.Errorf("%q: %q, %v; want an error", line, got, err)
		}
	}
}

// TestExternalInSearch checks that a search survives a program that fails for
// some networks.
func TestExternalInSearch(t *testing.T) {
	right, crash := program("right"), program("crash")
	e := nas.EvaluatorFunc(func(ctx context.Context, network string, seed uint64) (nas.Evaluation, error) {
		if strings.HasPrefix(network, "1") {
			return crash.Evaluate(ctx, network, seed)
		}
		return right.Evaluate(ctx, network, seed)
	})
	r, err := nas.Explore(context.Background(), searchtest.Problem(t, e), nas.Settings{Seed: 1, Episodes: 25, Workers: 2}, &method.Random{Beta: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	if r.Trained == 0 || r.Failed == 0 {
		t.Errorf("%d trained and %d failed, want some of each", r.Trained, r.Failed)
	}
}
