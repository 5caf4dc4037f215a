package kernelext

import (
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"

	"coexplore/kernelext/figure"
)

// Caption is what stands under figures, or over tables, that are shown: Show puts
// a number before it.
type Caption string

// Show displays figures, tables and values inline, side by side where there is
// room, and waits until the kernel has them. A builder's figure goes in directly,
// and a figure that could not be made is the error that is returned:
//
//	kernelext.Show(figure.Reward(result.Trials))
//	kernelext.Show(figure.Pareto(a), figure.Pareto(b), kernelext.Caption("Two pools of FPGAs."))
//
// A Caption gets the next number, "Figure 3. Two pools of FPGAs.", or "Table 2."
// where only tables are shown; the same caption gets the same number again, so that a
// cell can be run twice. A slice of structs is shown as Table does; any other
// value as fmt.Print prints it.
//
// An error is also printed in a notebook, since cells seldom look at one. Outside
// a notebook Show prints tables and values, and names figures.
func Show(items ...any) error {
	var parts []part
	var caption string
	var err error
	for _, item := range items {
		if c, ok := item.(Caption); ok {
			caption = string(c)
			continue
		}
		p, e := newPart(item)
		err = errors.Join(err, e)
		parts = append(parts, p)
	}
	if len(parts) == 0 {
		err = fmt.Errorf("kernelext: nothing to show")
	}
	if err == nil {
		err = display("", parts, caption)
	}
	if err == nil && gonbui.IsNotebook {
		err = flush()
	}
	return report(err)
}

// part is one of the things that are shown: a figure, a table or a text.
type part struct {
	figure *figure.Figure
	table  *Tabular
	text   string
}

func newPart(item any) (part, error) {
	switch v := item.(type) {
	case *figure.Figure:
		if v == nil {
			return part{}, fmt.Errorf("kernelext: no figure to show")
		}
		return part{figure: v, text: "figure: " + v.Name()}, v.Err()
	case *Tabular:
		if v == nil {
			return part{}, fmt.Errorf("kernelext: no table to show")
		}
		return part{table: v, text: v.String()}, v.err
	case error:
		return part{text: v.Error()}, nil
	}
	if rowsOf(reflect.ValueOf(item)) {
		return newPart(Tabulate(item))
	}
	return part{text: fmt.Sprint(item)}, nil
}

// display sends parts with their caption to the kernel, in place of the display
// of that id if it is not empty; outside a notebook it prints them.
func display(id string, parts []part, caption string) error {
	var texts []string
	tables := true
	for _, p := range parts {
		texts = append(texts, strings.TrimRight(p.text, "\n"))
		tables = tables && p.table != nil
	}
	if caption != "" {
		numbered, err := number(tables, caption)
		if err != nil {
			return err
		}
		caption = numbered
		if texts = append(texts, caption); tables {
			texts = append([]string{caption}, texts[:len(texts)-1]...)
		}
	}
	text := strings.Join(texts, "\n") + "\n"
	if !gonbui.IsNotebook {
		_, err := os.Stdout.WriteString(text)
		return err
	}
	if len(parts) == 1 && caption == "" && parts[0].figure == nil && parts[0].table == nil {
		return send(id, map[protocol.MIMEType]any{protocol.MIMETextPlain: parts[0].text})
	}
	page, err := partsHTML(parts, caption, tables)
	if err != nil {
		return err
	}
	return send(id, map[protocol.MIMEType]any{protocol.MIMETextHTML: page, protocol.MIMETextPlain: text})
}

// partsHTML is the parts side by side, with their caption.
func partsHTML(parts []part, caption string, above bool) (string, error) {
	var b strings.Builder
	place := fmt.Sprintf("<figcaption style=\"margin: 0.5em 0\">%s</figcaption>\n", html.EscapeString(caption))
	b.WriteString("<figure style=\"margin: 0\">\n")
	if caption != "" && above {
		b.WriteString(place)
	}
	b.WriteString("<div style=\"display: flex; flex-wrap: wrap; gap: 1em; align-items: flex-start\">\n")
	size := figure.Default
	if len(parts) > 1 {
		size = figure.Column
	}
	for _, p := range parts {
		switch {
		case p.figure != nil:
			img, err := figureImage(p.figure, size)
			if err != nil {
				return "", err
			}
			b.WriteString(img + "\n")
		case p.table != nil:
			fmt.Fprintf(&b, "<div style=\"min-width: 0; max-width: 100%%\">\n%s</div>\n", p.table.HTML())
		default:
			fmt.Fprintf(&b, "<pre style=\"min-width: 0; max-width: 100%%; overflow-x: auto\">%s</pre>\n", html.EscapeString(p.text))
		}
	}
	b.WriteString("</div>\n")
	if caption != "" && !above {
		b.WriteString(place)
	}
	b.WriteString("</figure>\n")
	return b.String(), nil
}

// svgSize is how a figure's SVG begins.
var svgSize = regexp.MustCompile(`<svg [^>]*width="([\d.]+)pt" height="([\d.]+)pt"`)

// figureImage is a figure as an image element: names in its SVG are apart from
// those of other figures on a page, and a notebook that is not trusted shows it, which
// JupyterLab does not do with SVG of its own. Its size stands in the element, so that
// what is below does not jump while a browser reads the next frame.
func figureImage(f *figure.Figure, size figure.Size) (string, error) {
	svg, err := figure.Encode(f, size, "svg")
	if err != nil {
		return "", err
	}
	m := svgSize.FindSubmatch(svg)
	if m == nil {
		return "", fmt.Errorf("kernelext: figure %s: its SVG has no size", f.Name())
	}
	width, _ := strconv.ParseFloat(string(m[1]), 64)
	height, _ := strconv.ParseFloat(string(m[2]), 64)
	const pixels = 96.0 / 72 // of CSS in a point
	return fmt.Sprintf("<img width=\"%.0f\" height=\"%.0f\" style=\"max-width: 100%%; height: auto\" alt=\"%s\" src=\"data:image/svg+xml;base64,%s\">",
		width*pixels, height*pixels, html.EscapeString(f.Name()), base64.StdEncoding.EncodeToString(svg)), nil
}
