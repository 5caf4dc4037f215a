#!/usr/bin/env bash
# nbconvert 6.5.3 (Debian 12: python3-nbconvert) makes no HTML of a notebook in which one
# output is SVG that begins with an XML declaration that names an encoding: its SVG cleaner
# gives lxml a string, which refuses the declaration. Without the declaration it works.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
got=$(/usr/bin/python3 - 2>&1 <<'PY'
import nbformat.v4 as v4
from nbconvert import HTMLExporter
svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
for begin in ['', '<?xml version="1.0" encoding="UTF-8"?>\n']:
    output = v4.new_output('display_data', {'image/svg+xml': begin + svg})
    try:
        page, _ = HTMLExporter().from_notebook_node(v4.new_notebook(cells=[v4.new_code_cell('', outputs=[output])]))
        print('drawn:', page.count('width="9"'))
    except Exception as e:
        print(type(e).__name__ + ':', e)
PY
)
echo "$got"
[ "$got" = "drawn: 1
ValueError: Unicode strings with encoding declaration are not supported. Please use bytes input or XML fragments without declaration." ] || { echo "no longer so"; exit 1; }
