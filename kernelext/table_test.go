package kernelext

import (
	"strings"
	"testing"
)

func TestTableText(t *testing.T) {
	tab, err := newTable([]string{"FPGA", "DSP", "share"}, [][]any{
		{"XC7Z015", 160, 0.123456}, {"ZU3EG-é", 360, "12.5 %"}, {nil, nil, nil},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `FPGA     DSP   share
-------  ---  ------
XC7Z015  160  0.1235
ZU3EG-é  360  12.5 %
`
	if got := tab.text(); strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
		t.Errorf("table\n%s\nwant\n%s", got, want)
	}
}

func TestTableHTML(t *testing.T) {
	tab, err := newTable([]string{"a<b", "n"}, [][]any{{"x&y", 3}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<th style="text-align: left">a&lt;b</th>`, `<td style="text-align: left">x&amp;y</td>`, `<td style="text-align: right">3</td>`} {
		if !strings.Contains(tab.html(), want) {
			t.Errorf("no %s in %s", want, tab.html())
		}
	}
}

func TestTableErrors(t *testing.T) {
	if err := Table(nil); err == nil {
		t.Error("a table without a header")
	}
	if err := Table([]string{"a", "b"}, []any{1, 2}, []any{1}); err == nil || !strings.Contains(err.Error(), "row 2 of the table has 1 cells, the header has 2") {
		t.Errorf("a short row: error %v", err)
	}
}
