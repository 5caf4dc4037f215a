#!/usr/bin/env bash
# nbconvert 6.5.3 (Debian 12: python3-nbconvert) reads no Markdown within <details>, also
# after a blank line, where JupyterLab does: a fence stays three backticks, its lines run
# together. <pre><code> is kept as it is. And it divides the rows of a table before it looks
# for formulas: "| $P(a|b)$ | x |" has three cells, and two in JupyterLab.
set -euo pipefail
got=$(/usr/bin/python3 - <<'PY'
import re
import nbformat.v4 as v4
from nbconvert import HTMLExporter
def shown(source):
    page, _ = HTMLExporter().from_notebook_node(v4.new_notebook(cells=[v4.new_markdown_cell(source)]))
    return page[page.index('<body'):]
page = shown('<details>\n\n```go\nvar a int\n```\n\n<pre><code>var b int\n\nvar c int\n</code></pre>\n\n</details>')
print('```go' in page, re.findall(r'(?s)<pre><code>(.*?)</code></pre>', page))
print(re.findall(r'<td>(.*?)</td>', shown('| a | b |\n|---|---|\n| $P(a|b)$ | x |\n| $P(a \\mid b)$ | x |')))
PY
)
echo "$got"
[ "$got" = "True ['var b int\\n\\nvar c int\\n']
['\$P(a', 'b)\$', 'x', '\$P(a \\\\mid b)\$', 'x']" ] || { echo "no longer so"; exit 1; }
