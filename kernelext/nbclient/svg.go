package nbclient

import (
	"encoding/xml"
	"errors"
	"html"
	"io"
	"regexp"
	"strings"
)

var urlReference = regexp.MustCompile(`url\((['"]?)#`)

// cleanSVG makes an SVG document fit to stand within a page: without prologue,
// scripts, event handlers and links to elsewhere, every id with the prefix, so
// that the figures of a page do not meet, and alt as its description.
func cleanSVG(source, prefix, alt string) (string, error) {
	d := xml.NewDecoder(strings.NewReader(source))
	var b strings.Builder
	var open []xml.Name // elements that are open
	skip := 0           // depth of the element that is left out, or 0
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
			if depth == 1 && t.Name.Local != "svg" {
				return "", errors.New("not an SVG document")
			}
			name := strings.ToLower(t.Name.Local)
			if skip == 0 && (name == "script" || name == "foreignobject") {
				skip = depth
			}
			if skip > 0 {
				continue
			}
			b.WriteString("<" + qualified(t.Name))
			if depth == 1 {
				attribute(&b, "role", "img")
				if alt != "" {
					attribute(&b, "aria-label", alt)
				}
			}
			for _, a := range t.Attr {
				if v, ok := cleanAttribute(a, prefix); ok {
					attribute(&b, qualified(a.Name), v)
				}
			}
			b.WriteString(">")
		case xml.EndElement:
			if skip == 0 {
				b.WriteString("</" + qualified(t.Name) + ">")
			}
			depth := len(open)
			if depth == 0 || open[depth-1] != t.Name {
				return "", errors.New("an element that does not end where it should")
			}
			if depth == skip {
				skip = 0
			}
			open = open[:depth-1]
		case xml.CharData:
			if skip == 0 && len(open) > 0 {
				b.WriteString(html.EscapeString(urlReference.ReplaceAllString(string(t), "url($1#"+prefix)))
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
func cleanAttribute(a xml.Attr, prefix string) (string, bool) {
	name := strings.ToLower(a.Name.Local)
	switch {
	case strings.HasPrefix(name, "on"):
		return "", false
	case name == "id":
		return prefix + a.Value, true
	case name == "href":
		if strings.HasPrefix(a.Value, "#") {
			return "#" + prefix + a.Value[1:], true
		}
		return a.Value, strings.HasPrefix(a.Value, "data:image/")
	}
	return urlReference.ReplaceAllString(a.Value, "url($1#"+prefix), true
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
