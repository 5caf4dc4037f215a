package nbclient

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"html/template"
	"strings"

	"coexplore/internal/atomicfile"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	gmtext "github.com/yuin/goldmark/text"
)

//go:embed page.css
var pageStyle string

// The policy lets a page show itself and its pictures and nothing else: no
// script runs and nothing is fetched, whatever an output contains.
var pageTemplate = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{{.Title}}</title>
<style>
{{.Style}}</style>
</head>
<body>
<main>
{{range .Cells}}{{.}}{{end}}</main>
</body>
</html>
`))

// Page returns the notebook as one HTML page that needs nothing else: no
// network, no script. Formulas are MathML, figures inline SVG.
func (nb *Notebook) Page() ([]byte, error) {
	p := newPage()
	cells := make([]template.HTML, len(nb.Cells))
	for i, c := range nb.Cells {
		var b strings.Builder
		switch c.Type {
		case "markdown":
			b.WriteString(`<section class="text">` + "\n" + p.markdown(c.Source) + "</section>\n")
		case "code":
			p.code(&b, c)
		default: // raw cells are for other converters
		}
		cells[i] = template.HTML(b.String())
	}
	title := p.title
	if title == "" {
		title = strings.TrimSuffix(nb.Name, ".ipynb")
	}
	var out bytes.Buffer
	err := pageTemplate.Execute(&out, map[string]any{"Title": title, "Style": template.CSS(pageStyle), "Cells": cells})
	if err != nil {
		return nil, fmt.Errorf("nbclient: page of %s: %w", nb.Name, err)
	}
	return out.Bytes(), nil
}

// WritePage writes the notebook's page to the file, whole or not at all.
func (nb *Notebook) WritePage(file string) error {
	page, err := nb.Page()
	if err != nil {
		return err
	}
	return atomicfile.Write(file, page)
}

// page is what the parts of one page share.
type page struct {
	md    goldmark.Markdown
	ids   parser.IDs // heading ids given so far
	title string     // first heading of the first level
	svgs  int        // figures so far
}

func newPage() *page {
	return &page{
		md: goldmark.New(
			goldmark.WithExtensions(extension.GFM, formulas{}),
			goldmark.WithParserOptions(parser.WithAutoHeadingID()),
		),
		ids: parser.NewContext().IDs(),
	}
}

// markdown renders a text cell. Raw HTML in it is left out.
func (p *page) markdown(source string) string {
	src := []byte(source)
	doc := p.md.Parser().Parse(gmtext.NewReader(src), parser.WithContext(parser.NewContext(parser.WithIDs(p.ids))))
	if p.title == "" {
		ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if h, ok := n.(*ast.Heading); ok && entering && h.Level == 1 && p.title == "" {
				p.title = headingText(h, src)
			}
			return ast.WalkContinue, nil
		})
	}
	var b bytes.Buffer
	if err := p.md.Renderer().Render(&b, src, doc); err != nil {
		return "<pre>" + html.EscapeString(source) + "</pre>\n"
	}
	return b.String()
}

func headingText(h ast.Node, src []byte) string {
	var b strings.Builder
	ast.Walk(h, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(src))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// code renders a code cell with its outputs.
func (p *page) code(b *strings.Builder, c *Cell) {
	prompt := ""
	if c.Count > 0 {
		prompt = fmt.Sprint(c.Count)
	}
	fmt.Fprintf(b, "<section class=\"code\">\n<div class=\"count\">%s</div>\n<div class=\"cell\">\n<pre class=\"source\"><code>%s</code></pre>\n",
		prompt, highlight(c.Source))
	for _, o := range c.Outputs {
		p.output(b, o)
	}
	b.WriteString("</div>\n</section>\n")
}

func (p *page) output(b *strings.Builder, o Output) {
	switch o.Type {
	case "stream":
		fmt.Fprintf(b, "<pre class=\"output %s\">%s</pre>\n", html.EscapeString(o.Stream), html.EscapeString(plain(o.Text)))
	case "error":
		text := strings.Join(o.Traceback, "\n")
		if text == "" {
			text = o.ErrorName + ": " + o.ErrorValue
		}
		fmt.Fprintf(b, "<pre class=\"output error\">%s</pre>\n", html.EscapeString(plain(text)))
	default:
		b.WriteString(p.display(o))
	}
}

// display renders the richest of an output's forms.
func (p *page) display(o Output) string {
	get := func(media string) string { s, _ := o.Data[media].(string); return s }
	alt := strings.TrimSpace(get("text/plain"))
	if s := get("image/svg+xml"); s != "" {
		p.svgs++
		if svg, err := cleanSVG(s, fmt.Sprintf("f%d-", p.svgs), alt); err == nil {
			return "<div class=\"output figure\">" + svg + "</div>\n"
		}
	}
	for _, media := range []string{"image/png", "image/jpeg"} {
		s := strings.Join(strings.Fields(get(media)), "")
		if _, err := base64.StdEncoding.DecodeString(s); s != "" && err == nil {
			return fmt.Sprintf("<div class=\"output figure\"><img alt=\"%s\" src=\"data:%s;base64,%s\"></div>\n", html.EscapeString(alt), media, s)
		}
	}
	if s := get("text/html"); s != "" {
		return "<div class=\"output html\">" + s + "</div>\n"
	}
	if s := get("text/markdown"); s != "" {
		return "<div class=\"output markdown\">" + p.markdown(s) + "</div>\n"
	}
	if s := get("text/latex"); s != "" {
		return "<div class=\"output\">" + formula(strings.Trim(strings.TrimSpace(s), "$"), true) + "</div>\n"
	}
	if alt == "" {
		return ""
	}
	return "<pre class=\"output\">" + html.EscapeString(plain(get("text/plain"))) + "</pre>\n"
}
