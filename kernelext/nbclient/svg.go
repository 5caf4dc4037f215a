package nbclient

import (
	"encoding/xml"
	"errors"
	"html"
	"io"
	"regexp"
	"strings"
)

var (
	urlReference = regexp.MustCompile(`url\(\s*(['"]?)#`)
	urlElsewhere = regexp.MustCompile(`(?i)url\(\s*['"]?[^#\s'"]`)
	escaped      = regexp.MustCompile(`\\.*\(`) // a function's name that hides from the eye
	rasterImage  = regexp.MustCompile(`^data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+$`)
	lengthOnly   = regexp.MustCompile(`^[\d.]+(pt|px|mm|cm|in|em|%)?$`)
)

// drawing are the elements that an SVG may have in a page, by their names in small
// letters: those that draw. Scripts, foreign objects, links and animations are not.
var drawing = map[string]bool{}

func init() {
	for _, n := range strings.Fields(`svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textpath title desc style image
		clippath mask marker pattern lineargradient radialgradient stop switch filter feblend fecolormatrix fecomponenttransfer fecomposite
		feconvolvematrix fediffuselighting fedisplacementmap fedropshadow feflood fefunca fefuncb fefuncg fefuncr fegaussianblur femerge
		femergenode femorphology feoffset fespecularlighting fetile feturbulence fedistantlight fepointlight fespotlight`) {
		drawing[n] = true
	}
}

// cleanSVG makes an SVG document fit to stand within a page: elements that draw and
// nothing else, no reference to elsewhere, every id with the prefix, so that the
// figures of a page do not meet, style sheets that reach only into it, and alt as
// its description.
func cleanSVG(source, prefix, alt string) (string, error) {
	d := xml.NewDecoder(strings.NewReader(source))
	d.Entity = xml.HTMLEntity
	styled := strings.Contains(source, "<style") && !onlyClasses(source)
	var b, style strings.Builder
	var open []xml.Name // elements that are open
	skip := 0           // depth of the element that is left out, or 0
	plainText := 0      // depth of the element that may hold text only, or 0
	for {
		t, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			open = append(open, t.Name)
			depth := len(open)
			name := strings.ToLower(t.Name.Local)
			if depth == 1 && (t.Name.Local != "svg" || b.Len() > 0) {
				return "", errors.New("not an SVG document")
			}
			if skip == 0 && (!drawing[name] || t.Name.Space != "" && t.Name.Space != "svg" || plainText > 0) {
				skip = depth
			}
			if skip > 0 {
				continue
			}
			if name == "title" || name == "desc" || name == "style" {
				plainText = depth
			}
			b.WriteString("<" + t.Name.Local)
			if depth == 1 {
				attribute(&b, "id", prefix+"svg")
				attribute(&b, "role", "img")
				if alt != "" {
					attribute(&b, "aria-label", alt)
				}
			}
			class := ""
			for _, a := range t.Attr {
				if strings.EqualFold(a.Name.Local, "class") {
					class = a.Value
				} else if v, ok := cleanAttribute(a, prefix, depth == 1); ok {
					attribute(&b, qualified(a.Name), v)
				}
			}
			if class = classes(class, prefix, styled); class != "" {
				attribute(&b, "class", class)
			}
			b.WriteString(">")
		case xml.EndElement:
			depth := len(open)
			if depth == 0 || open[depth-1] != t.Name {
				return "", errors.New("an element that does not end where it should")
			}
			if skip == 0 {
				if strings.ToLower(t.Name.Local) == "style" {
					b.WriteString(html.EscapeString(scopeCSS(style.String(), prefix)))
					style.Reset()
				}
				b.WriteString("</" + t.Name.Local + ">")
			}
			if depth == skip {
				skip = 0
			}
			if depth == plainText {
				plainText = 0
			}
			open = open[:depth-1]
		case xml.CharData:
			switch {
			case skip > 0 || len(open) == 0:
			case strings.ToLower(open[len(open)-1].Local) == "style":
				style.Write(t)
			default:
				b.WriteString(html.EscapeString(string(t)))
			}
		}
	}
	if b.Len() == 0 || len(open) > 0 {
		return "", errors.New("not a whole SVG document")
	}
	return b.String(), nil
}

// cleanAttribute returns the value that an attribute is to have, or false if
// it is to go.
func cleanAttribute(a xml.Attr, prefix string, root bool) (string, bool) {
	name := strings.ToLower(a.Name.Local)
	switch {
	case strings.HasPrefix(name, "on") || name == "src" || name == "base" || urlElsewhere.MatchString(a.Value) || escaped.MatchString(a.Value):
		return "", false
	case root && (name == "id" || name == "role" || name == "aria-label"):
		return "", false
	case root && (name == "width" || name == "height"):
		return a.Value, lengthOnly.MatchString(a.Value)
	case name == "id":
		return prefix + a.Value, true
	case name == "aria-labelledby" || name == "aria-describedby":
		return prefix + a.Value, !strings.Contains(a.Value, " ")
	case name == "href":
		if strings.HasPrefix(a.Value, "#") {
			return "#" + prefix + a.Value[1:], true
		}
		return a.Value, rasterImage.MatchString(a.Value)
	case name == "style":
		return cleanDeclarations(a.Value, prefix), true
	}
	return urlReference.ReplaceAllString(a.Value, "url($1#"+prefix), true
}

var sheets = regexp.MustCompile(`(?s)<style[^>]*>(.*?)</style>`)

// onlyClasses says whether a figure's style sheets surely select by class and id
// alone, as those of package figure do.
func onlyClasses(source string) bool {
	for _, m := range sheets.FindAllStringSubmatch(source, -1) {
		if strings.Contains(m[1], "@") || strings.Contains(m[1], "&") || strings.Contains(m[1], "<") {
			return false
		}
		for rule := range strings.SplitSeq(m[1], "}") {
			selectors, _, _ := strings.Cut(rule, "{")
			for s := range strings.FieldsFuncSeq(selectors, func(r rune) bool { return strings.ContainsRune(", \t\r\n>+~", r) }) {
				if s[0] != '.' && s[0] != '#' {
					return false
				}
			}
		}
	}
	return true
}

// classes are an element's classes with the prefix, and the prefix as one of them
// where the style sheet selects by other things than classes.
func classes(list, prefix string, styled bool) string {
	names := strings.Fields(list)
	for i := range names {
		names[i] = prefix + names[i]
	}
	if styled {
		names = append(names, prefix)
	}
	return strings.Join(names, " ")
}

func qualified(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

func attribute(b *strings.Builder, name, value string) {
	b.WriteString(" " + name + `="` + html.EscapeString(value) + `"`)
}
