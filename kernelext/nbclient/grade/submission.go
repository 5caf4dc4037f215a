package grade

import (
	"errors"
	"fmt"
	"go/ast"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"coexplore/kernelext/nbclient"
)

// The largest submission and the longest answer that are looked at, in bytes. Notebooks
// with many figures have one or two million.
const (
	SubmissionMax = 32 << 20
	AnswerMax     = 64 << 10
)

// Submissions lists what lies in the folder and its folders under a name that ends
// with .ipynb, by name from there, be it a notebook or not. Hidden folders, such as
// Jupyter's .ipynb_checkpoints, are left out.
func Submissions(folder string) ([]string, error) {
	var list []string
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && path == folder:
			return err
		case path == folder:
			return nil
		case strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case filepath.Ext(path) != ".ipynb":
			return nil // err: a folder that cannot be read holds nothing to mark
		}
		name, err := filepath.Rel(folder, path)
		list = append(list, filepath.ToSlash(name))
		if err == nil && d.IsDir() {
			err = fs.SkipDir
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("grade: %w", err)
	}
	slices.Sort(list)
	return list, nil
}

// readSubmission reads what a student has handed in.
func readSubmission(file string) (*nbclient.Notebook, error) {
	info, err := os.Lstat(file)
	switch {
	case err != nil:
		return nil, errors.New("it cannot be read")
	case info.IsDir():
		return nil, errors.New("it is a folder")
	case !info.Mode().IsRegular():
		return nil, errors.New("it is a link or a device, no file")
	case info.Size() > SubmissionMax:
		return nil, fmt.Errorf("it has %d MB; %d is the most", info.Size()>>20, SubmissionMax>>20)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, errors.New("it cannot be read")
	}
	return nbclient.Parse(raw)
}

// answerIn is the source of an exercise's answer in a submission: of the cell that the
// metadata names, or else of the one with the master's id that names no other. Where several carry the name,
// since Jupyter copies metadata with a cell and leaves them to both parts of one that is
// split, the last counts that holds anything but what was handed out: what a notebook
// declares last is what it then uses, and an empty cell declares nothing.
func (e *Exercise) answerIn(nb *nbclient.Notebook) (source string, err error) {
	var found *nbclient.Cell
	untouched := func(c *nbclient.Cell) bool {
		s := strings.TrimSpace(c.Source)
		return s == "" || s == strings.TrimSpace(e.Starter)
	}
	turned := false
	for _, c := range nb.Cells {
		if p := part(c); p["exercise"] != e.Name || p["role"] != "answer" {
			continue
		} else if turned = turned || c.Type != "code"; c.Type == "code" && (found == nil || !untouched(c) || untouched(found)) {
			found = c
		}
	}
	other := ""
	for _, c := range nb.Cells {
		if found != nil || c.Type != "code" || c.ID != e.id {
			continue
		} else if p := part(c); p == nil {
			found = c
		} else if name, _ := p["exercise"].(string); name != e.Name {
			other = fmt.Sprintf(": its cell is of an exercise %q, perhaps of an older copy of the lesson", name)
		}
	}
	switch {
	case found == nil && turned:
		return "", errors.New("missing: the cell with the answer is text, no code: turn it into code")
	case found == nil:
		return "", errors.New("missing: no cell with the answer" + other)
	case strings.TrimSpace(found.Source) == "":
		return "", errors.New("missing: the answer is empty")
	case len(found.Source) > AnswerMax:
		return "", fmt.Errorf("refused: the answer has %d KB; %d is the most", len(found.Source)>>10, AnswerMax>>10)
	case strings.TrimSpace(found.Source) == strings.TrimSpace(e.Starter):
		return "", errors.New("not attempted: as it was handed out")
	}
	if a, err := readAnswer(found.Source); err == nil && len(a.declared) == 0 && len(e.own.declared) > 0 {
		return "", fmt.Errorf("missing: the cell with the answer declares nothing; it is to declare %s", e.own.declared[0].name)
	}
	return found.Source, nil
}

// student is what a student's cells of their own and answers so far have declared for
// themselves.
type student struct {
	declared []declared
	refused  map[string]string // names that cells of their own declare, which are not taken, and why
}

// helpers takes in the cells that a student has added: what they declare, answers may use.
func (s *student) helpers(l *Lesson, nb *nbclient.Notebook) {
	s.refused = map[string]string{}
	for _, c := range nb.Cells {
		if c.Type != "code" || part(c) != nil || len(c.Source) > AnswerMax || l.has(c) {
			continue
		}
		a, err := readAnswer(c.Source)
		if err != nil {
			continue // an answer that needs it says what is missing
		}
		if reason := l.refuse(&Exercise{}, a, nil); reason != "" {
			for _, d := range a.declared {
				s.refused[d.name] = reason
			}
			continue
		}
		s.add(l, a)
	}
}

// has reports whether a cell of a submission is one of the lesson's.
func (l *Lesson) has(c *nbclient.Cell) bool {
	return slices.ContainsFunc(l.nb.Cells, func(m *nbclient.Cell) bool {
		return m.ID != "" && m.ID == c.ID || strings.TrimSpace(m.Source) == strings.TrimSpace(c.Source)
	})
}

// needs is why a name that the answer uses is not to be had; empty: all are.
func (s *student) needs(a answer) (reason string) {
	ast.Inspect(a.file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Obj == nil && s.refused[id.Name] != "" && reason == "" && !a.declares(id.Name) {
			reason = fmt.Sprintf("it uses %s, of a cell of one's own that is not taken: %s", id.Name, s.refused[id.Name])
		}
		return true
	})
	return reason
}

// add notes what an answer declares beside the names that the lesson has.
func (s *student) add(l *Lesson, a answer) {
	for _, d := range a.declared {
		if l.names[d.name] || l.answers(d.name) {
			continue
		}
		s.declared = slices.DeleteFunc(s.declared, func(old declared) bool { return old.key == d.key })
		s.declared = append(s.declared, d)
	}
}

// used is what of these declarations an answer uses, directly or by way of others.
func (s *student) used(a answer) []declared {
	var list []declared
	texts := map[string]bool{} // a group of constants is one text
	nodes := []ast.Node{a.file}
	for len(nodes) > 0 {
		names := map[string]bool{}
		ast.Inspect(nodes[0], func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				names[id.Name] = true
			}
			return true
		})
		nodes = nodes[1:]
		for _, d := range s.declared {
			receiver, _, method := strings.Cut(d.name, ".")
			if (names[d.name] || method && names[receiver]) && !texts[d.text] && !a.declares(d.name) {
				texts[d.text] = true
				for _, same := range s.declared {
					if same.text == d.text {
						list = append(list, same)
					}
				}
				nodes = append(nodes, d.node)
			}
		}
	}
	return list
}
