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
// each network, by itself and not by a shell. It reads one line from its standard
// input, a JSON [Request], and answers with a line on its standard output, a JSON
// object with the accuracy, from 0 to 1:
//
//	{"accuracy": 0.8134}
//
// It may write other lines before and after. Of several answers the last counts; a
// line longer than 1 MiB is none. A field "reason" says why training ended early;
// "loss" and "epochs" may be given too, and are left out where they are no numbers.
// What the program writes to standard error is shown if it fails.
//
// A program that ends with another status than 0, takes longer than Timeout or
// gives no answer fails that one network.
//
// The program and all that it starts are a process group of their own, which is
// ended, by SIGTERM and within two seconds by SIGKILL, when the time is over, when ctx
// is done, and when this process dies, even of SIGKILL; that takes /bin/sh. What the
// program leaves behind in it is killed at the latest two seconds after its end. A
// process that leaves the group, as a daemon does, is not ended. On systems other than
// Unix only the program itself is ended, and not when this process is killed.
type External struct {
	Command []string      // the program and its arguments: see ParseCommand
	Dir     string        // its working folder; empty: that of this process
	Timeout time.Duration // for one network; zero: no limit
	Input   hw.Shape      // passed on in the request
	Classes int           // passed on in the request
}

// A Request is what an [External] evaluator's program is asked, and what a job of a
// cluster is: see [AnswerRequest].
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

// grace is the time between SIGTERM and SIGKILL, and how long output is read after
// the program has ended, where something that it started holds the pipe open.
const grace = 2 * time.Second

// ErrKilled is that an external evaluator was ended from outside, as by a system that
// is short of memory: which says nothing of the network.
var ErrKilled = errors.New("was killed")

// Evaluate implements nas.Evaluator.
func (e *External) Evaluate(ctx context.Context, network string, seed uint64) (nas.Evaluation, error) {
	if len(e.Command) == 0 {
		return nas.Evaluation{}, errors.New("evaluate: the external evaluator has no command")
	}
	line, err := json.Marshal(NewRequest(network, seed, e.Input, e.Classes))
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
	stdout, stderr := &output{}, &tail{limit: 400}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	cmd.WaitDelay = grace
	err = runGroup(cmd)
	result := nas.Evaluation{Seconds: time.Since(began).Seconds()}
	name := e.Command[0]
	switch {
	case ctx.Err() != nil:
		return result, ctx.Err()
	case limited.Err() != nil:
		return result, fmt.Errorf("evaluate: %s did not answer within %v%s", name, e.Timeout, stderr)
	case killed(err):
		return result, fmt.Errorf("evaluate: %s %w (%w)%s", name, ErrKilled, err, stderr)
	case err != nil && !errors.Is(err, exec.ErrWaitDelay): // that is a pipe held open
		return result, fmt.Errorf("evaluate: %s failed: %w%s", name, err, stderr)
	}
	a, err := stdout.answer()
	if err != nil {
		return result, fmt.Errorf("evaluate: %s %w%s", name, err, stderr)
	}
	a.Seconds = result.Seconds
	return a, nil
}

// NewRequest is what is asked about a network, for images of a shape and so many classes.
func NewRequest(network string, seed uint64, input hw.Shape, classes int) *Request {
	r := &Request{Network: network, Classes: classes, Seed: seed}
	if net, err := hw.ParseChain(network); err == nil {
		for _, l := range net {
			r.Layers = append(r.Layers, RequestLayer(l))
		}
	}
	if input != (hw.Shape{}) {
		r.Input = []int{input.C, input.H, input.W}
	}
	return r
}

// tail keeps the last bytes that are written to it.
type tail struct {
	data  []byte
	limit int
}

func (t *tail) Write(p []byte) (int, error) {
	t.data = append(t.data, p[max(0, len(p)-t.limit):]...)
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
