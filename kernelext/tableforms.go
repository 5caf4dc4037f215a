package kernelext

import (
	"encoding/csv"
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// String is the table with its columns aligned.
func (t *Tabular) String() string {
	if t.err != nil {
		return t.err.Error()
	}
	width := make([]int, len(t.header))
	for _, row := range t.lines() {
		for c, s := range row {
			width[c] = max(width[c], utf8.RuneCountInString(s))
		}
	}
	rule := make([]string, len(width))
	for c, w := range width {
		rule[c] = strings.Repeat("-", w)
	}
	var b strings.Builder
	for i, row := range t.lines() {
		if i == 1 {
			b.WriteString(strings.Join(rule, "  ") + "\n")
		}
		var l strings.Builder
		for c, s := range row {
			pad := strings.Repeat(" ", width[c]-utf8.RuneCountInString(s))
			if t.right[c] {
				l.WriteString(pad + s + "  ")
			} else {
				l.WriteString(s + pad + "  ")
			}
		}
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	if len(t.rows) == 0 {
		b.WriteString(strings.Join(rule, "  ") + "\n")
	}
	return b.String()
}

// lines is the texts of header and rows.
func (t *Tabular) lines() [][]string {
	all := [][]string{t.header}
	for _, row := range t.rows {
		texts := make([]string, len(row))
		for c, f := range row {
			texts[c] = f.text
		}
		all = append(all, texts)
	}
	return all
}

// CSV is the table as comma-separated values (RFC 4180), numbers with all their
// figures, durations in seconds.
func (t *Tabular) CSV() string {
	if t.err != nil {
		return ""
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Write(t.header) // a strings.Builder takes all
	for _, row := range t.rows {
		full := make([]string, len(row))
		for c, f := range row {
			full[c] = f.full
		}
		w.Write(full)
	}
	w.Flush()
	return b.String()
}

// LaTeX is the table as a tabular with the rules of the package booktabs.
func (t *Tabular) LaTeX() string {
	if t.err != nil {
		return ""
	}
	var b strings.Builder
	b.WriteString("\\begin{tabular}{")
	for _, right := range t.right {
		b.WriteString(map[bool]string{true: "r", false: "l"}[right])
	}
	b.WriteString("}\n\\toprule\n")
	for i, row := range t.lines() {
		if i == 1 {
			b.WriteString("\\midrule\n")
		}
		escaped := make([]string, len(row))
		for c, s := range row {
			escaped[c] = latexEscapes.Replace(s)
		}
		b.WriteString(strings.Join(escaped, " & ") + " \\\\\n")
	}
	b.WriteString("\\bottomrule\n\\end{tabular}\n")
	return b.String()
}

var latexEscapes = strings.NewReplacer(
	`\`, `\textbackslash{}`, "&", `\&`, "%", `\%`, "$", `\$`, "#", `\#`, "_", `\_`, "{", `\{`, "}", `\}`,
	"~", `\textasciitilde{}`, "^", `\textasciicircum{}`, "\n", " ")

// Markdown is the table as GitHub's Markdown writes it.
func (t *Tabular) Markdown() string {
	if t.err != nil {
		return ""
	}
	var b strings.Builder
	for i, row := range t.lines() {
		escaped := make([]string, len(row))
		for c, s := range row {
			escaped[c] = markdownEscapes.Replace(s)
		}
		b.WriteString("| " + strings.Join(escaped, " | ") + " |\n")
		if i == 0 {
			for _, right := range t.right {
				b.WriteString(map[bool]string{true: "| --: ", false: "| :-- "}[right])
			}
			b.WriteString("|\n")
		}
	}
	return b.String()
}

var markdownEscapes = strings.NewReplacer("|", `\|`, "\n", " ", `\`, `\\`, "<", "&lt;", "&", "&amp;", "*", `\*`, "_", `\_`, "`", "\\`")

// HTML is the table for a page. Where scripts run, a click on a column's head
// sorts by it, and a second click the other way round; where not, it is a table.
func (t *Tabular) HTML() string {
	if t.err != nil {
		return html.EscapeString(t.err.Error())
	}
	var b strings.Builder
	align := func(c int) string { return map[bool]string{true: "right", false: "left"}[t.right[c]] }
	b.WriteString("<thead>\n<tr>")
	for c, s := range t.header {
		fmt.Fprintf(&b, "<th style=\"text-align: %s\">%s</th>", align(c), html.EscapeString(s))
	}
	b.WriteString("</tr>\n</thead>\n<tbody>\n")
	for _, row := range t.rows {
		b.WriteString("<tr>")
		for c, f := range row {
			value := ""
			if f.is {
				value = fmt.Sprintf(" data-value=\"%s\"", strconv.FormatFloat(f.number, 'g', -1, 64))
			}
			fmt.Fprintf(&b, "<td style=\"text-align: %s\"%s>%s</td>", align(c), value, html.EscapeString(f.text))
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n")
	id := hash(b.String())[:12]
	return fmt.Sprintf("<table data-table=\"%s\">\n%s</table>\n<script>%s(\"%s\")</script>\n", id, b.String(), sortScript, id)
}

// sortScript makes the tables of an id sortable. A table that is shown twice has
// the id twice.
const sortScript = `(function (id) {
  document.querySelectorAll('table[data-table="' + id + '"]').forEach(function (table) {
    if (table.dataset.sortable) return;
    table.dataset.sortable = "yes";
    var heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach(function (head, c) {
      var arrow = head.appendChild(document.createElement("span"));
      arrow.className = "arrow";
      function sort() {
        var up = head.getAttribute("aria-sort") != "ascending";
        heads.forEach(function (h) { h.removeAttribute("aria-sort"); h.querySelector(".arrow").textContent = ""; });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        arrow.textContent = up ? " ▲" : " ▼";
        var key = function (row) { return row.cells[c].dataset.value; };
        var rows = Array.from(table.tBodies[0].rows);
        rows.sort(function (a, b) {
          var x = key(a), y = key(b), d;
          if (x !== undefined && y !== undefined) d = x - y;
          else d = a.cells[c].textContent.localeCompare(b.cells[c].textContent, undefined, { numeric: true });
          return up ? d : -d;
        });
        rows.forEach(function (row) { table.tBodies[0].appendChild(row); });
      }
      head.style.cursor = "pointer";
      head.title = "sort by this column";
      head.tabIndex = 0;
      head.addEventListener("click", sort);
      head.addEventListener("keydown", function (e) { if (e.key == "Enter") { e.preventDefault(); sort(); } });
    });
  });
})`
