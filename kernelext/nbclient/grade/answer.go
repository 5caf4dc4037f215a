package grade

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// answer is the source of an answer cell, read.
type answer struct {
	source       string
	declarations string     // what stands before the line %%
	main         bool       // it also has a program, which runs by itself
	declared     []declared // at the top
	imports      []string   // paths
	file         *ast.File
}

// declared is a declaration at the top of an answer.
type declared struct {
	name string // identifier
	key  string // what the kernel calls it: "f", "T~method"
	text string // the declaration, as source
	node ast.Node
}

// readAnswer reads the source of a cell of Go: declarations, and then, after a line
// %%, statements. The error is the first complaint of the parser, with the line of
// the cell.
func readAnswer(source string) (answer, error) {
	a := answer{source: strings.ReplaceAll(source, "\r\n", "\n")}
	program := strings.Split(a.source, "\n")
	begin := -1
	for i, l := range program {
		switch {
		case isMain(l) && begin < 0:
			begin = i
			program[i] = "func main() {"
		case command(l):
			program[i] = ""
		}
	}
	a.declarations = a.source
	if begin >= 0 {
		lines := strings.Split(a.source, "\n")
		a.declarations = strings.Join(lines[:begin], "\n")
		a.main = strings.TrimSpace(strings.Join(lines[begin+1:], "")) != ""
		program = append(program, "}")
	}
	text := "package main;" + strings.Join(program, "\n") + "\n"
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", text, parser.ParseComments)
	if err != nil {
		var list scanner.ErrorList
		if l, ok := err.(scanner.ErrorList); ok && len(l) > 0 {
			list = l
			return a, fmt.Errorf("line %d: %s", list[0].Pos.Line, list[0].Msg)
		}
		return a, err
	}
	a.file = file
	cut := func(n ast.Node) string {
		return text[set.Position(n.Pos()).Offset:set.Position(n.End()).Offset]
	}
	for _, d := range file.Decls {
		a.declare(d, cut, begin >= 0)
	}
	return a, nil
}

// declare notes what a declaration declares.
func (a *answer) declare(d ast.Decl, cut func(ast.Node) string, program bool) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if name == "main" && d.Recv == nil {
			a.main = a.main || !program
			return
		}
		key := name
		if d.Recv != nil && len(d.Recv.List) > 0 {
			t := d.Recv.List[0].Type
			if star, ok := t.(*ast.StarExpr); ok {
				t = star.X
			}
			name = cut(t) + "." + name
			key = cut(t) + "~" + d.Name.Name
		}
		a.declared = append(a.declared, declared{name, key, cut(d), d})
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.ImportSpec:
				path, _ := strconv.Unquote(s.Path.Value)
				a.imports = append(a.imports, path)
			case *ast.TypeSpec:
				a.declared = append(a.declared, declared{s.Name.Name, s.Name.Name, cut(d), d})
			case *ast.ValueSpec:
				for _, n := range s.Names {
					a.declared = append(a.declared, declared{n.Name, n.Name, cut(d), d})
				}
			}
		}
	}
}

// declares says whether the answer declares the name.
func (a *answer) declares(name string) bool {
	return slices.ContainsFunc(a.declared, func(d declared) bool { return d.name == name })
}

// isMain says whether the line begins a cell's program.
func isMain(line string) bool {
	line = strings.TrimRight(line, " \t")
	return line == "%%" || line == "%main"
}

// command says whether the kernel takes the line as a command of its own.
func command(line string) bool {
	line = strings.TrimPrefix(line, "//gonb:")
	return strings.HasPrefix(line, "%") || strings.HasPrefix(line, "!")
}
