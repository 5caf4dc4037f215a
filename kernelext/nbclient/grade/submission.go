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

// answerIn is the source of an exercise's answer in a submission. It may stand in any cell
// that the exercise's name, the master's id or its declaration makes one of its cells, since
// Jupyter copies metadata with a cell, leaves them to both parts of one that is split, and
// drops them where one is written anew. The last counts that declares what is asked for,
// then the last that holds anything but what was handed out: what a notebook declares last
// is what it then uses.
func (l *Lesson) answerIn(e *Exercise, nb *nbclient.Notebook) (source string, err error) {
	var found *nbclient.Cell
	best, turned, other := 0, false, ""
	for _, c := range nb.Cells {
		p := part(c)
		name, _ := p["exercise"].(string)
		named := p["role"] == "answer" && name == e.Name || p == nil && c.ID != "" && c.ID == e.id
		if c.Type != "code" {
			turned = turned || named
			continue
		}
		if c.ID == e.id && p != nil && name != e.Name && !l.holds(name) {
			other = fmt.Sprintf(": its cell is of an exercise %q, perhaps of an older copy of the lesson", name)
		}
		rank := 0 // 3: declares what is asked for; 2: holds something; 1: as it was handed out
		switch s := strings.TrimSpace(c.Source); {
		case s == "" || s == strings.TrimSpace(e.Starter):
			rank = 1
		case len(s) <= AnswerMax && e.declaredIn(s):
			rank = 3
		default:
			rank = 2
		}
		if (named || rank == 3 && (p == nil && !l.has(c) || p != nil && l.holds(name))) && rank >= best {
			found, best = c, rank
		}
	}
	switch {
	case turned && best < 2:
		return "", errors.New("missing: the cell with the answer is text, no code: turn it into code")
	case found == nil:
		return "", errors.New("missing: no cell with the answer" + other)
	case strings.TrimSpace(found.Source) == "":
		return "", errors.New("missing: the answer is empty")
	case len(found.Source) > AnswerMax:
		return "", fmt.Errorf("refused: the answer has %d KB; %d is the most", len(found.Source)>>10, AnswerMax>>10)
	case best == 1:
		return "", errors.New("not attempted: as it was handed out")
	}
	source = declarations(found.Source)
	if a, err := readAnswer(source); err == nil && best == 2 && len(e.own.declared) > 0 {
		what := "nothing"
		if len(a.declared) > 0 {
			what = a.declared[0].name
		}
		return "", fmt.Errorf("missing: the cell with the answer declares %s; it is to declare %s", what, e.own.declared[0].name)
	}
	return source, nil
}

// holds says whether the lesson has an exercise of that name.
func (l *Lesson) holds(name string) bool {
	return slices.ContainsFunc(l.Exercises, func(e *Exercise) bool { return e.Name == name })
}

// declaredIn says whether the source declares what both the cell that was handed out and
// the solution declare: the name that the check asks for.
func (e *Exercise) declaredIn(source string) bool {
	a, err := readAnswer(declarations(source))
	starter, bad := readAnswer(e.Starter)
	return err == nil && slices.ContainsFunc(a.declared, func(d declared) bool {
		return e.own.declares(d.name) && (bad != nil || starter.declares(d.name))
	})
}

// declarations is what a student's cell declares, without the program that tries it out
// or, in a cell that is merged with its check, the check.
func declarations(source string) string {
	lines := strings.Split(strings.ReplaceAll(source, "\r\n", "\n"), "\n")
	if i := slices.IndexFunc(lines, isMain); i >= 0 {
		lines = lines[:i]
	}
	return strings.Join(lines, "\n")
}

// student is what a student's cells of their own and answers so far have declared for
// themselves.
type student struct {
	declared []declared
	refused  map[string]string // names that cells of their own declare, which are not taken, and why
}

// helpers takes in what a student's cells declare for themselves, in cells of their own or in
// those of the lesson that they have changed: answers may use it. Names of the lesson and of
// its answers are not taken from there.
func (s *student) helpers(l *Lesson, nb *nbclient.Notebook) {
	s.refused = map[string]string{}
	known := map[string]bool{}
	var cells []answer
	for _, c := range nb.Cells {
		if c.Type != "code" || len(c.Source) > AnswerMax || part(c) == nil && l.has(c) {
			continue
		}
		a, err := readAnswer(declarations(c.Source))
		if err != nil {
			continue // an answer that needs it says what is missing
		}
		a.declared = slices.DeleteFunc(a.declared, func(d declared) bool { return l.names[d.name] || l.answers(d.name) })
		cells = append(cells, a)
		for _, d := range a.declared {
			known[d.name] = true
		}
	}
	for _, a := range cells {
		reason := l.refuse(&Exercise{}, a, known)
		if reason == "" {
			s.add(l, a)
			continue
		}
		for _, d := range a.declared {
			s.refused[d.name] = reason
		}
	}
}

// has reports whether a cell of a submission is one of the lesson's, as it was handed out.
func (l *Lesson) has(c *nbclient.Cell) bool {
	return slices.ContainsFunc(l.nb.Cells, func(m *nbclient.Cell) bool {
		return strings.TrimSpace(m.Source) == strings.TrimSpace(c.Source)
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
