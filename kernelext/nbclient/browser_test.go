package nbclient

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// chromium opens the file in a browser without a window and returns what it prints.
func chromium(t *testing.T, file string, args ...string) string {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("NOT TESTED, because there is no chromium on PATH (apt install chromium)")
	}
	args = append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
		"--user-data-dir=" + t.TempDir()}, args...)
	cmd := exec.Command(program, append(args, "file://"+file)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.WaitDelay = 10 * time.Second // its children may hold the pipes for longer
	if err := cmd.Run(); err != nil && !errors.Is(err, exec.ErrWaitDelay) {
		t.Fatalf("chromium: %v\n%s", err, errs.String())
	}
	return out.String()
}

// measured opens the page with a script of the test's own in it, and returns what
// that returns, or promises if there is a --virtual-time-budget for it.
func measured(t *testing.T, page, script string, args ...string) string {
	t.Helper()
	page = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy"[^>]*>`).ReplaceAllString(page, "")
	page = strings.Replace(page, "</body>", "<script>addEventListener('load', async () => { const r = await (() => {"+script+
		"})(); const e = document.createElement('pre'); e.id = 'measured'; e.textContent = r; document.body.append(e); });</script></body>", 1)
	dom := chromium(t, saved(t, page), append([]string{"--dump-dom"}, args...)...)
	_, rest, ok := strings.Cut(dom, `<pre id="measured">`)
	text, _, _ := strings.Cut(rest, "</pre>")
	if !ok {
		t.Fatalf("nothing was measured: %.2000s", dom)
	}
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}

