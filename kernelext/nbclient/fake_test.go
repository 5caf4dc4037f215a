//go:build unix

package nbclient

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
)

// TestMain is also the kernels that behave badly.
func TestMain(m *testing.M) {
	if how := os.Getenv("NBCLIENT_TEST_KERNEL"); how != "" {
		if err := badKernel(how, os.Args[1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(3)
	}
	os.Exit(m.Run())
}

// badKernel answers as a kernel does, up to where it does not.
func badKernel(how, file string) error {
	signal.Ignore(os.Interrupt)
	var info struct {
		Shell int    `json:"shell_port"`
		IOPub int    `json:"iopub_port"`
		Key   string `json:"key"`
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &info); err != nil {
		return err
	}
	shell, iopub := zmq4.NewRouter(context.Background()), zmq4.NewPub(context.Background())
	if err := errors.Join(shell.Listen(fmt.Sprintf("tcp://127.0.0.1:%d", info.Shell)), iopub.Listen(fmt.Sprintf("tcp://127.0.0.1:%d", info.IOPub))); err != nil {
		return err
	}
	c := codec{key: []byte(info.Key), session: "bad"}
	for {
		request, err := shell.Recv()
		if err != nil {
			return err
		}
		m, err := c.decode(request.Frames)
		if err != nil {
			return err
		}
		i := 0
		for string(request.Frames[i]) != delimiter {
			i++
		}
		answer := func(to zmq4.Socket, typ string, content any) error {
			frames, _, err := c.encode(typ, content)
			if err != nil {
				return err
			}
			frames[3] = request.Frames[i+2] // the parent's header
			frames[1] = []byte(c.sign(frames[2:]))
			return to.SendMulti(zmq4.NewMsgFrom(append(append([][]byte{}, request.Frames[:i]...), frames...)...))
		}
		if how == "silent" {
			continue
		}
		if how == "forges" || how == "forges later" && m.Header.Type == "execute_request" {
			c.key = []byte("guessed")
		}
		switch m.Header.Type {
		case "kernel_info_request":
			err = errors.Join(answer(shell, "kernel_info_reply", map[string]any{"language_info": map[string]any{"name": "bad"}}),
				answer(iopub, "status", map[string]any{"execution_state": "idle"}))
		case "execute_request":
			err = answer(iopub, "stream", map[string]any{"name": "stdout", "text": "begun\n"})
			switch how {
			case "dies":
				time.Sleep(100 * time.Millisecond) // sending goes on
				return errors.New("no memory")
			case "loses":
				err = answer(shell, "execute_reply", map[string]any{"status": "ok", "execution_count": 1})
			case "floods":
				for err == nil {
					err = answer(iopub, "stream", map[string]any{"name": "stdout", "text": strings.Repeat("flood\n", 10000)})
				}
			}
		}
		if err != nil {
			return err
		}
	}
}

// Whatever a kernel does, there is a clear error within its limit, and neither a process
// nor a file of it is left.
func TestBadKernels(t *testing.T) {
	defer func(start, interrupt, after, shutdown time.Duration) {
		startLimit, interruptWait, afterReply, shutdownWait = start, interrupt, after, shutdown
	}(startLimit, interruptWait, afterReply, shutdownWait)
	interruptWait, afterReply, shutdownWait = 300*time.Millisecond, 3*time.Second, 300*time.Millisecond
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("GORACE", "atexit_sleep_ms=0") // the race detector would have the kernel die a second later
	for _, c := range []struct{ how, want, stored string }{
		{"silent", "nbclient: starting the kernel: no answer within 3s", ""},
		{"forges", "nbclient: starting the kernel: a message with a wrong signature", ""},
		{"forges later", "test.ipynb: cell 1: a message with a wrong signature", "DeadKernelError"},
		{"dies", "test.ipynb: cell 1: the kernel died (exit status 3); its last words:\nno memory", "begun|DeadKernelError"},
		{"loses", "test.ipynb: cell 1: the kernel lost the cell's outputs", "begun|DeadKernelError"},
		{"deaf", "test.ipynb: cell 1: stopped after LIMIT, the limit for one cell", "begun|CellTimeoutError"},
		{"floods", "test.ipynb: cell 1: stopped after LIMIT, the limit for one cell", "flood|CellTimeoutError"},
	} {
		t.Run(c.how, func(t *testing.T) {
			t.Setenv("NBCLIENT_TEST_KERNEL", c.how)
			if startLimit = 10 * time.Minute; c.how == "silent" {
				startLimit = 3 * time.Second
			}
			begun(t, time.Second, func(limit time.Duration) (string, bool) {
				nb := &Notebook{Name: "test.ipynb", Cells: []*Cell{{Type: "code", Source: "x"}}}
				err := Run(context.Background(), nb, KernelCommand{Argv: []string{os.Args[0], "{connection_file}"}}, Options{CellTimeout: limit})
				var stored []string
				for _, o := range nb.Cells[0].Outputs {
					stored = append(stored, o.ErrorName+string(bytes.TrimSpace([]byte(o.Text[max(0, len(o.Text)-6):]))))
				}
				got, want := strings.Join(stored, "|"), strings.ReplaceAll(c.want, "LIMIT", limit.String())
				return fmt.Sprintf("error %v, want %v; outputs %q, want %q", err, want, got, c.stored), err != nil && err.Error() == want && got == c.stored
			})
			if left, _ := filepath.Glob(filepath.Join(tmp, "*")); len(left) > 0 {
				t.Errorf("%v is left", left)
			}
		})
	}
}
