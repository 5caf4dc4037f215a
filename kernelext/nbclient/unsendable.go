package nbclient

import (
	"fmt"
	"go/scanner"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

var (
	beginsMain = regexp.MustCompile(`^(?:%main|%exec\b|%%(?:[ \t]|$)|func main\()`)
	asksInput  = regexp.MustCompile(`^%[ \t]*(with_inputs|with_password)\b`)
	packageOf  = regexp.MustCompile(`^package[ \t]+\w+[ \t]*(?://.*)?$`)
)

// cellCommands are those of GoNB that stand in a cell's first line and make it something
// else than Go.
var cellCommands = []string{"%%writefile", "%%script", "%%bash", "%%sh", "%%gx"}

// unsendable is the line and the reason why GoNB 0.11 cannot take a cell: at which it would
// die or wait for ever, or which it would run without some of its lines. Empty: it can.
func unsendable(source string) (line int, reason string) {
	all := strings.Split(strings.ReplaceAll(source, "\r\n", "\n"), "\n")
	for i := range all {
		all[i] = strings.TrimPrefix(all[i], "//gonb:")
	}
	if first := strings.Fields(all[0]); len(first) > 0 && slices.Contains(cellCommands, first[0]) {
		if len(first) == 1 && first[0] == "%%script" {
			return 1, "%%script needs the name of a program"
		}
		return 0, ""
	}
	inText := textLines(all)
	begun, continued := 0, false
	for i, l := range all {
		command := strings.HasPrefix(l, "%") || strings.HasPrefix(l, "!")
		wasContinued := continued
		continued = (command && len(l) > 1 || continued) && strings.HasSuffix(l, `\`)
		switch {
		case wasContinued:
		case inText[i] && command && len(l) > 1:
			return i + 1, "the line is of a string or a comment, and GoNB runs it as a command: begin it with another character than % or !"
		case strings.HasPrefix(l, "package") && (inText[i] || !packageOf.MatchString(l)):
			return i + 1, "GoNB leaves out every line that begins with the word package: begin it with a blank"
		case beginsMain.MatchString(l) && !inText[i]:
			if begun > 0 {
				return i + 1, fmt.Sprintf("lines %d and %d both begin the function main (%%%%, %%main, %%exec or func main): GoNB takes one in a cell; part the cell in two", begun, i+1)
			}
			begun = i + 1
		case strings.HasPrefix(l, "%%"):
			name := strings.Fields(l)[0]
			if slices.Contains(cellCommands, name) {
				return i + 1, name + " stands in a cell's first line alone"
			}
			return i + 1, fmt.Sprintf("GoNB has no command %s; a line %%%% begins the function main, and %s stand in a cell's first line", name, strings.Join(cellCommands[:4], ", "))
		case asksInput.MatchString(l):
			return i + 1, "%" + asksInput.FindStringSubmatch(l)[1] + " asks for input, which a notebook does not have while it is executed: put the value into the cell, or tag the cell skip-execution"
		case command && len(l) > 1 && blankCommand(all[i:]):
			return i + 1, fmt.Sprintf("%s without a command, at which GoNB dies", l[:1])
		}
	}
	return 0, ""
}

// blankCommand reports whether the command in the first line, which \ continues in the next,
// is blank.
func blankCommand(all []string) bool {
	command := all[0][1:]
	for _, l := range all[1:] {
		if !strings.HasSuffix(command, `\`) {
			break
		}
		command = strings.TrimSuffix(command, `\`) + l
	}
	return strings.Trim(strings.TrimSuffix(command, `\`), " \t") == ""
}

// textLines tells of each line whether it begins within a string or a comment of Go that
// began above. GoNB's commands are none of Go's text.
func textLines(all []string) []bool {
	var program strings.Builder
	for _, l := range all {
		if !strings.HasPrefix(l, "%") && !strings.HasPrefix(l, "!") {
			program.WriteString(l)
		}
		program.WriteByte('\n')
	}
	within := make([]bool, len(all)+1)
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, program.Len())
	s.Init(file, []byte(program.String()), func(token.Position, string) {}, scanner.ScanComments)
	for {
		at, tok, text := s.Scan()
		if tok == token.EOF {
			return within
		}
		if tok == token.STRING || tok == token.COMMENT {
			begin := file.Line(at)
			for i := range strings.Count(text, "\n") {
				within[min(begin+i, len(all))] = true
			}
		}
	}
}