func saved(t *testing.T, page string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// hostile is HTML that wants to leave the page, to call the address, and to spoil
// the rest.
func hostile(address string) string {
	return strings.ReplaceAll(`<meta http-equiv="refresh" content="0; url=ADDRESS/meta"><base href="ADDRESS/">
<style>body { background: url(ADDRESS/style); display: none } main { color: red }</style><link rel="stylesheet" href="ADDRESS/link">
<script>location = "ADDRESS/script"</script><script src="ADDRESS/src"></script>
<iframe src="ADDRESS/iframe"></iframe><object data="ADDRESS/object"></object><embed src="ADDRESS/embed">
<form action="ADDRESS/form"><input name="a" autofocus onfocus="this.form.submit()"><button>go</button></form>
<img src="ADDRESS/img" onerror="fetch('ADDRESS/onerror')"><img src="x" srcset="ADDRESS/srcset 2x"><video src="ADDRESS/video" autoplay poster="ADDRESS/poster"></video>
<p style="position: fixed; inset: 0; background: url('ADDRESS/inline')">covers</p><a href="javascript:fetch('ADDRESS/js')" ping="ADDRESS/ping">link</a>
<svg><style>@import url(ADDRESS/import); * { fill: url(ADDRESS/fill#a) } body { display: none }</style><image href="ADDRESS/image"/><use href="ADDRESS/use#a"/>
<foreignObject><iframe src="ADDRESS/foreign"></iframe></foreignObject><a href="ADDRESS/a"><rect width="9" height="9" fill="url(ADDRESS/paint#a)" style="filter: url(ADDRESS/filter#a)"/></a>
<set attributeName="href" to="ADDRESS/set"/><script>fetch("ADDRESS/svgscript")</script></svg>
<math><mtext><table><mglyph><style><img src="ADDRESS/mxss"></style></mglyph></table></mtext></math>
</div></section></main></body></html><h1>after</h1>`, "ADDRESS", address)
}

// A browser that shows a page whose outputs are hostile calls nobody, and shows the
// rest of the page.
func TestPageStaysWhereItIs(t *testing.T) {
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		t.Errorf("the page called %s", r.URL)
	}))
	defer server.Close()
	bad := hostile(server.URL)
	page := pageOfCells(t,
		&Cell{Type: "markdown", Source: "# Title\n\n" + bad + "\n\n![a](" + server.URL + "/md)\n"},
		&Cell{Type: "code", Count: 1, Source: "x", Outputs: []Output{
			{Type: "display_data", Data: map[string]any{"text/html": bad}},
			{Type: "display_data", Data: map[string]any{"text/html": `<svg xmlns="http://www.w3.org/2000/svg"><g>` + bad + `</g></svg>`}},
			{Type: "display_data", Data: map[string]any{"image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg"><image href="` + server.URL + `/svg"/></svg>`}},
			{Type: "display_data", Data: map[string]any{"text/markdown": bad}},
			{Type: "stream", Stream: "stdout", Text: "\x1b]8;;" + server.URL + "\x07link\x1b]8;;\x07 \x1b]1338;url=" + server.URL + "/iterm;alt=x\x07\n"},
		}},
		&Cell{Type: "markdown", Source: "The last words."})
	for _, not := range []string{"<meta http-equiv=\"refresh", "<base", "<iframe", "<form", "<object", "<embed", "javascript:", "position: fixed", "onfocus", "srcset", "ping="} {
		if strings.Contains(page, not) {
			t.Errorf("the page has %s", not)
		}
	}
	if n := strings.Count(page, "</main>"); n != 1 {
		t.Errorf("main ends %d times", n)
	}
	dom := chromium(t, saved(t, page), "--dump-dom", "--virtual-time-budget=3000")
	// What the browser made of it: the last words are in main, which nothing closed.
	_, main, _ := strings.Cut(dom, "<main")
	main, _, _ = strings.Cut(main, "</main>")
	if !strings.Contains(main, "The last words.") || strings.Count(dom, "<main") != 1 {
		t.Errorf("the page is broken: %s", dom)
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("%d calls", n)
	}
}

// contrasts is a script that lists the texts with less contrast to what is behind
// them than WCAG 2.2 asks for at level AA: 4.5, or 3 where letters are large.
const contrasts = `
const parse = (c) => { const m = c.match(/[\d.]+/g).map(Number); return {rgb: m.slice(0, 3), a: m.length > 3 ? m[3] : 1}; };
const light = ([r, g, b]) => { const f = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
	return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
const bad = []; let texts = 0;
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let n; (n = walk.nextNode());) {
	const e = n.parentElement;
	if (!n.textContent.trim() || e.closest("svg, script, style, [hidden]")) continue;
	let back = null;
	for (let b = e; b; b = b.parentElement) { const c = parse(getComputedStyle(b).backgroundColor); if (c.a > 0) { back = c.rgb; break; } }
	const s = getComputedStyle(e), x = light(parse(s.color).rgb), y = light(back || [255, 255, 255]);
	const ratio = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05), size = parseFloat(s.fontSize);
	texts++;
	if (ratio < (size >= 24 || size >= 18.66 && s.fontWeight >= 700 ? 3 : 4.5)) bad.push(ratio.toFixed(2) + " " + e.tagName + "." + e.className + " " + n.textContent.trim().slice(0, 30));
}
return texts + " texts; " + getComputedStyle(document.body).backgroundColor + "; " + bad.join("; ");`

// colourful is a notebook with everything that a page gives a colour.
func colourful() []*Cell {
	var ansi strings.Builder
	for c := 30; c <= 36; c++ {
		fmt.Fprintf(&ansi, "\x1b[%dmcolour %d\x1b[0m \x1b[%dmbright\x1b[0m ", c, c, c+60)
	}
	return append(sample().Cells,
		&Cell{Type: "markdown", Source: "> quoted\n\n[link](#same) and `code`\n\n<details><summary>Solution</summary>\n\nIt is $x$, not $\\nonsense$.\n\n</details>\n\n```go\nfunc f() {}\n```\n"},
		&Cell{Type: "code", Count: 9, Source: "x", Outputs: []Output{
			{Type: "stream", Stream: "stdout", Text: ansi.String()}, {Type: "stream", Stream: "stderr", Text: ansi.String()},
			{Type: "error", Traceback: []string{ansi.String()}},
			{Type: "display_data", Data: map[string]any{"text/html": "<figure><table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr><tr><td>2</td></tr><tr><td>3</td></tr></tbody></table><figcaption>Table</figcaption></figure>"}},
			{Type: "display_data", Data: map[string]any{"text/html": "<script>x</script>"}},
		}})
}

func TestContrast(t *testing.T) {
	got := measured(t, pageOfCells(t, colourful()...), `document.querySelectorAll("details").forEach(d => d.open = true);
		return ["light", "dark"].map(theme => { document.documentElement.dataset.theme = theme; return (() => {`+contrasts+`})(); }).join("\n");`)
	themes := strings.Split(got, "\n")
	for i, paper := range []string{"rgb(255, 255, 255)", "rgb(20, 24, 29)"} {
		var n int
		if fmt.Sscan(themes[i], &n); n < 60 || !strings.HasSuffix(themes[i], "; "+paper+"; ") {
			t.Errorf("theme %d: %s", i, themes[i])
		}
	}
}

// In a dark system the page is dark. The switch goes to light and back. Tables sort
// by their headers. Nothing is wider than a narrow window.
func TestPageAtWork(t *testing.T) {
	cells := append(colourful(), long(), &Cell{Type: "code", Source: "x", Outputs: []Output{{Type: "display_data", Data: map[string]any{"text/html": `<table class="last"><thead><tr><th>name</th><th>frames/s</th></tr></thead>
		<tbody><tr><td>a</td><td>1,200</td></tr><tr><td>b</td><td>90.5</td></tr><tr><td>c</td><td>600</td></tr></tbody></table><script>sort()</script>`}}}})
	got := measured(t, pageOfCells(t, cells...), `
		const b = document.getElementById("theme"), paper = () => getComputedStyle(document.body).backgroundColor, list = [b.hidden, b.textContent, paper()];
		b.click(); list.push(b.textContent, paper()); b.click(); list.push(paper());
		const show = () => list.push(Array.from(document.querySelectorAll(".last td:first-child"), c => c.textContent).join("")), th = document.querySelectorAll(".last th button");
		show(); th[1].click(); show(); th[1].click(); show(); th[0].click(); show();
		document.querySelectorAll("details").forEach(d => d.open = true);
		list.push(document.documentElement.scrollWidth <= innerWidth && innerWidth <= 500);
		return list.join("|")`, "--window-size=500,900", "--blink-settings=preferredColorScheme=0")
	if want := "false|Light|rgb(20, 24, 29)|Dark|rgb(255, 255, 255)|rgb(20, 24, 29)|abc|bca|acb|abc|true"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// long is a cell with lines that are longer than any page is wide.
func long() *Cell {
	return &Cell{Type: "code", Count: 1, Source: "x := " + strings.Repeat("aLongName + ", 40) + "theEnd",
		Outputs: []Output{{Type: "stream", Stream: "stdout", Text: strings.Repeat("word ", 80) + "lastWord\n"}}}
}

// Without its script the page is whole, and on paper nothing of it is cut.
func TestPrintedWithoutScripts(t *testing.T) {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("NOT TESTED, because there is no pdftotext on PATH (apt install poppler-utils)")
	}
	page := regexp.MustCompile(`(?s)<script>.*?</script>`).ReplaceAllString(pageOfCells(t, append(colourful(), long())...), "")
	pdf := filepath.Join(t.TempDir(), "page.pdf")
	chromium(t, saved(t, page), "--print-to-pdf="+pdf, "--no-pdf-header-footer")
	text, err := exec.Command("pdftotext", "-layout", pdf, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"theEnd", "lastWord", "Utilisation", "Solution"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the printed page has no %s", want)
		}
	}
	if n := strings.Count(string(text), "aLongName"); n != 40 {
		t.Errorf("%d of 40 names are printed", n)
	}
}

// Keys turn slides and bring fragments; printed, each slide is a page, also one with
// far more on it than a page takes.
func TestDeck(t *testing.T) {
	tall := typed("slide", "## Tall\n\n"+strings.Repeat("- a line of a list\n", 30))
	deck := &Notebook{Name: "deck.ipynb", Cells: []*Cell{typed("slide", "# One"), typed("fragment", "appears"), tall, typed("slide", "## Three")}}
	p, err := deck.Slides()
	if err != nil {
		t.Fatal(err)
	}
	got := measured(t, string(p.HTML), `const list = [], key = (k) => document.body.dispatchEvent(new KeyboardEvent("keydown", {key: k, bubbles: true}));
		const note = () => list.push(document.getElementById("count").textContent + (document.querySelector(".now .later") ? " hidden" : ""));
		note(); for (const k of ["ArrowRight", "ArrowRight", " ", "ArrowRight", "ArrowLeft", "Home"]) { key(k); note(); } return list.join("|")`)
	if want := "1 / 3 hidden|1 / 3|2 / 3|3 / 3|3 / 3|2 / 3|1 / 3 hidden"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if _, err := exec.LookPath("pdfinfo"); err != nil {
		t.Skip("NOT TESTED, because there is no pdfinfo on PATH (apt install poppler-utils)")
	}
	pdf := filepath.Join(t.TempDir(), "deck.pdf")
	chromium(t, saved(t, string(p.HTML)), "--print-to-pdf="+pdf, "--no-pdf-header-footer")
	out, err := exec.Command("pdfinfo", pdf).Output()
	if err != nil || !regexp.MustCompile(`(?m)^Pages: +3$`).Match(out) {
		t.Errorf("%v: %s", err, out)
	}
}
