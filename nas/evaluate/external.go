package evaluate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"coexplore/hw"
	"coexplore/nas"
)

// An External evaluator has another program find a network's accuracy: a PyTorch
// script, or one that submits a job to a cluster. The program is started once for
// each network. It reads one line from its standard input, a JSON [Request], and
// writes one line to its standard output, a JSON object with the accuracy:
//
//	{"accuracy": 0.8134}
//
// A field "reason" says why training ended early; "loss" and "epochs" may be
// given too. What it writes to standard error is shown if it fails. A program that
// crashes, takes longer than Timeout or answers nonsense fails that one network.
type External struct {
	Command []string      // the program and its arguments
	Dir     string        // its working folder; empty: that of this process
	Timeout time.Duration // for one network; zero: no limit
	Input   hw.Shape      // passed on in the request
	Classes int           // passed on in the request
}

// A Request is what an [External] evaluator's program is asked.
type Request struct {
	Network string         `json:"network"` // as its Space names it
	Layers  []RequestLayer `json:"layers,omitempty"`
	Input   []int          `json:"input,omitempty"` // channels, height, width
	Classes int            `json:"classes,omitempty"`
	Seed    uint64         `json:"seed"`
}

// A RequestLayer is a convolution of a chain network in a Request.
type RequestLayer struct {
	Kernel  int `json:"kernel"`
	Filters int `json:"filters"`
	Stride  int `json:"stride"`
}

// answer is what the program writes. Accuracy is a pointer to tell 0 from none.
type answer struct {
	Accuracy *float64 `json:"accuracy"`
	Loss     float64  `json:"loss"`
	Epochs   int      `json:"epochs"`
	Reason   string   `json:"reason"`
}

// Evaluate implements nas.Evaluator.
func (e *External) Evaluate(ctx context.Context, network string, seed uint64) (nas.Evaluation, error) {
	if len(e.Command) == 0 {
		return nas.Evaluation{}, errors.New("evaluate: the external evaluator has no command")
	}
	request := Request{Network: network, Classes: e.Classes, Seed: seed}
	if net, err := hw.ParseChain(network); err == nil {
		for _, l := range net {
			request.Layers = append(request.Layers, RequestLayer(l))
		}
	}
	if e.Input != (hw.Shape{}) {
		request.Input = []int{e.Input.C, e.Input.H, e.Input.W}
	}
	line, err := json.Marshal(request)
	if err != nil {
		return nas.Evaluation{}, fmt.Errorf("evaluate: %w", err)
	}
	limited := ctx
	if e.Timeout > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, e.Timeout)
		defer cancel()
	}
	began := time.Now()
	cmd := exec.CommandContext(limited, e.Command[0], e.Command[1:]...)
	cmd.Dir = e.Dir
	cmd.Stdin = bytes.NewReader(append(line, '\n'))
	stdout, stderr := &head{limit: 1 << 20}, &tail{limit: 400}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.WaitDelay = 2 * time.Second // a grandchild may hold the pipes open
	err = cmd.Run()
	result := nas.Evaluation{Seconds: time.Since(began).Seconds()}
	name := e.Command[0]
	switch {
	case ctx.Err() != nil:
		return result, ctx.Err()
	case limited.Err() != nil:
		return result, fmt.Errorf("evaluate: %s did not answer within %v", name, e.Timeout)
	case err != nil:
		return result, fmt.Errorf("evaluate: %s failed: %w%s", name, err, stderr)
	}
	first, _, _ := bytes.Cut(bytes.TrimLeft(stdout.data, " \t\r\n"), []byte{'\n'})
	var a answer
	if err := json.Unmarshal(first, &a); err != nil {
		return result, fmt.Errorf("evaluate: %s answered %s, which is not a JSON object in one line", name, quote(first))
	}
	if a.Accuracy == nil {
		return result, fmt.Errorf("evaluate: the answer of %s has no field accuracy: %s", name, quote(first))
	}
	if !(*a.Accuracy >= 0 && *a.Accuracy <= 1) {
		return result, fmt.Errorf("evaluate: %s answered with accuracy %g, which is not between 0 and 1", name, *a.Accuracy)
	}
	result.Accuracy, result.Loss, result.Epochs, result.Reason = *a.Accuracy, a.Loss, a.Epochs, a.Reason
	return result, nil
}

// quote shortens what a program wrote for a message.
func quote(b []byte) string {
	const most = 120
	if len(b) > most {
		return fmt.Sprintf("%q...", b[:most])
	}
	return fmt.Sprintf("%q", b)
}

// head keeps the first bytes that are written to it.
type head struct {
	data  []byte
	limit int
}

func (h *head) Write(p []byte) (int, error) {
	h.data = append(h.data, p[:min(len(p), h.limit-len(h.data))]...)
	return len(p), nil
}

// tail keeps the last bytes that are written to it.
type tail struct {
	data  []byte
	limit int
}

func (t *tail) Write(p []byte) (int, error) {
	t.data = append(t.data, p...)
	if len(t.data) > t.limit {
		t.data = append(t.data[:0], t.data[len(t.data)-t.limit:]...)
	}
	return len(p), nil
}

// String is what is kept, in one line, as the end of a message.
func (t *tail) String() string {
	text := strings.Join(strings.Fields(string(t.data)), " ")
	if text == "" {
		return ""
	}
	return "; its last words: " + text
}
