package nbclient

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// Kernels name the place of an error in several ways.
var (
	placePattern = regexp.MustCompile(`Cell(?: In)?(?: ?\[(\d+)\])?[:,]? [Ll]ine (\d+)`)
	filePattern  = regexp.MustCompile(`^.*main(?:_test)?\.go:\d+(?::\d+)?:? *`)
	tracePattern = regexp.MustCompile(`(\S*main\.go):(\d+)`)
	framePattern = regexp.MustCompile(`^\s+(?:\[\[ Cell.*\]\] )?\S+\.(?:go|s):\d+(?: |$)`)
	stampPattern = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)? `)
)

// cellError makes an error of a failed reply.
func (k *Kernel) cellError(c *Cell, r executeReply) *CellError {
	e := &CellError{Cell: c}
	message := append([]string{r.Value}, r.Traceback...)
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
				e.Line, _ = strconv.Atoi(found[2])
			}
		}
	}
	if line := k.panicLine(c, stderr(c)); line > 0 {
		e.Line = line
	}
	e.Reason = advise(reason(c, r))
	return e
}

// stderr is what the cell wrote to standard error, without colours.
func stderr(c *Cell) string {
	var b strings.Builder
	for _, o := range c.Outputs {
		if o.Type == "stream" && o.Stream == "stderr" {
			b.WriteString(o.Text)
		}
	}
	return plain(b.String())
}

// panicLine is the line of the cell at which its program stopped, or 0, by its stack
// trace. GoNB itself annotates traces, but misses calls where a trace reaches it in
// pieces; the program's source is still there to compare with.
func (k *Kernel) panicLine(c *Cell, trace string) int {
	for _, found := range tracePattern.FindAllStringSubmatch(trace, -1) {
		program, err := os.ReadFile(found[1])
		if err != nil || !strings.HasPrefix(found[1], k.process.Folder) {
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
	printed := strings.Split(stderr(c), "\n")
	for _, l := range printed {
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
	if r.Name != "" && r.Name != "ERROR" { // an exception; GoNB's all have one name
		return strings.TrimSuffix(r.Name+": "+value[0], ": ")
	}
	if l := lastWords(printed); l != "" {
		return l
	}
	for _, l := range value { // another package's fault: its file and line stay
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			return l
		}
	}
	return "the kernel reports an error and no reason"
}

// lastWords is the last line of a program's standard error. Of an error that was
// printed with the stack of each of its causes, innermost first, it is the whole
// message, outermost first.
func lastWords(printed []string) string {
	frame := make([]bool, len(printed))
	for i, l := range printed {
		if i > 0 && framePattern.MatchString(l) {
			frame[i-1], frame[i] = true, true
		}
	}
	var words []string
	for i := len(printed) - 1; i >= 0; i-- {
		l := strings.TrimSpace(stampPattern.ReplaceAllString(printed[i], ""))
		if frame[i] || l == "" || strings.HasPrefix(l, "exit status") || strings.HasPrefix(l, "[[") {
			continue
		}
		if len(words) > 0 && (i+1 >= len(frame) || !frame[i+1]) {
			break // not the message of a cause
		}
		words = append(words, l)
		if i+1 < len(frame) && !frame[i+1] {
			break
		}
	}
	return strings.Join(words, ": ")
}

// advice is what to do about errors that say too little.
var advice = []struct {
	found *regexp.Regexp
	say   string
}{
	{regexp.MustCompile(`package coexplore/\S+ is not in std|no required module provides package coexplore/`),
		"the kernel does not know where the packages are: begin the notebook with the first cell that `coexplore notebooks new` writes"},
	{regexp.MustCompile(`expected statement, found 'import'|syntax error: unexpected (?:keyword )?import`),
		"imports stand above the line with %%, or in a cell before"},
	{regexp.MustCompile(`expected (?:declaration|operand), found '[%!]'`), "GoNB's commands begin where their line does, without blanks"},
	{regexp.MustCompile(`^signal: killed`), "perhaps the machine has no more memory"},
}

// advise adds advice to a reason.
func advise(reason string) string {
	for _, a := range advice {
		if a.found.MatchString(reason) {
			return reason + "; " + a.say
		}
	}
	return reason
}

// stdinError makes an error of a cell that was stopped since it read standard input,
// and puts it into the outputs, in place of the trace of the program that was stopped.
func (k *Kernel) stdinError(c *Cell, w *watch) *CellError {
	e := &CellError{Cell: c, Line: w.line, Reason: "reads standard input, which a notebook does not have while it is executed: " +
		"put the value into the cell, or tag the cell skip-execution"}
	trace := stderr(c)
	if _, at, ok := strings.Cut(trace, "os.(*File).Read("); ok {
		trace = at
	}
	// GoNB says the place in the cell beside each frame, but not beside one whose line came
	// in two parts: the frames themselves are asked first.
	if e.Line == 0 {
		e.Line = k.panicLine(c, trace)
	}
	for _, found := range placePattern.FindAllStringSubmatch(trace, -1) {
		if e.Line == 0 && found[1] == strconv.Itoa(c.Count) {
			e.Line, _ = strconv.Atoi(found[2])
		}
	}
	kept := c.Outputs[:0]
	for _, o := range c.Outputs {
		if o.Stream == "stderr" {
			o.Text, _, _ = strings.Cut(o.Text, "SIGQUIT: quit\n")
			if o.Text == "" {
				continue
			}
		}
		if o.Type != "error" {
			kept = append(kept, o)
		}
	}
	c.Outputs = append(kept, Output{
		Type: "error", ErrorName: "StdinNotImplementedError", ErrorValue: e.Reason, Traceback: []string{e.Reason},
	})
	return e
}

// firstLine is the first line of an error.
func firstLine(err error) string {
	l, _, _ := strings.Cut(err.Error(), "\n")
	return l
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]")

// plain is the text without a terminal's colour codes.
func plain(s string) string { return escapes.ReplaceAllString(s, "") }
