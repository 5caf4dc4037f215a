package nbclient

import (
	_ "embed"
	"html/template"
	"strings"
)

var (
	//go:embed slides.css
	slidesStyle string
	//go:embed slides.js
	slidesScript string
	//go:embed slides.html
	slidesSource   string
	slidesTemplate = template.Must(template.New("slides").Parse(slidesSource))
)

// slide is one screen of a deck.
type slide struct {
	Body  template.HTML
	Notes template.HTML // for the speaker; empty for none
}

// Slides returns the notebook as a deck of slides, which needs nothing else either:
// arrow keys, space, and a swipe or a tap turn them, printing gives one a page, and
// without scripts they stand below each other.
//
// Cells are told apart by their metadata slideshow.slide_type, as Jupyter writes it:
// "slide" and "subslide" begin a slide, "fragment" appears with the next key,
// "notes" is for the speaker (key N), "skip" is left out, and any other cell goes on
// the slide before it. In a notebook without such metadata each heading of the first
// and second level begins a slide.
func (nb *Notebook) Slides() (*Page, error) {
	p := newPage(nb)
	marked := false
	for _, c := range nb.Cells {
		marked = marked || slideType(c) != ""
	}
	var slides []slide
	for _, c := range nb.Cells {
		kind := slideType(c)
		if !marked && c.Type == "markdown" && (strings.HasPrefix(c.Source, "# ") || strings.HasPrefix(c.Source, "## ")) {
			kind = "slide"
		}
		if kind == "skip" {
			continue
		}
		body := template.HTML(p.cell(c))
		if body == "" {
			continue
		}
		if kind == "slide" || kind == "subslide" || len(slides) == 0 {
			slides = append(slides, slide{})
		}
		last := &slides[len(slides)-1]
		switch kind {
		case "notes":
			last.Notes += body
		case "fragment":
			last.Body += `<div class="fragment">` + body + "</div>\n"
		default:
			last.Body += body
		}
	}
	return p.assemble(slidesTemplate, pageStyle+slidesStyle, slidesScript, map[string]any{"Slides": slides})
}

// slideType is what the cell is in a deck, or empty.
func slideType(c *Cell) string {
	show, _ := c.Metadata["slideshow"].(map[string]any)
	kind, _ := show["slide_type"].(string)
	if kind == "-" {
		return ""
	}
	return kind
}
