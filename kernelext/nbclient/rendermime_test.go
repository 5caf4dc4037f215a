package nbclient

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"coexplore/internal/npmtest"
)

// seen is what JupyterLab's renderers make of an output.
type seen struct {
	Mime, Text string
	Pictures   []string // their texts
	Controls   int
}

// inLab renders outputs with JupyterLab's own renderers and its sanitiser.
func inLab(t *testing.T, trusted bool, outputs []map[string]any) []seen {
	t.Helper()
	script := npmtest.Bundle(t, filepath.Join("testdata", "rendermime"))
	in, err := json.Marshal(outputs) // it escapes <, > and &: the script does not end within it
	if err != nil {
		t.Fatal(err)
	}
	page := `<!doctype html><html><head><meta charset="utf-8"><script src="file://` + script + `"></script></head><body></body></html>`
	got := measured(t, page, fmt.Sprintf("return shown(%s, %v).then(JSON.stringify)", in, trusted), "--virtual-time-budget=60000", "--window-size=1200,900")
	var list []seen
	if err := json.Unmarshal([]byte(got), &list); err != nil || len(list) != len(outputs) {
		t.Fatalf("%d of %d outputs: %v: %.2000s", len(list), len(outputs), err, got)
	}
	return list
}

// JupyterLab shows every figure, every value of the tables and every hint of the lessons
// as they are committed, before a notebook is trusted and then. Controls come with the
// scripts of what is trusted.
func TestLessonsInLab(t *testing.T) {
	var outputs []map[string]any
	var names []string
	for _, nb := range allLessons(t) {
		for _, c := range nb.Cells {
			for i, o := range c.Outputs {
				if o.Type == "stream" {
					o.Data = map[string]any{"application/vnd.jupyter." + o.Stream: o.Text}
				}
				outputs = append(outputs, o.Data)
				names = append(names, fmt.Sprintf("%s, cell %s, output %d", nb.Name, c.ID, i+1))
			}
		}
	}
	for _, trusted := range []bool{false, true} {
		figures, tables, controls := 0, 0, 0
		for i, got := range inLab(t, trusted, outputs) {
			words, pictures := wanted(t, outputs[i])
			if !strings.Contains(squeezed(got.Text), words) {
				t.Errorf("%s, trusted %v: as %s it shows %.500q, without %.500q", names[i], trusted, got.Mime, squeezed(got.Text), words)
			}
			if !slices.Equal(got.Pictures, pictures) {
				t.Errorf("%s, trusted %v: as %s it shows the figures %q, want %q", names[i], trusted, got.Mime, got.Pictures, pictures)
			}
			figures += len(got.Pictures)
			controls += got.Controls
			if page, _ := outputs[i]["text/html"].(string); strings.Contains(page, "<table") {
				tables++
			}
		}
		t.Logf("trusted %v: %d outputs, %d figures, %d tables, %d controls", trusted, len(outputs), figures, tables, controls)
		if figures < 40 || tables < 15 || trusted != (controls > 0) {
			t.Errorf("trusted %v: %d figures, %d tables, %d controls", trusted, figures, tables, controls)
		}
	}
}

// What the test above would see of figures that are SVG alone, as they were once sent.
func TestSVGInLab(t *testing.T) {
	svg := map[string]any{"text/plain": "figure: box", "image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>`}
	for trusted, want := range map[bool]seen{false: {Mime: "text/plain"}, true: {Mime: "image/svg+xml"}} {
		got := inLab(t, trusted, []map[string]any{svg})[0]
		if got.Mime != want.Mime || (len(got.Pictures) > 0) != trusted {
			t.Errorf("trusted %v: %+v", trusted, got)
		}
	}
}

// wanted is what must be seen of an output: its words, without blanks, and the texts of its
// pictures.
func wanted(t *testing.T, data map[string]any) (words string, pictures []string) {
	t.Helper()
	page, ok := data["text/html"].(string)
	if !ok {
		forms := slices.Sorted(maps.Keys(data))
		if strings.HasPrefix(forms[0], "image/") {
			return "", []string{""}
		}
		return squeezed(fmt.Sprint(data[forms[len(forms)-1]])), nil
	}
	root, err := xhtml.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	var walk func(n *xhtml.Node)
	walk = func(n *xhtml.Node) {
		switch {
		case n.Type == xhtml.TextNode:
			text.WriteString(n.Data)
		case n.DataAtom == atom.Script || n.DataAtom == atom.Style || strings.HasPrefix(attr(n, "style"), "display: none"):
			return
		case n.DataAtom == atom.Img:
			pictures = append(pictures, attr(n, "alt"))
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return squeezed(text.String()), pictures
}

// squeezed is a text without blanks and without the terminal's colours.
func squeezed(s string) string {
	return strings.Join(strings.Fields(escapes.ReplaceAllString(s, "")), "")
}
