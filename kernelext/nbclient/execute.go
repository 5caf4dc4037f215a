package nbclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-zeromq/zmq4"
)

// DefaultCellTimeout is how long one cell may run where Options say nothing.
const DefaultCellTimeout = 5 * time.Minute

// Options say how Run runs a notebook.
type Options struct {
	CellTimeout time.Duration // limit for one cell; 0: DefaultCellTimeout; negative: none
	OutputLimit int           // bytes of printed text that are kept of one cell; 0: DefaultOutputLimit

	// Started and Finished, where set, are called around each code cell, Running
	// several times a second in between. number counts all cells from 1, as
	// messages do.
	Started  func(number int, c *Cell)
	Running  func(number int, c *Cell, took time.Duration)
	Finished func(number int, c *Cell, took time.Duration)

	// Ran, where set, is called with the kernel when all cells have run; what it returns
	// is returned by Run. It may close the kernel.
	Ran func(k *Kernel) error
}

// CellError is the failure of one cell.
type CellError struct {
	Notebook string
	Number   int    // of the cell, counting all cells from 1
	Cell     *Cell  // its outputs up to the failure
	Line     int    // line of the cell that the kernel named, from 1; 0 if it named none
	Reason   string // first line of the error
	Timeout  bool   // the cell ran into its time limit
	Flood    bool   // the cell ran into KernelCommand.OutputMax
}

// Error says where it went wrong: notebook, cell, line, the line's source.
func (e *CellError) Error() string {
	where := fmt.Sprintf("%s: cell %d", e.Notebook, e.Number)
	if e.Line > 0 {
		where += fmt.Sprintf(", line %d", e.Line)
		if l := lines(e.Cell.Source); e.Line <= len(l) {
			where += fmt.Sprintf(" (%s)", strings.TrimSpace(l[e.Line-1]))
		}
	}
	return where + ": " + e.Reason
}

// Run executes the notebook's code cells, one after the other, with a kernel of
// their own, and puts what they output into the notebook in place of what was
// there. It stops at the first cell that fails and returns a *CellError; the
// outputs up to there, the error among them, are in the notebook. Cells tagged
// "raises-exception" may fail, cells tagged "skip-execution" are not run and keep
// their outputs.
//
// Cells have no standard input: one that reads it is stopped and fails. Processes that
// a cell leaves running are ended with the cell if they hold its outputs, which would
// keep it from ending, and otherwise with the notebook. (Both on Linux; elsewhere the
// time limit stops such cells.)
//
// When ctx ends, the running cell is interrupted, the kernel is shut down and
// the cause of the end is returned.
func Run(ctx context.Context, nb *Notebook, command KernelCommand, o Options) error {
	k, err := StartKernel(ctx, command)
	if err != nil {
		return err
	}
	defer k.Close()
	k.limit = o.OutputLimit
	nb.describe(k.info)
	for _, c := range nb.Cells {
		if c.Type == "code" && !c.HasTag("skip-execution") {
			c.Outputs, c.Count = nil, 0
		}
	}
	for i, c := range nb.Cells {
		if c.Type != "code" || strings.TrimSpace(c.Source) == "" || c.HasTag("skip-execution") {
			continue
		}
		if o.Started != nil {
			o.Started(i+1, c)
		}
		if o.Running != nil {
			k.running = func(took time.Duration) { o.Running(i+1, c, took) }
		}
		began := time.Now()
		err := k.RunCell(ctx, c, o.CellTimeout)
		if o.Finished != nil {
			o.Finished(i+1, c, time.Since(began))
		}
		var failed *CellError
		if errors.As(err, &failed) {
			failed.Notebook, failed.Number = nb.Name, i+1
			if c.HasTag("raises-exception") && !failed.Timeout {
				continue
			}
			return failed
		}
		if err != nil {
			return fmt.Errorf("%s: cell %d: %w", nb.Name, i+1, err)
		}
	}
	if o.Ran != nil {
		k.running = nil
		return o.Ran(k)
	}
	return nil
}

