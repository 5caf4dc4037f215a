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
// metadata names, or else of the one with the master's id. Where several carry the
// name, the one with the master's id counts, or else the last.
func (e *Exercise) answerIn(nb *nbclient.Notebook) (source string, err error) {
	var found *nbclient.Cell
	for _, c := range nb.Cells {
		p := part(c)
		if c.Type == "code" && p["exercise"] == e.Name && p["role"] == "answer" && (found == nil || found.ID != e.id) {
			found = c
		}
	}
	for _, c := range nb.Cells {
		if found == nil && c.Type == "code" && c.ID == e.id {
			found = c
		}
	}
	switch {
	case found == nil:
		return "", errors.New("missing: no cell with the answer")
	case strings.TrimSpace(found.Source) == "":
		return "", errors.New("missing: the answer is empty")
	case len(found.Source) > AnswerMax:
		return "", fmt.Errorf("refused: the answer has %d KB; %d is the most", len(found.Source)>>10, AnswerMax>>10)
	case strings.TrimSpace(found.Source) == strings.TrimSpace(e.Starter):
		return "", errors.New("not attempted: as it was handed out")
	}
	return found.Source, nil
}

// student is what a student's answers so far have declared for themselves.
type student struct{ declared []declared }

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
