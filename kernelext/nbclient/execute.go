package nbclient

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// DefaultCellTimeout is how long one cell may run where Options say nothing.
const DefaultCellTimeout = 5 * time.Minute

// Options say how Run runs a notebook.
type Options struct {
	CellTimeout time.Duration // limit for one cell; 0: DefaultCellTimeout; negative: none

	// Started and Finished, where set, are called around each code cell.
	// number counts all cells from 1, as messages do.
	Started  func(number int, c *Cell)
	Finished func(number int, c *Cell, took time.Duration)
}

// CellError is the failure of one cell.
type CellError struct {
	Notebook string
	Number   int    // of the cell, counting all cells from 1
	Cell     *Cell  // its outputs up to the failure
	Line     int    // line of the cell that the kernel named, from 1; 0 if it named none
	Reason   string // first line of the error
	Timeout  bool   // the cell ran into its time limit
	Flood    bool   // the cell ran into KernelCommand.OutputLimit
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
// "raises-exception" may fail, cells tagged "skip-execution" are not run.
//
// When ctx ends, the running cell is interrupted, the kernel is shut down and
// the cause of the end is returned.
func Run(ctx context.Context, nb *Notebook, command KernelCommand, o Options) error {
	k, err := StartKernel(ctx, command)
	if err != nil {
		return err
	}
	defer k.Close()
	for _, c := range nb.Cells {
		if c.Type == "code" {
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
	return nil
}

// RunCell executes one cell and puts its outputs into it. limit is as in
// Options.CellTimeout. A cell that fails gives a *CellError without a number.
func (k *Kernel) RunCell(ctx context.Context, c *Cell, limit time.Duration) error {
	if limit == 0 {
		limit = DefaultCellTimeout
	}
	out := &collector{cell: c, displays: k.display, limit: k.limit}
	out.reset()
	c.Count = 0
	id, err := k.request(k.shell, "execute_request", map[string]any{
		"code": c.Source, "silent": false, "store_history": true,
		"user_expressions": map[string]any{}, "allow_stdin": false, "stop_on_error": true,
	})
	if err != nil {
		return k.explain(err)
	}
	timed := ctx
	if limit > 0 {
		var cancel context.CancelFunc
		timed, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	reply, err := k.follow(timed, id, out)
	if err == nil {
		if reply.Status == "ok" {
			return nil
		}
		e := cellError(c, reply)
		if line := k.panicLine(c); line > 0 {
			e.Line = line
		}
		return e
	}
	if errors.Is(err, errFlood) {
		k.stop(id, out)
		return &CellError{Cell: c, Reason: fmt.Sprintf("stopped: more than %d bytes of output", k.limit), Flood: true}
	}
	if timed.Err() == nil {
		return err // the kernel's own trouble
	}
	k.stop(id, out)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	reason := fmt.Sprintf("stopped after %v, the limit for one cell", limit)
	out.push(Output{Type: "error", ErrorName: "Timeout", ErrorValue: reason, Traceback: []string{reason}})
	return &CellError{Cell: c, Reason: reason, Timeout: true}
}

// executeReply is how a cell ended.
type executeReply struct {
	Status    string
	Count     int    `json:"execution_count"`
	Name      string `json:"ename"`
	Value     string `json:"evalue"`
	Traceback []string
}

// afterReply is how long the outputs may take to arrive after the reply.
const afterReply = 10 * time.Second

// follow collects a cell's outputs until the kernel has replied and is idle.
func (k *Kernel) follow(ctx context.Context, id string, out *collector) (executeReply, error) {
	var reply executeReply
	var replied, idle bool
	var late <-chan time.Time
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
		case <-late:
			return reply, k.explain(errors.New("the kernel lost the cell's outputs"))
		case err := <-k.failed:
			return reply, k.explain(err)
		case <-k.exited:
			return reply, k.explain(k.death())
		case <-ctx.Done():
			return reply, ctx.Err()
		}
	}
	return reply, nil
}

// stop interrupts the running cell, collects what it still says, and kills the
// kernel if it does not end.
func (k *Kernel) stop(id string, out *collector) {
	k.group.interrupt()
	wait, cancel := context.WithTimeout(context.Background(), interruptWait)
	defer cancel()
	if _, err := k.follow(wait, id, out); err != nil {
		k.group.kill()
		<-k.exited
	}
}

// GoNB names the place of an error in three ways.
var (
	placePattern = regexp.MustCompile(`Cell(?: ?\[(\d+)\])?:? Line (\d+)`)
	filePattern  = regexp.MustCompile(`^.*main(?:_test)?\.go:\d+(?::\d+)?:? *`)
)

// cellError makes an error of a failed reply.
func cellError(c *Cell, r executeReply) *CellError {
	e := &CellError{Cell: c}
	message := []string{r.Value}
	message = append(message, r.Traceback...)
	for _, o := range c.Outputs {
		switch o.Type {
		case "stream":
			if o.Stream == "stderr" {
				message = append(message, o.Text)
			}
		case "display_data":
			if html, ok := o.Data["text/html"].(string); ok {
				message = append(message, html)
			}
		}
	}
	for _, m := range message {
		for _, found := range placePattern.FindAllStringSubmatch(plain(m), -1) {
			if e.Line == 0 && (found[1] == "" || found[1] == fmt.Sprint(r.Count)) {
				fmt.Sscan(found[2], &e.Line)
			}
		}
	}
	e.Reason = reason(c, r)
	return e
}

var tracePattern = regexp.MustCompile(`(\S*main\.go):(\d+)`)

// panicLine is the line of the cell at which its program stopped, or 0. GoNB
// itself annotates a stack trace, but misses calls where the trace reaches it in
// pieces; the program's source is still there to compare with.
func (k *Kernel) panicLine(c *Cell) int {
	var trace string
	for _, o := range c.Outputs {
		if o.Stream == "stderr" {
			trace += plain(o.Text)
		}
	}
	for _, found := range tracePattern.FindAllStringSubmatch(trace, -1) {
		program, err := os.ReadFile(found[1])
		if err != nil || !strings.HasPrefix(found[1], k.dir) {
			continue
		}
		source := strings.Split(string(program), "\n")
		n, _ := strconv.Atoi(found[2])
		if n < 1 || n > len(source) {
			continue
		}
		at := 0
		for i, l := range lines(c.Source) {
			if strings.TrimSpace(l) == strings.TrimSpace(source[n-1]) {
				if at > 0 {
					return 0 // one of several
				}
				at = i + 1
			}
		}
		if at > 0 {
			return at
		}
	}
	return 0
}

// reason is the line that says what went wrong: the panic, the last words on
// standard error, or the first complaint of the compiler.
func reason(c *Cell, r executeReply) string {
	var stderr []string
	for _, o := range c.Outputs {
		if o.Type == "stream" && o.Stream == "stderr" {
			stderr = append(stderr, strings.Split(plain(o.Text), "\n")...)
		}
	}
	for _, l := range stderr {
		if strings.HasPrefix(l, "panic: ") || strings.HasPrefix(l, "fatal error: ") {
			return strings.TrimSpace(l)
		}
	}
	value := strings.Split(plain(r.Value), "\n")
	for _, l := range value { // the compiler names the package first, after a "#"
		if filePattern.MatchString(l) {
			return filePattern.ReplaceAllString(l, "")
		}
	}
	for i := len(stderr) - 1; i >= 0; i-- {
		if l := strings.TrimSpace(stderr[i]); l != "" && !strings.HasPrefix(l, "exit status") && !strings.HasPrefix(l, "[[") {
			return l
		}
	}
	for _, l := range value { // another package's fault: its file and line stay
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			return l
		}
	}
	return "the kernel reports an error and no reason"
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]")

// plain is the text without a terminal's colour codes.
func plain(s string) string { return escapes.ReplaceAllString(s, "") }
