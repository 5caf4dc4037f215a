package nbclient

import (
	"bytes"
	"html"
	"strings"

	"github.com/wyatt915/treeblood"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	gmtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// formula is TeX as MathML; TeX that cannot be read is shown as it is.
func formula(tex string, display bool) string {
	mathML, err := treeblood.InlineStyle(tex, nil)
	if display {
		mathML, err = treeblood.DisplayStyle(tex, nil)
	}
	if err != nil || mathML == "" {
		return `<code class="tex">` + html.EscapeString(tex) + `</code>`
	}
	return mathML
}

// formulas is a goldmark extension for $inline$ and $$display$$ formulas, as
// Jupyter reads them.
type formulas struct{}

func (formulas) Extend(m goldmark.Markdown) {
	m.Parser().AddOptions(
		parser.WithBlockParsers(util.Prioritized(formulaBlock{}, 90)),
		parser.WithInlineParsers(util.Prioritized(formulaInline{}, 90)),
	)
	m.Renderer().AddOptions(renderer.WithNodeRenderers(util.Prioritized(formulaRenderer{}, 90)))
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

type blockNode struct{ ast.BaseBlock }

func (n *blockNode) Kind() ast.NodeKind         { return kindBlock }
func (n *blockNode) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }
func (n *blockNode) IsRaw() bool                { return true }

type formulaRenderer struct{}

func (formulaRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindInline, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			in := n.(*inlineNode)
			w.WriteString(formula(in.tex, in.display))
		}
		return ast.WalkContinue, nil
	})
	r.Register(kindBlock, func(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			var tex bytes.Buffer
			for _, s := range n.Lines().Sliced(0, n.Lines().Len()) {
				tex.Write(s.Value(src))
			}
			w.WriteString(formula(strings.Trim(strings.TrimSpace(tex.String()), "$"), true) + "\n")
		}
		return ast.WalkContinue, nil
	})
}

// formulaInline reads formulas within a paragraph. A single dollar opens one
// only before a character other than a space, and closes it only after such
// and not before a digit, so that prices stay prices.
type formulaInline struct{}

func (formulaInline) Trigger() []byte { return []byte{'$'} }

func (formulaInline) Parse(_ ast.Node, block gmtext.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if bytes.HasPrefix(line, []byte("$$")) {
		if n := bytes.Index(line[2:], []byte("$$")); n > 0 {
			block.Advance(n + 4)
			return &inlineNode{tex: string(line[2 : 2+n]), display: true}
		}
		return nil
	}
	if len(line) < 3 || line[1] == ' ' || line[1] == '\t' {
		return nil
	}
	for i := 2; i < len(line); i++ {
		if line[i] != '$' || line[i-1] == '\\' {
			continue
		}
		if line[i-1] == ' ' || i+1 < len(line) && line[i+1] >= '0' && line[i+1] <= '9' {
			return nil
		}
		block.Advance(i + 1)
		return &inlineNode{tex: string(line[1:i])}
	}
	return nil
}

// formulaBlock reads a formula whose "$$" begin a line, up to the line that
// the closing "$$" end.
type formulaBlock struct{}

func (formulaBlock) Trigger() []byte                               { return []byte{'$'} }
func (formulaBlock) CanInterruptParagraph() bool                   { return true }
func (formulaBlock) CanAcceptIndentedLine() bool                   { return false }
func (formulaBlock) Close(ast.Node, gmtext.Reader, parser.Context) {}

func (formulaBlock) Open(_ ast.Node, reader gmtext.Reader, _ parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	trimmed := bytes.TrimSpace(line)
	if !bytes.HasPrefix(trimmed, []byte("$$")) {
		return nil, parser.NoChildren
	}
	rest := trimmed[2:]
	if i := bytes.Index(rest, []byte("$$")); i >= 0 && i+2 < len(rest) {
		return nil, parser.NoChildren // text follows: a paragraph
	}
	n := &blockNode{}
	n.Lines().Append(segment)
	reader.Advance(segment.Len() - 1)
	return n, parser.NoChildren
}

func (formulaBlock) Continue(n ast.Node, reader gmtext.Reader, _ parser.Context) parser.State {
	so := n.Lines()
	segment := so.At(so.Len() - 1)
	last := bytes.TrimSpace(segment.Value(reader.Source()))
	if so.Len() == 1 {
		last = bytes.TrimPrefix(last, []byte("$$"))
	}
	if bytes.HasSuffix(last, []byte("$$")) {
		return parser.Close
	}
	_, segment = reader.PeekLine()
	n.Lines().Append(segment)
	reader.Advance(segment.Len() - 1)
	return parser.Continue | parser.NoChildren
}
