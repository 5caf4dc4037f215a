package nbclient

import (
	"io"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
)

// scopeCSS returns a figure's style sheet such that it reaches only that figure:
// classes and ids have the prefix, and what is selected by neither must have the
// class that is the prefix itself. (A rule that names the figure's root as ancestor
// would do, but for what stands within <use>.) Rules that fetch or move things out
// of the figure, and at-rules other than @media and @supports, are left out.
func scopeCSS(source, prefix string) string {
	p := css.NewParser(parse.NewInputString(source), false)
	var b strings.Builder
	var selectors []string
	skip, depth := 0, 0 // at-rules that are left out, that are open
	for {
		grammar, _, name := p.Next()
		switch grammar {
		case css.ErrorGrammar:
			if p.Err() == io.EOF || p.Err() != nil && !p.HasParseError() {
				for ; depth > 0; depth-- {
					b.WriteString("}")
				}
				return b.String()
			}
		case css.BeginAtRuleGrammar:
			if at := strings.ToLower(string(name)); skip > 0 || at != "@media" && at != "@supports" {
				skip++
				continue
			}
			depth++
			b.WriteString(string(name) + " " + strings.TrimSpace(join(p.Values(), prefix)) + "{")
		case css.EndAtRuleGrammar:
			if skip > 0 {
				skip--
				continue
			}
			depth--
			b.WriteString("}\n")
		case css.QualifiedRuleGrammar, css.BeginRulesetGrammar:
			selectors = append(selectors, selector(p.Values(), prefix))
			if grammar == css.BeginRulesetGrammar {
				if skip == 0 {
					b.WriteString(strings.Join(selectors, ",") + "{")
				}
				selectors = nil
			}
		case css.DeclarationGrammar:
			if value := join(p.Values(), prefix); skip == 0 && harmless(string(name), value) {
				b.WriteString(string(name) + ":" + value + ";")
			}
		case css.EndRulesetGrammar:
			if skip == 0 {
				b.WriteString("}\n")
			}
		}
	}
}

// cleanDeclarations is scopeCSS for a style attribute.
func cleanDeclarations(source, prefix string) string {
	p := css.NewParser(parse.NewInputString(source), true)
	var b strings.Builder
	for {
		grammar, _, name := p.Next()
		switch grammar {
		case css.ErrorGrammar:
			if p.Err() == io.EOF || p.Err() != nil && !p.HasParseError() {
				return strings.TrimSuffix(b.String(), ";")
			}
		case css.DeclarationGrammar:
			if value := join(p.Values(), prefix); harmless(string(name), value) {
				b.WriteString(string(name) + ":" + value + ";")
			}
		}
	}
}

// harmless says whether a declaration stays where it is and fetches nothing.
func harmless(name, value string) bool {
	switch strings.ToLower(name) {
	case "position", "inset", "top", "left", "right", "bottom", "z-index", "margin", "behavior", "-moz-binding", "src":
		return false
	}
	return !urlElsewhere.MatchString(value) && !strings.ContainsAny(value, "<\\") && !strings.Contains(strings.ToLower(value), "image-set(")
}

// join puts the tokens of a value together again; what it refers to by id has the
// prefix.
func join(tokens []css.Token, prefix string) string {
	var b strings.Builder
	for _, t := range tokens {
		b.Write(t.Data)
	}
	return urlReference.ReplaceAllString(b.String(), "url($1#"+prefix)
}

// selector puts the tokens of a selector together again, such that each of its parts
// is of the figure.
func selector(tokens []css.Token, prefix string) string {
	var b, part strings.Builder
	own := false // the part has a class or an id
	pseudo := -1 // where its pseudo-classes begin
	flush := func() {
		s := part.String()
		if s != "" && !own {
			if pseudo < 0 {
				pseudo = len(s)
			}
			s = s[:pseudo] + "." + prefix + s[pseudo:]
		}
		b.WriteString(s)
		part.Reset()
		own, pseudo = false, -1
	}
	for i, t := range tokens {
		switch {
		case t.TokenType == css.HashToken:
			part.WriteString("#" + prefix + string(t.Data[1:]))
			own = own || pseudo < 0
		case t.TokenType == css.IdentToken && i > 0 && string(tokens[i-1].Data) == ".":
			part.WriteString(prefix + string(t.Data))
			own = own || pseudo < 0 // one within :not() says nothing of where this is
		case strings.Trim(string(t.Data), " \t\n,>+~") == "":
			flush()
			b.Write(t.Data)
		default:
			if t.TokenType == css.ColonToken && pseudo < 0 {
				pseudo = part.Len()
			}
			part.Write(t.Data)
		}
	}
	flush()
	return strings.TrimSpace(b.String())
}
