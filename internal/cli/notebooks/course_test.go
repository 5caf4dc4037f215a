package notebooks_test

import (
	"bytes"
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"coexplore/kernelext/nbclient"
	"coexplore/kernelext/nbclient/grade"
)

// courseFolder holds the lessons, seen from this package.
const courseFolder = "../../../notebooks"

// TestCourse measures the shape of every lesson: short cells, little prose, three
// exercises of which one is open, slides, outputs, and links that lead somewhere.
func TestCourse(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(courseFolder, "[0-9]*.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	lessons := 0
	for _, file := range files {
		nb, err := nbclient.Read(file)
		if err != nil {
			t.Error(err)
			continue
		}
		var problems []string
		if filepath.Base(file) != "00_glossary.ipynb" {
			lessons++
			problems = lessonShape(nb)
			if lessons > 1 && lessons < 9 && len(links(nb)) < 3 {
				problems = append(problems, "it does not link the lesson before, the one after and the glossary")
			}
		}
		for _, c := range nb.Cells {
			if c.Type == "markdown" {
				problems = append(problems, misread(c.Source)...)
			}
		}
		for _, link := range links(nb) {
			if _, err := os.Stat(filepath.Join(courseFolder, link)); err != nil {
				problems = append(problems, "it links "+link+", which is not there")
			}
		}
		for _, p := range problems {
			t.Errorf("%s: %s", filepath.Base(file), p)
		}
	}
	if lessons == 0 {
		t.Error("there are no lessons")
	}
}

// lessonShape lists what is wrong with a lesson's shape.
func lessonShape(nb *nbclient.Notebook) (problems []string) {
	problem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if len(nb.Cells) > 35 {
		problem("%d cells, at most 35", len(nb.Cells))
	}
	lesson := grade.NewLesson(nb)
	for _, p := range lesson.Problems {
		problem("%v", p)
	}
	if len(lesson.Exercises) != 3 {
		problem("%d exercises, want 3", len(lesson.Exercises))
	}
	for _, e := range lesson.Exercises {
		if strings.Contains(e.Check, "ex.Score(") || !strings.Contains(e.Solution, "func ") {
			continue // open, or figures that are asked for as they are
		}
		hardCoded := slices.ContainsFunc(e.Wrong, func(w grade.Wrong) bool { return w.Says == "the check alone" })
		if e.Grader == "" || !hardCoded {
			problem("exercise %s has no hidden values, or no answer that holds those of the check alone", e.Name)
		}
	}
	var lengths []int
	words, open, slides := 0, 0, 0
	for _, c := range nb.Cells {
		role := ""
		if m, ok := c.Metadata["coexplore"].(map[string]any); ok {
			role, _ = m["role"].(string)
		}
		show, _ := c.Metadata["slideshow"].(map[string]any)
		if show["slide_type"] == "slide" {
			slides++
		}
		switch c.Type {
		case "markdown":
			if role == "solution" {
				if !strings.Contains(c.Source, "<details>") {
					problem("the solution in %s is not folded", c.ID)
				}
			} else {
				words += len(strings.Fields(c.Source))
			}
		case "code":
			n := strings.Count(strings.TrimRight(c.Source, "\n"), "\n") + 1
			lengths = append(lengths, n)
			if n > 20 {
				problem("%d lines in %s, at most 20", n, c.ID)
			}
			for line := range strings.Lines(c.Source) {
				if columns := len([]rune(strings.ReplaceAll(strings.TrimRight(line, "\n"), "\t", "    "))); columns > 104 {
					problem("a line of %d columns in %s, at most 104, as wide as a page: %s", columns, c.ID, strings.TrimSpace(line))
				}
			}
			if role == "check" && strings.Contains(c.Source, "ex.Score(") {
				open++
			}
			if c.Count == 0 {
				problem("%s was not run", c.ID)
			}
			for _, o := range c.Outputs {
				if o.Type == "error" {
					problem("%s ended with an error: %s", c.ID, o.ErrorName)
				}
			}
		}
	}
	slices.Sort(lengths)
	if len(lengths) == 0 {
		problem("no code")
	} else if n := float64(lengths[(len(lengths)-1)/2]+lengths[len(lengths)/2]) / 2; n > 6 {
		problem("the median code cell has %g lines, at most 6", n)
	}
	if words < 450 || words > 1200 {
		problem("%d words of prose, want 450 to 1200", words)
	}
	if open != 1 {
		problem("%d open exercises, want 1", open)
	}
	if slides < 4 {
		problem("%d slides", slides)
	}
	return problems
}

// TestMisread tries what misread must find, and what it must not.
func TestMisread(t *testing.T) {
	for source, want := range map[string]int{
		"<details><summary>S</summary>\n\n```go\nvar x int\n```\n\n</details>":                                     2, // it begins and ends
		"<details><summary>S</summary>\n\n<pre><code>a &amp;&amp; b\n</code></pre>\n\n</details>\n\n```\nx\n```\n": 0,
		"<details>\n$x$\n</details>\n\n$x|y$":                                                                      1,
		"| $P(a|b)$ | $c$ |\n|--|--|\n|$a$|$b$|":                                                                   1,
		"| $\\|x\\|$ |\n|--|\n| $a \\mid b$ | $\\vert x$ |":                                                        1,
	} {
		if got := misread(source); len(got) != want {
			t.Errorf("%q: %q, want %d", source, got, want)
		}
	}
}

var formulaPattern = regexp.MustCompile(`\$[^\s$](?:[^$]*[^\s$])?\$`)

// misread lists what some renderer of notebooks reads otherwise than is meant: nbconvert
// takes no Markdown within <details>, Jupyter a dollar in <pre> for a formula, and
// nbconvert a bar in a formula for the end of a table's cell.
func misread(source string) (problems []string) {
	inside := 0
	for line := range strings.Lines(source) {
		line = strings.TrimSpace(line)
		inside += strings.Count(line, "<details")
		if inside > 0 && (strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~")) {
			problems = append(problems, "a fence in <details>: write <pre><code>")
		}
		if inside > 0 && strings.Contains(line, "$") {
			problems = append(problems, "a dollar in <details>: write &#36;: "+line)
		}
		inside -= strings.Count(line, "</details>")
		for _, f := range formulaPattern.FindAllString(line, -1) {
			if strings.HasPrefix(line, "|") && strings.Contains(f, "|") {
				problems = append(problems, `a bar in a formula in a table: write \vert, \Vert or \mid: `+line)
			}
		}
	}
	return problems
}

var linkPattern = regexp.MustCompile(`\]\(([^)#:]+\.ipynb)\)`)

// links are the notebooks that a notebook links, each once.
func links(nb *nbclient.Notebook) (names []string) {
	for _, c := range nb.Cells {
		if c.Type != "markdown" {
			continue
		}
		for _, m := range linkPattern.FindAllStringSubmatch(c.Source, -1) {
			if !slices.Contains(names, m[1]) {
				names = append(names, m[1])
			}
		}
	}
	return names
}

var updatePictures = flag.Bool("update-pictures", false, "write the README's pictures anew, from the lessons")

// TestReadmePictures holds the pictures that README shows to the lessons that made
// them: notebooks/LESSON.CELL.svg is the first picture that the cell shows.
func TestReadmePictures(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`"notebooks/([^".]+)\.([^".]+)\.svg"`).FindAllStringSubmatch(string(readme), -1)
	if len(found) != 4 {
		t.Errorf("README shows %d pictures of the lessons, want 4", len(found))
	}
	for _, m := range found {
		nb, err := nbclient.Read(filepath.Join(courseFolder, m[1]+".ipynb"))
		if err != nil {
			t.Error(err)
			continue
		}
		file := filepath.Join(courseFolder, m[1]+"."+m[2]+".svg")
		want := firstPicture(nb, m[2])
		if len(want) == 0 {
			t.Errorf("%s: cell %s shows no picture", m[1], m[2])
			continue
		}
		if *updatePictures {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Error(err)
			}
		}
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the lesson shows (%v): go test ./internal/cli/notebooks -run ReadmePictures -update-pictures", file, err)
		}
	}
}

var embeddedPattern = regexp.MustCompile(`src="data:image/svg\+xml;base64,([^"]+)"`)

// firstPicture is the first picture among a cell's outputs, as SVG; nil: there is none.
func firstPicture(nb *nbclient.Notebook, id string) []byte {
	for _, c := range nb.Cells {
		if c.ID != id {
			continue
		}
		for _, o := range c.Outputs {
			if s, ok := o.Data["image/svg+xml"].(string); ok {
				return []byte(s)
			}
			html, _ := o.Data["text/html"].(string)
			if m := embeddedPattern.FindStringSubmatch(html); m != nil {
				svg, err := base64.StdEncoding.DecodeString(m[1])
				if err == nil {
					return svg
				}
			}
		}
	}
	return nil
}
