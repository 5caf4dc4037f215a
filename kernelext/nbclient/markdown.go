package nbclient

import (
	"bytes"
	"encoding/base64"
	"html"
	"mime"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	htmlrenderer "github.com/yuin/goldmark/renderer/html"
	gmtext "github.com/yuin/goldmark/text"
	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// heading is a line of the table of contents.
type heading struct {
	Level    int
	ID, Text string
}

func newMarkdown(p *page) goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.GFM, formulas{p}),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
		goldmark.WithRendererOptions(htmlrenderer.WithUnsafe()), // what comes out is sanitised
	)
}

// lineFormula is a formula within a line, or an escaped dollar. Jupyter takes formulas
// out of a text before it looks for tables, so that a bar in one does not end a cell.
var lineFormula = regexp.MustCompile(`\\\$|\$[^\s$](?:[^$\n]*[^\s$\\])?\$`)

// markdown renders a text cell, or Markdown that a cell displays. HTML in it stays
// as far as it does no harm: solutions can be folded with <details>.
func (p *page) markdown(source string, attachments map[string]any) string {
	src := []byte(lineFormula.ReplaceAllStringFunc(notOurs.Replace(source), func(formula string) string {
		return strings.ReplaceAll(formula, "|", tokenBar)
	}))
	doc := p.md.Parser().Parse(gmtext.NewReader(src), parser.WithContext(parser.NewContext(parser.WithIDs(p.ids))))
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			id, _ := n.AttributeString("id")
			name, _ := id.([]byte)
			h := heading{n.Level, string(name), nodeText(n, src)}
			if p.title == "" && h.Level == 1 {
				p.title = h.Text
			} else {
				p.headings = append(p.headings, h)
			}
		case *ast.Paragraph:
			if p.lead == "" {
				p.lead = strings.Join(strings.Fields(nodeText(n, src)), " ")
			}
		case *ast.Link:
			n.Destination = []byte(pageOf(string(n.Destination)))
		}
		return ast.WalkContinue, nil
	})
	var b bytes.Buffer
	if err := p.md.Renderer().Render(&b, src, doc); err != nil {
		return "<pre>" + html.EscapeString(source) + "</pre>\n"
	}
	return p.sanitise(p.embed(strings.ReplaceAll(b.String(), tokenBar, "|"), attachments), policies().text)
}

// embed puts the pictures that HTML names, in tags of its own or Markdown's, into it.
func (p *page) embed(source string, attachments map[string]any) string {
	var b strings.Builder
	for z := xhtml.NewTokenizer(strings.NewReader(source)); z.Next() != xhtml.ErrorToken; {
		raw := string(z.Raw())
		t := z.Token()
		if t.DataAtom != atom.Img || t.Type == xhtml.EndTagToken {
			b.WriteString(raw)
			continue
		}
		for i := range t.Attr {
			if a := &t.Attr[i]; a.Key == "src" {
				if data := p.picture(strings.TrimSpace(a.Val), attachments); data != "" {
					a.Val = data
				}
			}
		}
		b.WriteString(t.String())
	}
	return b.String()
}

// nodeText is a node's text, with formulas as their TeX.
func nodeText(n ast.Node, src []byte) string {
	var b strings.Builder
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Segment.Value(src))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *inlineNode:
			b.WriteString(strings.ReplaceAll(n.tex, tokenBar, "|"))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// pageOf is a link's target, the page for a notebook beside this one.
func pageOf(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasSuffix(u.Path, ".ipynb") {
		return target
	}
	u.Path = strings.TrimSuffix(u.Path, ".ipynb") + ".html"
	return u.String()
}

// pictureLimit is the largest file that goes into a page.
const pictureLimit = 512 << 10

// picture is a data URL for a picture that is attached to the cell, or is a file
// beside the notebook or under its folder; empty for any other.
func (p *page) picture(target string, attachments map[string]any) string {
	if name, ok := strings.CutPrefix(target, "attachment:"); ok {
		if plain, err := url.PathUnescape(name); err == nil {
			name = plain
		}
		forms, _ := attachments[name].(map[string]any)
		for media, v := range forms {
			if s, ok := v.(string); ok && strings.HasPrefix(media, "image/") {
				return "data:" + media + ";base64," + strings.Join(strings.Fields(s), "")
			}
		}
		return ""
	}
	u, err := url.Parse(target)
	if err != nil || p.folder == "" || u.Scheme != "" || u.Host != "" || !filepath.IsLocal(filepath.FromSlash(u.Path)) {
		return ""
	}
	media := mime.TypeByExtension(filepath.Ext(u.Path))
	root, err := os.OpenRoot(p.folder)
	if err != nil {
		return ""
	}
	defer root.Close()
	raw, err := root.ReadFile(filepath.FromSlash(u.Path))
	switch {
	case err != nil || !strings.HasPrefix(media, "image/"):
		return ""
	case len(raw) > pictureLimit:
		p.warn("picture %s is left out: %d KB, and a page takes %d", target, len(raw)>>10, pictureLimit>>10)
		return ""
	}
	return "data:" + media + ";base64," + base64.StdEncoding.EncodeToString(raw)
}
