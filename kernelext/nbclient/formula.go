package nbclient

import (
	"bytes"
	"html"
	"regexp"
	"strings"

	"coexplore/internal/temml"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	gmtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// formula is TeX as MathML. TeX that cannot be read is shown as it is, with a
// warning that says what is wrong.
func (p *page) formula(tex string, display bool) string {
	tex = strings.ReplaceAll(tex, tokenBar, "|")
	var mathML string
	var err error
	if p.tex == nil {
		p.tex, err = temml.New()
	}
	if err == nil {
		mathML, err = p.tex.Render(tex, display)
	}
	if err != nil {
		p.warn("formula %s: %v", oneLine(tex), err)
		return `<code class="bad-tex" title="` + html.EscapeString(err.Error()) + `">` + html.EscapeString(strings.TrimSpace(tex)) + `</code>`
	}
	if display {
		return `<span class="scroll formula" tabindex="0">` + mathML + `</span>`
	}
	return mathML
}

// oneLine is a text in one line, shortened.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 60 {
		s = string(r[:57]) + "..."
	}
	return s
}

// formulas is a goldmark extension for $inline$ and $$display$$ formulas, and for
// \begin{equation} and its like on lines of their own, as Jupyter reads them. In
// the HTML stand tokens for them, which the page exchanges when that is sanitised.
type formulas struct{ page *page }

func (f formulas) Extend(m goldmark.Markdown) {
	m.Parser().AddOptions(
		parser.WithBlockParsers(util.Prioritized(formulaBlock{}, 90)),
		parser.WithInlineParsers(util.Prioritized(formulaInline{}, 90)),
	)
	m.Renderer().AddOptions(renderer.WithNodeRenderers(util.Prioritized(formulaRenderer(f), 90)))
}

var (
	kindInline = ast.NewNodeKind("Formula")
	kindBlock  = ast.NewNodeKind("FormulaBlock")
)

type inlineNode struct {
	ast.BaseInline
	tex     string
	display bool
}

func (n *inlineNode) Kind() ast.NodeKind         { return kindInline }
func (n *inlineNode) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

type blockNode struct {
	ast.BaseBlock
	end string // of the formula
}

func (n *blockNode) Kind() ast.NodeKind         { return kindBlock }
func (n *blockNode) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }
func (n *blockNode) IsRaw() bool                { return true }

type formulaRenderer struct{ page *page }

func (f formulaRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindInline, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			in := n.(*inlineNode)
			w.WriteString(f.page.keep(f.page.formula(in.tex, in.display)))
		}
		return ast.WalkContinue, nil
	})
	r.Register(kindBlock, func(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			var tex bytes.Buffer
			for _, s := range n.Lines().Sliced(0, n.Lines().Len()) {
				tex.Write(s.Value(src))
			}
			w.WriteString("<div>" + f.page.keep(f.page.formula(strings.Trim(strings.TrimSpace(tex.String()), "$"), true)) + "</div>\n")
		}
		return ast.WalkContinue, nil
	})
}

// formulaInline reads formulas within a paragraph; they may go on in its next
// lines. A single dollar opens one only before a character other than a space, and
// closes it only after such and not before a digit, so that prices stay prices.
type formulaInline struct{}

func (formulaInline) Trigger() []byte { return []byte{'$'} }

func (formulaInline) Parse(_ ast.Node, block gmtext.Reader, _ parser.Context) ast.Node {
	text := ahead(block)
	if bytes.HasPrefix(text, []byte("$$")) {
		if n := bytes.Index(text[2:], []byte("$$")); n > 0 {
			block.Advance(n + 4)
			return &inlineNode{tex: string(text[2 : 2+n]), display: true}
		}
		return nil
	}
	if len(text) < 3 || bytes.IndexByte([]byte(" \t\n"), text[1]) >= 0 {
		return nil
	}
	for i := 2; i < len(text); i++ {
		if text[i] != '$' || text[i-1] == '\\' {
			continue
		}
		if text[i-1] == ' ' || i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9' {
			return nil
		}
		block.Advance(i + 1)
		return &inlineNode{tex: string(text[1:i])}
	}
	return nil
}

// ahead is what is left of the paragraph.
func ahead(block gmtext.Reader) []byte {
	line, at := block.Position()
	defer block.SetPosition(line, at)
	var text []byte
	for {
		l, _ := block.PeekLine()
		if l == nil {
			return text
		}
		text = append(text, l...)
		block.AdvanceLine()
	}
}

// environment begins a formula without dollars.
var environment = regexp.MustCompile(`^\\begin\{((?:equation|align|alignat|gather|multline|eqnarray|displaymath|math)\*?)\}`)

// formulaBlock reads a formula whose "$$" or "\begin{equation}" begin a line, up to
// the line that the closing "$$" or "\end{equation}" end.
type formulaBlock struct{}

func (formulaBlock) Trigger() []byte                               { return []byte{'$', '\\'} }
func (formulaBlock) CanInterruptParagraph() bool                   { return true }
func (formulaBlock) CanAcceptIndentedLine() bool                   { return false }
func (formulaBlock) Close(ast.Node, gmtext.Reader, parser.Context) {}

func (formulaBlock) Open(_ ast.Node, reader gmtext.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	trimmed := bytes.TrimSpace(line)
	n := &blockNode{end: "$$"}
	if m := environment.FindSubmatch(trimmed); m != nil {
		n.end = `\end{` + string(m[1]) + `}`
	} else if !bytes.HasPrefix(trimmed, []byte("$$")) {
		return nil, parser.NoChildren
	}
	if i := bytes.Index(trimmed[2:], []byte(n.end)); i >= 0 && 2+i+len(n.end) < len(trimmed) {
		return nil, parser.NoChildren // text follows: a paragraph
	}
	n.Lines().Append(segment)
	reader.Advance(segment.Len() - 1)
	return n, parser.NoChildren
}

func (formulaBlock) Continue(n ast.Node, reader gmtext.Reader, _ parser.Context) parser.State {
	so := n.Lines()
	segment := so.At(so.Len() - 1)
	last := bytes.TrimSpace(segment.Value(reader.Source()))
	if so.Len() == 1 && len(last) >= 2 {
		last = last[2:] // what begins it does not end it
	}
	if bytes.HasSuffix(last, []byte(n.(*blockNode).end)) {
		return parser.Close
	}
	_, segment = reader.PeekLine()
	n.Lines().Append(segment)
	reader.Advance(segment.Len() - 1)
	return parser.Continue | parser.NoChildren
}
