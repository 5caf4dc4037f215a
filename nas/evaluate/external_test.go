package evaluate_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
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
		external(os.Args[2])
		return
	}
	os.Exit(m.Run())
}

func external(how string) {
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
	}
}

func program(how string) *evaluate.External {
	return &evaluate.External{Command: []string{os.Args[0], "external", how}, Timeout: 20 * time.Second, Input: hw.Shape{C: 3, H: 32, W: 32}, Classes: 10}
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
		{"empty", "not a JSON object"},
		{"percent", "81.3"},
		{"missing", "no field accuracy"},
		{"flood", "not a JSON object"},
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
