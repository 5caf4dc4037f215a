package kernelext

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// codeOf tells apart the code that makes a value: the declaration that the
// function f stands in, which is the cell itself for a literal, with those that it
// uses of its file, where GoNB writes what all cells have declared; and what
// it is built with. Where its source is not there, it is the program as a whole.
func codeOf(f any) string {
	at := runtime.FuncForPC(reflect.ValueOf(f).Pointer())
	file, line := at.FileLine(at.Entry())
	parts := []string{at.Name(), moduleState()}
	if raw, err := os.ReadFile(file); err == nil {
		return hash(append(parts, declarations(string(raw), line)...)...)
	}
	program, _ := os.Executable()
	raw, _ := os.ReadFile(program)
	return hash(append(parts, string(raw))...)
}

// declarations is the declaration that stands in the line of a Go program, and all
// that it uses by their names, without comments and in one layout. A program that
// cannot be read is a declaration as a whole.
func declarations(program string, line int) []string {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, "", program, parser.SkipObjectResolution)
	if err != nil {
		return []string{program}
	}
	named := map[string][]ast.Decl{} // methods by their own name
	var todo []ast.Decl
	for _, d := range parsed.Decls {
		if set.Position(d.Pos()).Line <= line && line <= set.Position(d.End()).Line {
			todo = append(todo, d)
		}
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name != "main" {
			named[f.Name.Name] = append(named[f.Name.Name], d)
		}
		if g, ok := d.(*ast.GenDecl); ok && g.Tok != token.IMPORT {
			for _, spec := range g.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					named[spec.Name.Name] = append(named[spec.Name.Name], d)
				case *ast.ValueSpec:
					for _, n := range spec.Names {
						named[n.Name] = append(named[n.Name], d)
					}
				}
			}
		}
	}
	var texts []string
	seen := map[ast.Decl]bool{}
	for len(todo) > 0 {
		d := todo[0]
		if todo = todo[1:]; seen[d] {
			continue
		}
		seen[d] = true
		var b strings.Builder
		printer.Fprint(&b, token.NewFileSet(), d) // without positions: in one layout
		texts = append(texts, b.String())
		ast.Inspect(d, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				todo = append(todo, named[id.Name]...)
			}
			return true
		})
	}
	slices.Sort(texts)
	return texts
}

// moduleState is Go's version, and the names, sizes and times of this module's
// source files if they are there, as they are for a notebook: who edits the
// packages that a cell uses expects that it computes anew.
var moduleState = sync.OnceValue(func() string {
	_, here, _, _ := runtime.Caller(0)
	root := filepath.Dir(filepath.Dir(here))
	state := runtime.Version()
	filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be read was not compiled
		case d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "notebooks"):
			return fs.SkipDir
		case d.IsDir() || strings.HasSuffix(name, "_test.go") || !slices.Contains([]string{".go", ".s", ".mod"}, filepath.Ext(name)):
			return nil
		}
		if info, err := d.Info(); err == nil {
			state += fmt.Sprintln(name, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return state
})
