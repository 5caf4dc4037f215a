package nbclient

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sample is a notebook with every kind of cell and output.
func sample() *Notebook {
	return &Notebook{Name: "sample.ipynb", Cells: []*Cell{
		{Type: "markdown", Source: "# Utilisation\n\nA stage with latency $\\mathrm{Lat}_i$ has the utilisation $U_i = \\mathrm{Lat}_i \\cdot TS$, at $5 and $6 a piece.\n\n$$\nR = \\beta A + (1 - \\beta) U\n$$\n\n| stage | FPGA |\n|---|---|\n| 1 | `XC7Z015` |\n"},
		{Type: "markdown", Source: "## Same\n\ninline $$\\frac{N}{T_n}$$ display\n\n## Same\n\n<script>alert(1)</script>\n"},
		{Type: "code", Count: 3, Source: "%noautoget\nimport \"fmt\"\n%%\n// greet\nfor i := 0; i < 2; i++ {\n\tfmt.Println(\"a < b\", `raw`, 'c', 0x1f)\n}", Outputs: []Output{
			{Type: "stream", Stream: "stdout", Text: "a < b\n"},
			{Type: "stream", Stream: "stderr", Text: "\x1b[7mwarned\x1b[0m\n"},
			{Type: "display_data", Data: map[string]any{"text/plain": "a box", "image/svg+xml": `<?xml version="1.0"?>
<!-- note --><svg width="40pt" height="20pt" viewBox="0 0 40 20" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="bad()">
<defs><clipPath id="c"><rect width="30" height="20"/></clipPath></defs><script>bad()</script>
<rect id="r" width="40" height="20" clip-path="url(#c)" fill="#0072b2"/><use xlink:href="#r"/><use xlink:href="http://elsewhere/x"/></svg>`}},
			{Type: "display_data", Data: map[string]any{"text/html": "<table><tbody><tr><th>x</th></tr></tbody></table>", "text/plain": "x"}},
			{Type: "error", ErrorName: "ERROR", ErrorValue: "exit status 2", Traceback: []string{"\x1b[31mexit status 2\x1b[0m"}},
		}},
	}}
}

func TestPage(t *testing.T) {
	page := pageOfCells(t, sample().Cells...)
	for _, want := range []string{
		"<title>Utilisation</title>",
		"<msub>", "<mfrac>", // formulas are MathML
		"at $5 and $6 a piece", // prices are not
		"<td>1</td>",
		`id="same"`, `id="same-1"`, // headings of different cells do not meet
		`<span class="m">%noautoget`, `<span class="k">for</span>`, `<span class="s">&#34;a &lt; b&#34;</span>`, `<span class="n">0x1f</span>`, `<span class="c">// greet</span>`,
		"a &lt; b\n", "warned",
		`aria-label="a box"`, `id="f1-svg"`, `id="f1-c"`, `url(#f1-c)`, `xlink:href="#f1-r"`,
		"<table><tbody><tr><th>x</th></tr></tbody></table>",
		"exit status 2",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	for _, not := range []string{"bad()", "onload", "elsewhere", "\x1b", "<?xml", "src=\"http", "alert(1)"} {
		if strings.Contains(page, not) {
			t.Errorf("the page has %q", not)
		}
	}
}

// pageOfCells is the page of a notebook with the cells.
func pageOfCells(t *testing.T, cells ...*Cell) string {
	t.Helper()
	p, err := (&Notebook{Name: "sample.ipynb", Cells: cells}).Page()
	if err != nil {
		t.Fatal(err)
	}
	return string(p.HTML)
}

func TestHighlightKeepsTheText(t *testing.T) {
	for _, source := range []string{
		"", "x", "\n\n", "%%\nx := 1 % 2\n!ls -l | wc\n", "s := `a\r\nb` // end", "\"open\nnext", "'", "/* open", "a \x00 b",
	} {
		if got := unmark(highlight(source)); got != source {
			t.Errorf("highlight(%q) shows %q", source, got)
		}
	}
}

// unmark undoes highlight.
func unmark(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		if strings.HasPrefix(s, "<") {
			s = s[strings.Index(s, ">")+1:]
			continue
		}
		b.WriteByte(s[0])
		s = s[1:]
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&amp;", "&").Replace(b.String())
}

func FuzzHighlight(f *testing.F) {
	f.Add("func f() { return `x` }")
	f.Fuzz(func(t *testing.T, source string) {
		if strings.ContainsAny(source, "\x00\ufffd") {
			t.Skip("html.EscapeString replaces these")
		}
		if got := unmark(highlight(source)); got != source {
			t.Errorf("highlight(%q) shows %q", source, got)
		}
	})
}

func TestBrokenSVG(t *testing.T) {
	for _, s := range []string{"", "text", "<p/>", "<svg><g></svg", "<svg>", "<svg><g></svg></svg>"} {
		if got, err := cleanSVG(s, "p-", ""); err == nil {
			t.Errorf("cleanSVG(%q) = %q without an error", s, got)
		}
	}
}

func FuzzCleanSVG(f *testing.F) {
	f.Add(`<svg><g id="a" onclick="x"/></svg>`)
	f.Fuzz(func(t *testing.T, source string) {
		clean, err := cleanSVG(source, "p-", "")
		if err != nil {
			return
		}
		if _, err := cleanSVG(clean, "", ""); err != nil {
			t.Errorf("cleaned %q to %q, which is broken: %v", source, clean, err)
		}
	})
}

func TestWritePage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.html")
	page, err := sample().Page()
	if err != nil {
		t.Fatal(err)
	}
	if err := page.Write(file); err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(file); err != nil || len(raw) == 0 {
		t.Fatal(len(raw), err)
	}
}
