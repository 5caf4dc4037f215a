package nbclient

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// policies says what HTML may hold. Scripts, style sheets, frames, forms, refreshing
// and whatever else acts or reaches beyond its place is left out; text, tables,
// lists, pictures that the page itself holds, and folded parts stay. Text cells may
// name places in them; outputs may not, since several can stand in one page.
var policies = sync.OnceValue(func() (p struct{ text, output *bluemonday.Policy }) {
	p.text, p.output = policy(), policy()
	p.text.AllowAttrs("id").Matching(regexp.MustCompile(`^[\p{L}\p{N}_.:-]+$`)).Globally()
	return p
})

func policy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "wbr", "div", "span", "section", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd",
		"blockquote", "pre", "code", "kbd", "samp", "var", "em", "strong", "b", "i", "u", "s", "del", "ins", "sub", "sup", "small", "mark", "abbr",
		"cite", "q", "dfn", "time", "caption", "figure", "figcaption", "details", "summary", "progress", "meter", "center")
	p.AllowTables()
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^[\w -]+$`)).Globally()
	p.AllowAttrs("title", "lang", "dir", "aria-label", "role").Globally()
	p.AllowAttrs("open").Matching(regexp.MustCompile(`^(open)?$`)).OnElements("details")
	p.AllowAttrs("value", "max", "min").Matching(bluemonday.Number).OnElements("progress", "meter")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^checkbox$`)).OnElements("input") // a list of tasks
	p.AllowAttrs("checked", "disabled").Matching(regexp.MustCompile(`^$`)).OnElements("input")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(regexp.MustCompile(`^\d+(px|%)?$`)).OnElements("img", "table", "td", "th", "col")
	p.AllowAttrs("align").Matching(bluemonday.CellAlign).OnElements("div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "img")
	p.AllowAttrs("src").OnElements("img")
	p.AllowAttrs("href").OnElements("a")
	p.AllowDataURIImages()
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.RequireNoReferrerOnLinks(true)
	p.AllowStyles("text-align", "vertical-align", "color", "background-color", "font-weight", "font-style", "font-size", "font-family",
		"width", "max-width", "min-width", "height", "max-height", "padding", "padding-left", "padding-right", "margin-left", "margin-right",
		"border", "border-top", "border-bottom", "border-collapse", "white-space", "display", "flex-wrap", "justify-content", "align-items", "gap").Globally()
	return p
}

// A token stands for a part of a page that is made here, and safe, while what is
// around it is sanitised. It is text of two characters that no text has a use for.
// A third stands for a bar in a formula, which must not end a table's cell.
const (
	tokenBegin = "\ue0f0"
	tokenEnd   = "\ue0f1"
	tokenBar   = "\ue0f2"
)

var (
	tokens  = regexp.MustCompile(tokenBegin + `(\d+)` + tokenEnd)
	notOurs = strings.NewReplacer(tokenBegin, "", tokenEnd, "", tokenBar, "")
)

// keep returns a token for the HTML.
func (p *page) keep(s string) string {
	p.kept = append(p.kept, s)
	return fmt.Sprintf("%s%d%s", tokenBegin, len(p.kept)-1, tokenEnd)
}

// sanitise returns HTML that is safe and whole: each element ends within it. Tokens
// in its text become what they stand for.
func (p *page) sanitise(source string, policy *bluemonday.Policy) string {
	clean := policy.Sanitize(source)
	nodes, err := html.ParseFragment(strings.NewReader(clean), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return "<pre>" + html.EscapeString(source) + "</pre>"
	}
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	p.finish(root)
	var b strings.Builder
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		if err := html.Render(&b, n); err != nil {
			return "<pre>" + html.EscapeString(source) + "</pre>"
		}
	}
	return b.String()
}

// finish puts what tokens stand for in their place, gives wide tables a box of their
// own to scroll in, and leaves out pictures that are elsewhere.
func (p *page) finish(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type == html.TextNode:
			if strings.Contains(c.Data, tokenBegin) {
				p.exchange(n, c)
			}
		case c.DataAtom == atom.Table:
			box := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div, Attr: []html.Attribute{{Key: "class", Val: "scroll"}, {Key: "tabindex", Val: "0"}}}
			n.InsertBefore(box, c)
			n.RemoveChild(c)
			box.AppendChild(c)
			p.finish(c)
		case c.DataAtom == atom.Img && !strings.HasPrefix(attr(c, "src"), "data:image/"):
			p.warn("picture %s is left out: a page fetches nothing; attach it, or keep it beside the notebook", oneLine(attr(c, "src")))
			n.InsertBefore(&html.Node{Type: html.TextNode, Data: "[" + attr(c, "alt") + "]"}, c)
			n.RemoveChild(c)
		default:
			p.finish(c)
		}
		c = next
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// exchange cuts a text at its tokens.
func (p *page) exchange(parent, text *html.Node) {
	end := 0
	add := func(t html.NodeType, s string) {
		if s != "" {
			parent.InsertBefore(&html.Node{Type: t, Data: s}, text)
		}
	}
	for _, m := range tokens.FindAllStringSubmatchIndex(text.Data, -1) {
		add(html.TextNode, text.Data[end:m[0]])
		if i, err := strconv.Atoi(text.Data[m[2]:m[3]]); err == nil && i < len(p.kept) {
			add(html.RawNode, p.kept[i])
		}
		end = m[1]
	}
	add(html.TextNode, text.Data[end:])
	parent.RemoveChild(text)
}

// html renders HTML that a cell displays. SVG in it is cleaned as a figure is.
func (p *page) html(source string) string {
	z := html.NewTokenizer(strings.NewReader(notOurs.Replace(source)))
	var b, svg strings.Builder
	depth := 0
	for {
		t := z.Next()
		if t == html.ErrorToken {
			break
		}
		raw := string(z.Raw())
		name, _ := z.TagName()
		isSVG := string(name) == "svg"
		if isSVG && t == html.StartTagToken {
			depth++
		}
		if depth == 0 {
			b.WriteString(raw)
			continue
		}
		svg.WriteString(raw)
		if isSVG && t == html.EndTagToken {
			if depth--; depth == 0 {
				b.WriteString(p.keep(p.figure(svg.String(), "")))
				svg.Reset()
			}
		}
	}
	return p.sanitise(b.String(), policies().output)
}
