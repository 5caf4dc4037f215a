package nbclient

import (
	"go/scanner"
	"go/token"
	"html"
	"strings"
)

// highlight returns Go source as HTML, with keywords (class k), strings (s),
// numbers (n), comments (c) and the kernel's own commands (m) marked.
func highlight(source string) string {
	var b strings.Builder
	var chunk []string // lines of Go
	flush := func() {
		highlightGo(&b, strings.Join(chunk, ""))
		chunk = nil
	}
	for _, l := range lines(source) {
		if strings.HasPrefix(l, "%") || strings.HasPrefix(l, "!") {
			flush()
			mark(&b, "m", l)
			continue
		}
		chunk = append(chunk, l)
	}
	flush()
	return b.String()
}

func highlightGo(b *strings.Builder, source string) {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(source))
	s.Init(file, []byte(source), func(token.Position, string) {}, scanner.ScanComments)
	end := 0
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			break
		}
		class := ""
		switch {
		case tok.IsKeyword():
			class = "k"
		case tok == token.STRING || tok == token.CHAR:
			class = "s"
		case tok == token.INT || tok == token.FLOAT || tok == token.IMAG:
			class = "n"
		case tok == token.COMMENT:
			class = "c"
		}
		at := file.Offset(pos)
		if class == "" || at < end || at+len(lit) > len(source) {
			continue
		}
		// The literal of a raw string or comment has no carriage returns, so
		// it can be shorter than its source; the rest stays unmarked.
		b.WriteString(html.EscapeString(source[end:at]))
		end = at + len(lit)
		mark(b, class, source[at:end])
	}
	b.WriteString(html.EscapeString(source[end:]))
}

func mark(b *strings.Builder, class, text string) {
	b.WriteString(`<span class="` + class + `">` + html.EscapeString(text) + `</span>`)
}
