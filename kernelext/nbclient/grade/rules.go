package grade

import (
	"fmt"
	"go/ast"
	"go/types"
	"path"
	"regexp"
	"slices"
	"strings"
)

// pure are the packages of the standard library that every answer may use: they
// compute, and reach neither files nor processes, nor the memory of others.
var pure = strings.Fields(`bufio bytes cmp container/heap container/list container/ring context errors fmt
	encoding/binary encoding/csv encoding/hex encoding/json hash/crc32 hash/fnv image image/color io iter
	maps math math/big math/bits math/cmplx math/rand math/rand/v2 regexp slices sort strconv strings sync
	sync/atomic text/tabwriter time unicode unicode/utf8`)

// reserved are names of kernelext that an answer has no business with: with them it
// could mark itself, or put something in the place of what teaching cells keep.
var reserved = []string{"Exercise", "Checker", "MarkType", "MarkNonceVariable", "Keep", "Forget"}

// refuse says why an answer must not run, or "". known are names that answers above it
// have declared.
func (l *Lesson) refuse(e *Exercise, a answer, known map[string]bool) string {
	programs := 0
	for i, line := range strings.Split(a.source, "\n") {
		if isMain(line) {
			programs++
		}
		if command(line) && (!isMain(line) || programs > 1) || strings.HasPrefix(line, "//gonb:") {
			return fmt.Sprintf("line %d is a command to the kernel, which answers may not give: %s", i+1, line)
		}
	}
	for _, g := range a.file.Comments {
		for _, c := range g.List {
			if strings.HasPrefix(c.Text, "//go:") || strings.HasPrefix(c.Text, "//line") || strings.HasPrefix(c.Text, "/*line") {
				return "it holds a directive to the compiler, which answers may not give: " + c.Text
			}
		}
	}
	for _, d := range a.declared {
		switch {
		case e.own.declares(d.name):
		case l.names[d.name]:
			return fmt.Sprintf("it declares %s, which the lesson has declared: choose another name", d.name)
		case d.name == "_" || d.name == "init" || strings.HasPrefix(d.name, "init_"):
			return fmt.Sprintf("it declares %s, which answers may not", d.name)
		case types.Universe.Lookup(d.name) != nil || d.name == "os" || l.isPackage(d.name):
			return fmt.Sprintf("it declares %s, which is a name of Go's or of a package: choose another", d.name)
		}
	}
	for _, p := range a.imports {
		if !slices.Contains(pure, p) && !l.paths[p] {
			return fmt.Sprintf("it imports %s, which answers may not", p)
		}
	}
	return l.refuseUses(e, a, known)
}

// refuseUses looks at the names that the answer takes from elsewhere.
func (l *Lesson) refuseUses(e *Exercise, a answer, known map[string]bool) string {
	reason := ""
	fields := map[*ast.Ident]bool{}
	ast.Inspect(a.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			fields[n.Sel] = true
			x, ok := n.X.(*ast.Ident)
			if !ok || x.Obj != nil || reason != "" {
				return true
			}
			if x.Name == "kernelext" && slices.Contains(reserved, n.Sel.Name) && !e.own.mentions(n.Sel.Name) {
				reason = refusedName(n.Sel.Name)
			} else if !l.isPackage(x.Name) && !l.names[x.Name] && !known[x.Name] && !l.answers(x.Name) && !a.renames(x.Name) {
				reason = fmt.Sprintf("it uses %s, which is neither declared nor a package that answers may use", x.Name)
			}
		case *ast.Ident:
			if !fields[n] && n.Obj == nil && slices.Contains(reserved, n.Name) && !e.own.mentions(n.Name) && reason == "" {
				reason = refusedName(n.Name)
			}
		}
		return true
	})
	return reason
}

// refusedName says that an answer may not use a reserved name.
func refusedName(name string) string {
	if name == "Exercise" {
		return "it uses Exercise, which answers may not: a check in the same cell belongs in one of its own"
	}
	return fmt.Sprintf("it uses %s, which answers may not", name)
}

var version = regexp.MustCompile(`^v[0-9]+$`)

// isPackage says whether the name is that of a package which answers may use: those
// that only compute, and those that the lesson uses, be it without importing them, since
// the kernel then looks for them.
func (l *Lesson) isPackage(name string) bool {
	if name == "kernelext" || l.bases[name] && !l.names[name] && !l.answers(name) {
		return true
	}
	is := func(p string) bool {
		if version.MatchString(path.Base(p)) {
			p = path.Dir(p)
		}
		return path.Base(p) == name
	}
	if slices.ContainsFunc(pure, is) {
		return true
	}
	for p := range l.paths {
		if is(p) {
			return true
		}
	}
	return false
}

// answers says whether the name is declared by one of the lesson's solutions, and so
// perhaps by an answer above.
func (l *Lesson) answers(name string) bool {
	return slices.ContainsFunc(l.Exercises, func(e *Exercise) bool { return e.own.declares(name) })
}

// renames says whether the answer imports a package under the name.
func (a *answer) renames(name string) bool {
	return slices.ContainsFunc(a.file.Imports, func(s *ast.ImportSpec) bool { return s.Name != nil && s.Name.Name == name })
}

// mentions says whether the answer uses the name anywhere.
func (a *answer) mentions(name string) bool {
	found := false
	if a.file != nil {
		ast.Inspect(a.file, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			found = found || ok && id.Name == name
			return !found
		})
	}
	return found
}
