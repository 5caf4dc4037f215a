package kernelext

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// source is a package's source: all its declarations by name, and the file that
// a function was found in.
type source struct {
	set   *token.FileSet
	text  map[*token.File][]byte
	main  *ast.File
	names map[string][]ast.Node // methods under their own name
}

// readSource reads the file and those of its package beside it.
func readSource(file string) (*source, error) {
	s := &source{set: token.NewFileSet(), text: map[*token.File][]byte{}, names: map[string][]ast.Node{}}
	main, err := s.add(file)
	if err != nil {
		return nil, err
	}
	s.main = main
	beside, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*.go"))
	for _, b := range beside {
		if b != file {
			s.add(b) // one that cannot be read is not part of the program
		}
	}
	return s, nil
}

func (s *source) add(name string) (*ast.File, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	f, err := parser.ParseFile(s.set, name, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	if s.main != nil && f.Name.Name != s.main.Name.Name {
		return f, nil
	}
	s.text[s.set.File(f.FileStart)] = text
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv != nil || d.Name.Name != "main" && d.Name.Name != "init" {
				s.names[d.Name.Name] = append(s.names[d.Name.Name], d)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					s.names[spec.Name.Name] = append(s.names[spec.Name.Name], spec)
				case *ast.ValueSpec:
					for _, n := range spec.Names {
						s.names[n.Name] = append(s.names[n.Name], d) // the whole group: constants count on
					}
				}
			}
		}
	}
	return f, nil
}

// textOf is the source of the functions that begin in the line of the main file,
// and of all that they use, without comments and layout.
func (s *source) textOf(line int) string {
	var found []ast.Node
	var within *ast.FuncDecl
	for _, d := range s.main.Decls {
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if s.set.Position(n.Pos()).Line == line {
					found = append(found, n)
				}
			case *ast.FuncLit:
				if s.set.Position(n.Pos()).Line == line {
					found = append(found, n)
					within, _ = d.(*ast.FuncDecl)
					return false
				}
			}
			return true
		})
	}
	if len(found) == 0 {
		return ""
	}
	var texts []string
	used := map[string]bool{}
	for _, n := range found {
		texts = append(texts, s.tokens(n))
		maps.Copy(used, names(n))
	}
	if within != nil {
		texts = append(texts, s.captured(within, found, used)...)
	}
	return strings.Join(append(texts, s.declared(used)...), "\n")
}

// captured is the statements of a function that set variables which function
// literals in it use. It adds to used what those statements use.
func (s *source) captured(within *ast.FuncDecl, literals []ast.Node, used map[string]bool) []string {
	own := map[string]bool{}
	for _, l := range literals {
		maps.Copy(own, defined(l))
	}
	var texts []string
	taken := map[ast.Node]bool{}
	for again := true; again; {
		again = false
		ast.Inspect(within.Body, func(n ast.Node) bool {
			if n == nil || slices.Contains(literals, n) {
				return false
			}
			if taken[n] || slices.ContainsFunc(literals, func(l ast.Node) bool { return n.Pos() <= l.Pos() && l.End() <= n.End() }) {
				return !taken[n]
			}
			for name := range defined(n) {
				if _, block := n.(*ast.BlockStmt); !block && used[name] && !own[name] {
					taken[n], again = true, true
					texts = append(texts, s.tokens(n))
					maps.Copy(used, names(n))
					return false
				}
			}
			return true
		})
	}
	slices.Sort(texts)
	return texts
}

// declared is the declarations that the names stand for, and those that these
// use, in the order of their names.
func (s *source) declared(used map[string]bool) []string {
	nodes := map[ast.Node]bool{}
	for again := true; again; {
		again = false
		for name := range maps.Clone(used) {
			for _, n := range s.names[name] {
				if !nodes[n] {
					nodes[n], again = true, true
					maps.Copy(used, names(n))
				}
			}
		}
	}
	var texts []string
	for n := range nodes {
		texts = append(texts, s.tokens(n))
	}
	slices.Sort(texts)
	return texts
}

// names is all identifiers in a node.
func names(n ast.Node) map[string]bool {
	list := map[string]bool{}
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			list[id.Name] = true
		}
		return true
	})
	return list
}

// defined is the variables that a statement, or a function literal all through,
// declares or sets.
func defined(n ast.Node) map[string]bool {
	list := map[string]bool{}
	add := func(e ast.Expr) {
		for e != nil {
			switch x := e.(type) {
			case *ast.Ident:
				list[x.Name], e = true, nil
			case *ast.SelectorExpr:
				e = x.X
			case *ast.IndexExpr:
				e = x.X
			case *ast.StarExpr:
				e = x.X
			default:
				e = nil
			}
		}
	}
	literal, deep := n.(*ast.FuncLit)
	one := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			// What a literal sets without declaring it is not its own.
			if !deep || n.Tok == token.DEFINE {
				for _, l := range n.Lhs {
					add(l)
				}
			}
		case *ast.RangeStmt:
			add(n.Key)
			add(n.Value)
		case *ast.IncDecStmt:
			if !deep {
				add(n.X)
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				add(name)
			}
		case *ast.Field:
			for _, name := range n.Names {
				add(name)
			}
		}
		return deep
	}
	if deep {
		ast.Inspect(literal, one)
	} else if d, ok := n.(*ast.DeclStmt); ok {
		ast.Inspect(d, func(n ast.Node) bool { one(n); return true })
	} else {
		one(n)
	}
	return list
}

// tokens is a node's source without comments and layout.
func (s *source) tokens(n ast.Node) string {
	f := s.set.File(n.Pos())
	text := s.text[f][f.Offset(n.Pos()):f.Offset(n.End())]
	var b strings.Builder
	var scan scanner.Scanner
	scan.Init(token.NewFileSet().AddFile("", -1, len(text)), text, nil, 0)
	for {
		_, tok, lit := scan.Scan()
		if tok == token.EOF {
			return b.String()
		}
		if lit == "" {
			lit = tok.String()
		}
		b.WriteString(strings.TrimSpace(lit) + " ")
	}
}