// RunCell executes one cell and puts its outputs into it. limit is as in
// Options.CellTimeout. A cell that fails gives a *CellError without a number.
func (k *Kernel) RunCell(ctx context.Context, c *Cell, limit time.Duration) error {
	if limit == 0 {
		limit = DefaultCellTimeout
	}
	if line, reason := unsendable(c.Source); reason != "" && k.isGo() {
		c.Outputs, c.Count = []Output{{Type: "error", ErrorName: "CellError", ErrorValue: reason, Traceback: []string{reason}}}, 0
		return &CellError{Cell: c, Line: line, Reason: reason}
	}
	out := newCollector(c, k.display, k.limit)
	out.max = k.command.OutputMax
	c.Count = 0
	timed := ctx
	if limit > 0 {
		var cancel context.CancelFunc
		timed, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	w := k.watch(c)
	reply, err := k.execute(timed, c, out, w)
	if err == nil {
		w.notice(out)
		out.finish()
		if w.refused != "" {
			return k.stdinError(c, w)
		}
		if reply.Status == "ok" {
			return nil
		}
		return k.cellError(c, reply)
	}
	defer out.finish()
	if errors.Is(err, errFlood) {
		return &CellError{Cell: c, Reason: fmt.Sprintf("stopped: more than %d bytes of output", out.max), Flood: true}
	}
	if timed.Err() == nil { // the kernel's own trouble
		out.push(Output{Type: "error", ErrorName: "DeadKernelError", ErrorValue: firstLine(err), Traceback: []string{firstLine(err)}})
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	// The words of the reference, Jupyter's nbclient.
	value := fmt.Sprintf("A cell timed out while it was being executed, after %v seconds.", limit.Seconds())
	out.push(Output{Type: "error", ErrorName: "CellTimeoutError", ErrorValue: value, Traceback: []string{value}})
	return &CellError{Cell: c, Reason: fmt.Sprintf("stopped after %v, the limit for one cell", limit), Timeout: true}
}

// isGo reports whether the kernel is GoNB, which says that its language is Go.
func (k *Kernel) isGo() bool {
	var info struct {
		Language struct {
			Name string `json:"name"`
		} `json:"language_info"`
	}
	return json.Unmarshal(k.info, &info) == nil && info.Language.Name == "go"
}

// execute sends the cell and collects its outputs until it has ended. If ctx ends
// before, the cell is interrupted, and the kernel is killed if that does not help.
func (k *Kernel) execute(ctx context.Context, c *Cell, out *collector, w *watch) (executeReply, error) {
	// No other request waits in the kernel for an error to stop it; told to stop them, a
	// kernel may for a moment refuse the next cell after one that was allowed to fail.
	frames, id, err := k.codec.encode("execute_request", map[string]any{
		"code": strings.ReplaceAll(c.Source, "\r\n", "\n"), "silent": false, "store_history": true,
		"user_expressions": map[string]any{}, "allow_stdin": false, "stop_on_error": false,
	})
	if err != nil {
		return executeReply{}, err
	}
	sent := make(chan error, 1)
	go func() { sent <- k.shell.SendMulti(zmq4.NewMsgFrom(frames...)) }() // a kernel that does not read blocks it
	reply, err := k.follow(ctx, id, out, w, sent)
	if errors.Is(err, errFlood) {
		k.stop(id, out, w)
	} else if err != nil && ctx.Err() != nil {
		k.stop(id, out, w)
		err = ctx.Err()
	}
	return reply, err
}

// executeReply is how a cell ended.
type executeReply struct {
	Status    string
	Count     int    `json:"execution_count"`
	Name      string `json:"ename"`
	Value     string `json:"evalue"`
	Traceback []string
}

// lookEvery is how often a running cell is looked after.
const lookEvery = 250 * time.Millisecond

// afterReply is how long the outputs may take to arrive after the reply.
var afterReply = 10 * time.Second

// follow collects a cell's outputs until the kernel has replied and is idle.
func (k *Kernel) follow(ctx context.Context, id string, out *collector, w *watch, sent <-chan error) (executeReply, error) {
	var reply executeReply
	var replied, idle bool
	var late <-chan time.Time
	began := time.Now()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for !replied || !idle {
		select {
		case m := <-k.published:
			if m.Parent.ID != id {
				continue
			}
			if m.Header.Type == "status" {
				var s struct {
					State string `json:"execution_state"`
				}
				if err := decode(m, &s); err != nil {
					return reply, err
				}
				idle = s.State == "idle"
			} else if err := out.add(m); err != nil {
				return reply, err
			}
		case m := <-k.replies:
			if m.Parent.ID != id || m.Header.Type != "execute_reply" {
				continue
			}
			if err := decode(m, &reply); err != nil {
				return reply, err
			}
			replied, out.cell.Count = true, reply.Count
			late = time.After(afterReply)
		case <-look.C:
			w.look()
			if k.running != nil {
				k.running(time.Since(began))
			}
		case <-late:
			return reply, k.explain(errors.New("the kernel lost the cell's outputs"))
		case err := <-sent:
			if sent = nil; err != nil {
				return reply, k.explain(err)
			}
		case err := <-k.failed:
			return reply, k.explain(err)
		case <-k.process.Done():
			k.drain(id, out)
			return reply, k.explain(k.death())
		case <-ctx.Done():
			return reply, ctx.Err()
		}
	}
	return reply, nil
}

// drain takes in what a kernel that has ended had still said.
func (k *Kernel) drain(id string, out *collector) {
	for {
		select {
		case m := <-k.published:
			if m.Parent.ID == id {
				out.add(m)
			}
		case <-time.After(100 * time.Millisecond):
			return
		}
	}
}

// stop interrupts the running cell, collects what it still says, and kills the
// kernel if it does not end.
func (k *Kernel) stop(id string, out *collector, w *watch) {
	if k.command.InterruptByMessage {
		go k.request(k.control, "interrupt_request", struct{}{})
	} else {
		k.process.Interrupt()
	}
	wait, cancel := context.WithTimeout(context.Background(), interruptWait)
	defer cancel()
	if _, err := k.follow(wait, id, out, w, nil); err != nil {
		k.process.Close()
	}
}
