package nbclient

import (
	"html"
	"regexp"
	"strings"

	terminal "github.com/buildkite/terminal-to-html/v3"
)

// links are what a terminal may be told to show and a page may not.
var links = regexp.MustCompile("\x1b[\\]_][^\x07\x1b]*(\x07|\x1b\\\\)?")

// screen returns printed text as HTML that shows what a terminal does in the end: a
// progress bar that was drawn over and over once, colours as spans with classes.
func screen(text string) string {
	if !strings.ContainsAny(text, "\r\b\x1b") {
		return html.EscapeString(text)
	}
	text = links.ReplaceAllString(strings.ReplaceAll(text, "\r\n", "\n"), "")
	widest := 80
	for l := range strings.Lines(text) {
		widest = max(widest, len(l))
	}
	s, err := terminal.NewScreen(terminal.WithSize(min(widest+1, 1000), 200))
	if err != nil {
		return html.EscapeString(plain(text))
	}
	s.Timestamps = false
	if _, err := s.Write([]byte(text)); err != nil {
		return html.EscapeString(plain(text))
	}
	return strings.TrimRight(strings.ReplaceAll(s.AsHTMLWithTimestamps(false), "&nbsp;", " "), " \n") + "\n"
}
