package nbclient

import (
	_ "embed"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"coexplore/internal/atomicfile"
)

var (
	//go:embed index.html
	indexSource   string
	indexTemplate = template.Must(template.New("index").Parse(indexSource))
)

// lesson is an entry of the index.
type lesson struct {
	File, Slides, Title, Lead string
	Picture                   template.HTML
}

// shownPicture is a picture in what a page shows of an output.
var shownPicture = regexp.MustCompile(`(?s)(?:<span class="sheet">)?<svg\b.*</svg>(?:</span>)?|<img\b[^>]*\bsrc="data:image/[^>]*>`)

// WriteIndex writes index.html into a folder of executed notebooks: an entry for each
// that has a page beside it, in the order of their names, with its title, its first
// paragraph and its first figure. It returns the file's path.
func WriteIndex(folder string) (string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.ipynb"))
	if err != nil {
		return "", fmt.Errorf("nbclient: index of %s: %w", folder, err)
	}
	all := newPage(&Notebook{Name: "Lessons"})
	var lessons []lesson
	for _, f := range files {
		stem := strings.TrimSuffix(f, ".ipynb")
		if _, err := os.Stat(stem + ".html"); err != nil {
			continue
		}
		nb, err := Read(f)
		if err != nil {
			return "", err
		}
		l := lesson{File: filepath.Base(stem) + ".html", Title: filepath.Base(stem)}
		if _, err := os.Stat(stem + ".slides.html"); err == nil {
			l.Slides = filepath.Base(stem) + ".slides.html"
		}
		p := newPage(nb)
		for _, c := range nb.Cells {
			if c.Type == "markdown" {
				p.markdown(c.Source, c.attachments)
			}
			for _, o := range c.Outputs {
				if l.Picture == "" {
					l.Picture = template.HTML(shownPicture.FindString(all.display(o)))
				}
			}
		}
		if p.title != "" {
			l.Title = p.title
		}
		l.Lead = p.lead
		lessons = append(lessons, l)
	}
	page, err := all.assemble(indexTemplate, pageStyle, pageScript, map[string]any{"Lessons": lessons})
	if err != nil {
		return "", err
	}
	file := filepath.Join(folder, "index.html")
	return file, atomicfile.Write(file, page.HTML)
}
