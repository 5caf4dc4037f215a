package nbclient

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is written in Markdown, and what must stand in the page for it.
func TestMarkdown(t *testing.T) {
	const dot = "iVBORw0KGgo="
	for _, c := range []struct {
		source string
		has    []string
	}{
		{"<details><summary>Solution</summary>\n\nIt is **2**, $\\tfrac12$.\n\n</details>", []string{"<details><summary>Solution</summary>", "<strong>2</strong>", "<mfrac>", "</details>"}},
		{"![dot](attachment:dot.png)", []string{`src="data:image/png;base64,` + dot + `"`, `alt="dot"`}},
		{"\\begin{equation}\na = b\n\\end{equation}\n\nafter", []string{"tml-eqn", "<mo>=</mo>", "<p>after</p>"}},
		{"so $a +\nb$ is", []string{"<mi>a</mi>", "<mi>b</mi>"}},
		{"[next](02_x.ipynb#part)", []string{`href="02_x.html#part"`}},
		{"| $P(a|b)$ | $\\|x\\|$ | `c` |\n|--|--|--|\n|$|y|$|$z$|\\$5|", []string{"<mi>a</mi><mi>|</mi><mi>b</mi>", "<mi>‖</mi>", "<mi>|</mi><mi>y</mi>", "<td>$5</td>"}},
		{"```\n$a|b$\n```\n\n- $\\{x|y\\}$", []string{"$a|b$", "<mi>y</mi>"}},
		{"- [x] done", []string{`type="checkbox"`, "done"}},
	} {
		page := pageOfCells(t, &Cell{Type: "markdown", Source: c.source, attachments: map[string]any{"dot.png": map[string]any{"image/png": dot}}})
		for _, want := range c.has {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %s", c.source, want)
			}
		}
	}
}

// TestPicturesInTags: pictures that tags of HTML name are in the page as those of Markdown
// are, with their sizes.
func TestPicturesInTags(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"beside.png", "beside it.png", "a.svg"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("picture"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for source, want := range map[string]string{
		`<img src="beside.png" width="80" alt="A">`:                                     `width="80" alt="A"`,
		`<img src="beside it.png" alt="A">`:                                             `alt="A"`,
		`<img src="beside%20it.png" alt="A">`:                                           `alt="A"`,
		`<IMG SRC='beside.png' WIDTH=80px alt=A>`:                                       `width="80px" alt="A"`,
		`Text <img src="./beside.png" width="50%" alt="A"/> text`:                       `width="50%" alt="A"`,
		`<figure><img src="beside.png" alt="A"><figcaption>words</figcaption></figure>`: `alt="A"/><figcaption>words</figcaption>`,
		"| a |\n|---|\n| <img src=\"a.svg\" style=\"width: 50%\" alt=\"A\"> |":          `style="width: 50%" alt="A"`,
		`<img src="attachment:in%20it.png" width="80" alt="A">`:                         `width="80" alt="A"`,
		`[![A](beside.png)](https://example.org)`:                                       `alt="A"`,
	} {
		p, err := (&Notebook{folder: folder, Cells: []*Cell{{Type: "markdown", Source: source,
			attachments: map[string]any{"in it.png": map[string]any{"image/png": "cGljdHVyZQ=="}}}}}).Page()
		if err != nil {
			t.Fatal(err)
		}
		page := string(p.HTML)
		if strings.Count(page, ";base64,cGljdHVyZQ==") != 1 || !strings.Contains(page, want) || len(p.Warnings) > 0 {
			t.Errorf("%s: not in the page with %s; warnings %q", source, want, p.Warnings)
		}
	}
	p, err := (&Notebook{folder: folder, Cells: []*Cell{{Type: "markdown", Source: "`<img src=\"beside.png\">` and <img src=\"../beside.png\" alt=\"B\">"}}}).Page()
	if err != nil || strings.Contains(string(p.HTML), "cGljdHVyZQ") || len(p.Warnings) != 1 {
		t.Errorf("code, or what is above the folder, is a picture: %v", err)
	}
}

func TestWarnings(t *testing.T) {
	p, err := (&Notebook{Cells: []*Cell{{Type: "markdown", Source: "$a + \\utilisation{x}$ and ![b](http://elsewhere/b.png)"}}}).Page()
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(p.Warnings, "\n")
	if len(p.Warnings) != 2 || !strings.Contains(all, `unknown macro \utilisation`) || !strings.Contains(all, "http://elsewhere/b.png") {
		t.Errorf("warnings %q", p.Warnings)
	}
	if page := string(p.HTML); !strings.Contains(page, `a + \utilisation{x}</code>`) || strings.Contains(page, "elsewhere") {
		t.Error("the formula's source is not shown, or the picture is")
	}
}

func TestScreen(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a < b\n", "a &lt; b\n"},
		{" 10 %\r 50 %\r100 %\ndone\n", "100 %\ndone\n"},
		{"long line\rshort\n", "shortline\n"}, // a terminal does not wipe
		{"long line\r\x1b[Kshort\n", "short\n"},
		{"a\r\nb\r\n", "a\nb\n"},
		{"ab\bc\n", "ac\n"},
		{"one\ntwo\n\x1b[2A\x1b[2Kdone\n", "done\ntwo\n"},
		{"\x1b[31mred\x1b[0m\n", `<span class="term-fg31">red</span>` + "\n"},
	} {
		if got := screen(c.text); got != c.want {
			t.Errorf("screen(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

// Figures keep what draws, and two in a page do not meet.
func TestCleanSVG(t *testing.T) {
	got, err := cleanSVG(`<svg xmlns="http://www.w3.org/2000/svg" width="9"><style>.a{fill:url(#g)} #r, text > .b:hover{fill:red} * {stroke:#fff} @import "x"; .a, body {x:y} body:not(.q) {x:y} :root, :is(html, main) {x:y} @media print{.a{fill:none}} .c{background:url(http://e/x);position:fixed;fill:#000}</style>
<defs><linearGradient id="g"><stop offset="0"/></linearGradient><clipPath id="k"><path d="M0 0"/></clipPath></defs>
<g clip-path="url(#k)"><use href="#r" class="a b"/><text id="r">x &amp; y</text></g><image href="data:image/svg+xml;base64,AA=="/></svg>`, "f1-", "alt")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`.f1-a{fill:url(#f1-g);}`, `#f1-r,text.f1-&gt;.f1-b:hover{`, `*.f1-{stroke:#fff;}`, `.f1-c{fill:#000;}`, `@media print{`, `.f1-a,body.f1-{`, `body.f1-:not(.f1-q){`, `.f1-:root,.f1-:is(html,main).f1-{`,
		`id="f1-g"`, `clip-path="url(#f1-k)"`, `href="#f1-r" class="f1-a f1-b f1-"`, "x &amp; y", "<linearGradient"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	for _, not := range []string{"import", "http://e", "position", "data:image/svg"} {
		if strings.Contains(got, not) {
			t.Errorf("%s in %s", not, got)
		}
	}
}
