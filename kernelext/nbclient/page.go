package nbclient

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"html/template"
	"strings"

	"coexplore/internal/atomicfile"
	"coexplore/internal/temml"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/parser"
)

var (
	//go:embed page.css
	pageStyle string
	//go:embed page.js
	pageScript string
	//go:embed page.html
	pageSource string

	pageTemplate = template.Must(template.New("page").Parse(pageSource))
)

// A Page is a notebook as one HTML file that needs nothing else: no network, no
// server, and no script but a few lines of its own, which it does without.
type Page struct {
	HTML     []byte
	Title    string   // the first heading
	Warnings []string // what could not be shown: formulas that cannot be read, pictures that are elsewhere
}

// Write writes the page to the file, whole or not at all.
func (p *Page) Write(file string) error { return atomicfile.Write(file, p.HTML) }

// Page returns the notebook for reading and printing. Formulas are MathML, figures
// inline SVG; colours follow the system's light or dark, or the reader's choice.
// HTML that cells display is sanitised.
//
// A code cell with the tag hide-input (or hidden in Jupyter) is folded; one with
// remove-input shows its outputs alone, and a cell with remove-cell is left out.
func (nb *Notebook) Page() (*Page, error) {
	p := newPage(nb)
	cells := make([]template.HTML, len(nb.Cells))
	for i, c := range nb.Cells {
		cells[i] = template.HTML(p.cell(c))
	}
	return p.assemble(pageTemplate, pageStyle, pageScript, map[string]any{"Cells": cells, "Contents": p.contents()})
}

// page is what the parts of one page share.
type page struct {
	name     string // of the notebook
	folder   string // with the notebook's pictures, if it is known
	md       goldmark.Markdown
	ids      parser.IDs // heading ids given so far
	tex      *temml.Renderer
	title    string // first heading of the first level
	lead     string // first paragraph
	headings []heading
	svgs     int      // figures so far
	kept     []string // what tokens stand for
	warnings []string
}

func newPage(nb *Notebook) *page {
	p := &page{name: nb.Name, folder: nb.folder, ids: parser.NewContext().IDs()}
	p.md = newMarkdown(p)
	return p
}

func (p *page) warn(format string, args ...any) {
	p.warnings = append(p.warnings, fmt.Sprintf(format, args...))
}

// assemble puts a page together. Its policy lets it show itself and run its own
// script, and nothing else: nothing is fetched and nothing sent, whatever an output
// contains.
func (p *page) assemble(t *template.Template, style, script string, data map[string]any) (*Page, error) {
	title := p.title
	if title == "" {
		title = strings.TrimSuffix(p.name, ".ipynb")
	}
	if p.tex != nil {
		style += temml.Style()
	}
	sum := sha256.Sum256([]byte(script))
	data["Policy"] = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; script-src 'sha256-" +
		base64.StdEncoding.EncodeToString(sum[:]) + "'"
	data["Title"], data["Style"], data["Script"] = title, template.CSS(style), template.HTML("<script>"+script+"</script>")
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		return nil, fmt.Errorf("nbclient: page of %s: %w", p.name, err)
	}
	return &Page{HTML: out.Bytes(), Title: title, Warnings: p.warnings}, nil
}

// contents are the headings of the second and third level, if they are worth a list.
func (p *page) contents() []heading {
	var list []heading
	for _, h := range p.headings {
		if h.Level <= 3 && h.ID != "" {
			list = append(list, h)
		}
	}
	if len(list) < 3 {
		return nil
	}
	return list
}

// cell renders a cell.
func (p *page) cell(c *Cell) string {
	switch {
	case c.HasTag("remove-cell"):
	case c.Type == "markdown":
		return `<section class="text">` + "\n" + p.markdown(c.Source, c.attachments) + "</section>\n"
	case c.Type == "code":
		return p.code(c)
	}
	return "" // raw cells are for other converters
}

// code renders a code cell with its outputs.
func (p *page) code(c *Cell) string {
	var b strings.Builder
	prompt := ""
	if c.Count > 0 {
		prompt = fmt.Sprint(c.Count)
	}
	fmt.Fprintf(&b, "<section class=\"code\">\n<div class=\"count\" aria-hidden=\"true\">%s</div>\n<div class=\"cell\">\n", prompt)
	source := "<pre class=\"source\" tabindex=\"0\"><code>" + highlight(strings.TrimRight(c.Source, "\n")) + "</code></pre>\n"
	jupyter, _ := c.Metadata["jupyter"].(map[string]any)
	switch {
	case c.HasTag("remove-input") || strings.TrimSpace(c.Source) == "":
	case c.HasTag("hide-input") || jupyter["source_hidden"] == true:
		b.WriteString("<details><summary>Code</summary>\n" + source + "</details>\n")
	default:
		b.WriteString(source)
	}
	for _, o := range c.Outputs {
		b.WriteString(p.output(o))
	}
	b.WriteString("</div>\n</section>\n")
	return b.String()
}

func (p *page) output(o Output) string {
	switch o.Type {
	case "stream":
		return printed(o.Stream, o.Text)
	case "error":
		text := strings.Join(o.Traceback, "\n")
		if text == "" {
			text = o.ErrorName + ": " + o.ErrorValue
		}
		return printed("error", text)
	}
	return p.display(o)
}

func printed(class, text string) string {
	return fmt.Sprintf("<pre class=\"output %s\" tabindex=\"0\">%s</pre>\n", html.EscapeString(class), screen(text))
}

// display renders the richest of an output's forms.
func (p *page) display(o Output) string {
	get := func(media string) string { s, _ := o.Data[media].(string); return s }
	alt := strings.TrimSpace(get("text/plain"))
	if s := get("image/svg+xml"); s != "" {
		if svg := p.figure(s, alt); svg != "" {
			return "<div class=\"output figure\">" + svg + "</div>\n"
		}
	}
	for _, media := range []string{"image/png", "image/jpeg", "image/gif", "image/webp"} {
		s := strings.Join(strings.Fields(get(media)), "")
		if _, err := base64.StdEncoding.DecodeString(s); s != "" && err == nil {
			return fmt.Sprintf("<div class=\"output figure\"><img alt=\"%s\" src=\"data:%s;base64,%s\"></div>\n", html.EscapeString(alt), media, s)
		}
	}
	if s := get("text/html"); s != "" {
		if clean := strings.TrimSpace(p.html(s)); clean != "" {
			return "<div class=\"output html\">" + clean + "</div>\n"
		}
	}
	if s := get("text/markdown"); s != "" {
		return "<div class=\"output markdown\">" + p.markdown(s, nil) + "</div>\n"
	}
	if s := get("text/latex"); s != "" {
		return "<div class=\"output\">" + p.formula(strings.Trim(strings.TrimSpace(s), "$"), true) + "</div>\n"
	}
	if alt != "" {
		return printed("result", get("text/plain"))
	}
	if get("text/html") != "" {
		return "<p class=\"output note\">Shown only while the notebook runs: this output needs a script.</p>\n"
	}
	return ""
}

// figure is an SVG figure as it stands in the page, or nothing if it is broken. One
// that knows only white paper gets some, also where the page is dark.
func (p *page) figure(source, alt string) string {
	p.svgs++
	svg, err := cleanSVG(source, fmt.Sprintf("f%d-", p.svgs), alt)
	if err != nil {
		p.warn("a figure is left out: %v", err)
		return ""
	}
	if !strings.Contains(svg, "light-dark(") {
		svg = `<span class="sheet">` + svg + `</span>`
	}
	return svg
}
