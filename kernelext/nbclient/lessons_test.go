package nbclient

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"html"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"coexplore/internal/heavy"
)

// allLessons are the executed notebooks of the course, as they are committed.
func allLessons(t *testing.T) (list []*Notebook) {
	t.Helper()
	files, err := filepath.Glob("../../notebooks/*.ipynb")
	if err != nil || len(files) < 9 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		nb, err := Read(file)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, nb)
	}
	return list
}

// lessons are the first three, or all where heavy tests run.
func lessons(t *testing.T) []*Notebook {
	t.Helper()
	all := allLessons(t)
	return all[:heavy.Count(3, len(all))]
}

// The page of every lesson has less than 1 MB and loads nothing; on a telephone, 400
// pixels wide and with no script, nothing is wider than the window; in light and in
// dark all text has the contrast that WCAG asks for at level AA; every figure has a
// text in its place for those who do not see it.
func TestLessonPages(t *testing.T) {
	loads := regexp.MustCompile(`(?i)(?:<(?:link|iframe|object|embed|base)\b[^>]*>|\bsrc(?:set)?="(?:https?:)?//[^"]*"|url\(['"]?(?:https?:)?//[^)]*\)|@import[^;]*;|<(?:image|use)\b[^>]*href="https?:[^"]*")`)
	for _, nb := range lessons(t) {
		t.Run(filepath.Base(nb.Name), func(t *testing.T) {
			p, err := nb.Page()
			if err != nil {
				t.Fatal(err)
			}
			page := string(p.HTML)
			if len(page) > 1_000_000 {
				t.Errorf("%d bytes", len(page))
			}
			if found := loads.FindAllString(page, 3); found != nil {
				t.Errorf("it loads %q", found)
			}
			bare := regexp.MustCompile(`(?s)<script>.*?</script>`).ReplaceAllString(page, "")
			frame := `<!doctype html><html><body><iframe id="f" width="400" height="900" style="border: 0" srcdoc="` + html.EscapeString(bare) + `"></iframe></body></html>`
			got := measured(t, frame, `const w = document.getElementById("f").contentWindow, list = [];
				w.document.querySelectorAll("details").forEach(d => d.open = true);
				if (w.innerWidth != 400 || w.document.documentElement.scrollWidth > 400) list.push("wide: " + w.innerWidth + ", " + w.document.documentElement.scrollWidth);
				for (const s of w.document.querySelectorAll("main svg")) if (!s.closest("[aria-hidden]") && !(s.getAttribute("aria-label") || s.querySelector("title"))) list.push("a figure without a text");
				for (const s of w.document.querySelectorAll("main img")) if (!s.alt && !s.closest("figure")?.querySelector("figcaption")) list.push("an image without a text");
				for (const theme of ["light", "dark"]) {
					w.document.documentElement.dataset.theme = theme;
					list.push(((document, getComputedStyle) => {`+contrasts+`})(w.document, w.getComputedStyle.bind(w)));
				}
				return list.join("\n");`, "--window-size=800,1000")
			lines := strings.Split(got, "\n")
			if len(lines) != 2 {
				t.Fatalf("%s", got)
			}
			for i, paper := range []string{"rgb(255, 255, 255)", "rgb(20, 24, 29)"} {
				var n int
				if fmt.Sscan(lines[i], &n); n < 20 || !strings.HasSuffix(lines[i], "; "+paper+"; ") {
					t.Errorf("theme %d: %s", i, lines[i])
				}
			}
		})
	}
}

// Printed, every figure of a lesson is whole on one sheet, and no line of code is cut.
func TestLessonsPrinted(t *testing.T) {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("SKIPPED: there is no pdftotext: apt install poppler-utils")
	}
	blank := regexp.MustCompile(`\s+`)
	for _, nb := range lessons(t) {
		t.Run(filepath.Base(nb.Name), func(t *testing.T) {
			p, err := nb.Page()
			if err != nil {
				t.Fatal(err)
			}
			pdf := filepath.Join(t.TempDir(), "page.pdf")
			chromium(t, saved(t, string(p.HTML)), "--print-to-pdf="+pdf, "--no-pdf-header-footer")
			sheetsOf := func(order string) []string { // without blanks
				text, err := exec.Command("pdftotext", order, pdf, "-").Output()
				if err != nil {
					t.Fatal(err)
				}
				sheets := strings.Split(string(text), "\f")
				for i := range sheets {
					sheets[i] = blank.ReplaceAllString(sheets[i], "")
				}
				return sheets
			}
			sheets, all := sheetsOf("-raw"), strings.Join(sheetsOf("-layout"), "")
			figures := 0
			for _, svg := range drawingsOf(t, string(p.HTML)) {
				words := lettersOf(t, svg)
				if len(words) == 0 {
					continue
				}
				figures++
				if !slices.ContainsFunc(sheets, func(sheet string) bool {
					return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(sheet, blank.ReplaceAllString(w, "")) })
				}) {
					t.Errorf("no sheet has all letters of the figure with %q", words)
				}
			}
			for _, c := range nb.Cells {
				if c.Type != "code" {
					continue
				}
				for _, line := range strings.Split(c.Source, "\n") {
					if !strings.Contains(all, blank.ReplaceAllString(line, "")) {
						t.Errorf("it has no %q", line)
					}
				}
			}
			t.Logf("%d sheets, %d figures", len(sheets)-1, figures)
		})
	}
}

// drawingsOf are the drawings of a page: in it, or as the source of an image.
func drawingsOf(t *testing.T, page string) []string {
	t.Helper()
	list := regexp.MustCompile(`(?s)<svg\b.*?</svg>`).FindAllString(page, -1)
	for _, m := range regexp.MustCompile(`src="data:image/svg\+xml;base64,([^"]*)"`).FindAllStringSubmatch(page, -1) {
		raw, err := base64.StdEncoding.DecodeString(html.UnescapeString(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(raw))
	}
	return list
}

// lettersOf are the texts of a figure.
func lettersOf(t *testing.T, svg string) (words []string) {
	t.Helper()
	var drawing struct {
		Text []string `xml:"text"`
	}
	if err := xml.Unmarshal([]byte(svg), &drawing); err != nil {
		t.Fatalf("%v: %.200s", err, svg)
	}
	return drawing.Text
}
