package nbclient

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func typed(kind, source string) *Cell {
	return &Cell{Type: "markdown", Source: source, Metadata: map[string]any{"slideshow": map[string]any{"slide_type": kind}}}
}

func TestSlides(t *testing.T) {
	nb := &Notebook{Name: "a.ipynb", Cells: []*Cell{
		typed("slide", "# One"), typed("-", "goes on"), typed("fragment", "appears"), typed("notes", "to say"),
		typed("skip", "left out"), typed("subslide", "## Two"), {Type: "raw", Source: "raw"},
	}}
	p, err := nb.Slides()
	if err != nil {
		t.Fatal(err)
	}
	deck := strings.Split(string(p.HTML), "<article")[1:]
	if len(deck) != 2 || p.Title != "One" {
		t.Fatalf("%d slides of %q", len(deck), p.Title)
	}
	for i, want := range []string{`(?s)One.*goes on.*class="fragment".*appears.*class="notes".*to say`, `(?s)Two`} {
		if !regexp.MustCompile(want).MatchString(deck[i]) {
			t.Errorf("slide %d is %s", i, deck[i])
		}
	}
	if strings.Contains(string(p.HTML), "left out") || strings.Contains(deck[1], "notes") {
		t.Error("a skipped cell is shown, or the notes of another slide")
	}
	// Without metadata, headings of the first two levels begin slides.
	p, err = (&Notebook{Cells: []*Cell{{Type: "markdown", Source: "# A"}, {Type: "code", Source: "x"}, {Type: "markdown", Source: "### c"}, {Type: "markdown", Source: "## B"}}}).Slides()
	if err != nil || strings.Count(string(p.HTML), "<article") != 2 {
		t.Errorf("%v, %s", err, p.HTML)
	}
}

func TestWriteIndex(t *testing.T) {
	dir := t.TempDir()
	nb := sample()
	if err := nb.Write(filepath.Join(dir, "01_a.ipynb")); err != nil {
		t.Fatal(err)
	}
	if err := nb.Write(filepath.Join(dir, "02_no_page.ipynb")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "01_a.html"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	file, err := WriteIndex(dir)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	index := string(raw)
	if strings.Count(index, "<li>") != 1 || !strings.Contains(index, `<a href="01_a.html">Utilisation</a>`) || !strings.Contains(index, "A stage with latency") || !strings.Contains(index, "<svg") {
		t.Errorf("%s", index)
	}
}
