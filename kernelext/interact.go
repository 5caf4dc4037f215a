package kernelext

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"

	"coexplore/kernelext/figure"
)

// interactLimit is how many pictures Interact draws at most.
const interactLimit = 300

//go:embed interact.js
var interactScript string

// Interact shows what draw returns, a figure, a table or any value, beside controls
// that the reader moves:
//
//	beta := kernelext.Slider("beta", 0, 1, 0.1, 0.5)
//	part := kernelext.Choice("FPGA", "XC7Z015", "ZU3EG")
//	kernelext.Interact(func() any { return draw(beta.Value(), part.Value()) }, beta, part)
//
// draw is called for every position of the controls, 300 at most, and all
// pictures go into the notebook, compressed. So the controls need no program that
// goes on running: the cells below run on, and they still move when the notebook
// has been saved and opened again, in Jupyter Notebook, JupyterLab and VS Code
// alike. The first picture, with the controls as they stand at the start, is
// there at once; it is what is seen where no script runs, and what is printed
// outside a notebook.
func Interact(draw func() any, controls ...Control) error {
	return report(interact(draw, controls))
}

func interact(draw func() any, controls []Control) error {
	if draw == nil || len(controls) == 0 {
		return fmt.Errorf("kernelext: Interact needs a function and at least one control")
	}
	total := 1
	for _, c := range controls {
		if err := c.check(); err != nil {
			return err
		}
		if total *= c.count(); total > interactLimit {
			return fmt.Errorf("kernelext: the controls have more than %d positions together: take larger steps, or fewer controls", interactLimit)
		}
		c.set(c.start())
	}
	first, err := newPart(draw())
	if err != nil {
		return err
	}
	if !gonbui.IsNotebook {
		_, err := fmt.Fprintf(os.Stdout, "%s\n%s\n", controlTexts(controls), strings.TrimRight(first.text, "\n"))
		return err
	}
	e := interaction{controls: controls, id: gonbui.UniqueId(), total: total}
	if err := e.begin(first); err != nil {
		return err
	}
	if err := e.drawAll(draw); err != nil {
		return err
	}
	return e.end()
}

func controlTexts(controls []Control) string {
	texts := make([]string, len(controls))
	for i, c := range controls {
		texts[i] = c.String()
	}
	return strings.Join(texts, ", ")
}

// interaction is what Interact has drawn so far.
type interaction struct {
	controls []Control
	id       string
	total    int
	first    part
	still    string // the first picture, as HTML
	title    string // the controls at the start, as text

	pictures []string       // that differ: "s" and SVG, or "h" and HTML
	known    map[string]int // their indices
	at       []int          // the picture of each position
}

// begin shows the first picture, still.
func (e *interaction) begin(first part) error {
	e.first, e.title, e.known = first, controlTexts(e.controls), map[string]int{}
	picture, err := e.picture(first)
	if err != nil {
		return err
	}
	e.still = picture[1:]
	if first.figure != nil {
		if e.still, err = figureImage(first.figure, figure.Default); err != nil {
			return err
		}
	}
	if e.total == 1 {
		return nil
	}
	return send(e.id, map[protocol.MIMEType]any{
		protocol.MIMETextHTML:  fmt.Sprintf("<div>%s</div>\n<p>drawing %d pictures ...</p>\n", e.still, e.total),
		protocol.MIMETextPlain: e.text(),
	})
}

func (e *interaction) text() string {
	return e.title + "\n" + strings.TrimRight(e.first.text, "\n") + "\n"
}

// picture is a part as the script takes it.
func (e *interaction) picture(p part) (string, error) {
	switch {
	case p.figure != nil:
		svg, err := figure.Encode(p.figure, figure.Default, "svg")
		return "s" + string(svg), err
	case p.table != nil:
		return "h" + p.table.HTML(), nil
	}
	return "h<pre>" + html.EscapeString(p.text) + "</pre>", nil
}

// drawAll draws every position, the last control's moving fastest. A position that
// cannot be drawn shows why.
func (e *interaction) drawAll(draw func() any) error {
	for i := range e.total {
		rest := i
		for k := len(e.controls) - 1; k >= 0; k-- {
			e.controls[k].set(rest % e.controls[k].count())
			rest /= e.controls[k].count()
		}
		p, err := newPart(draw())
		if err != nil {
			p = part{text: oneLine(err)}
		}
		picture, err := e.picture(p)
		if err != nil {
			return err
		}
		n, ok := e.known[picture]
		if !ok {
			n = len(e.pictures)
			e.known[picture] = n
			e.pictures = append(e.pictures, picture)
		}
		e.at = append(e.at, n)
	}
	for _, c := range e.controls {
		c.set(c.start())
	}
	return nil
}

// end puts the picture with its controls in the place of the first.
func (e *interaction) end() error {
	page, err := e.html()
	if err != nil {
		return err
	}
	if err := send(e.id, map[protocol.MIMEType]any{protocol.MIMETextHTML: page, protocol.MIMETextPlain: e.text()}); err != nil {
		return err
	}
	return flush()
}

func (e *interaction) html() (string, error) {
	raw, err := json.Marshal(map[string]any{"pictures": e.pictures, "at": e.at, "alt": e.first.text})
	if err != nil {
		return "", fmt.Errorf("kernelext: %w", err)
	}
	var packed bytes.Buffer
	w, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	w.Write(raw) // a bytes.Buffer takes all
	w.Close()
	id := hash(string(raw))[:12]
	var b strings.Builder
	fmt.Fprintf(&b, "<div data-interact=\"%s\">\n<div class=\"controls\" style=\"display: none; flex-wrap: wrap; gap: 0.5em 2em; margin-bottom: 0.5em\">\n", id)
	for _, c := range e.controls {
		b.WriteString(c.html() + "\n")
	}
	fmt.Fprintf(&b, "</div>\n<div class=\"picture\">%s</div>\n</div>\n<script>(%s)(\"%s\", \"%s\")</script>\n",
		e.still, strings.TrimSpace(interactScript), id, base64.StdEncoding.EncodeToString(packed.Bytes()))
	return b.String(), nil
}
