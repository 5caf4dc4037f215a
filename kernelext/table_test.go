package kernelext

import (
	"encoding/csv"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"testing/quick"
	"time"
)

func TestTableText(t *testing.T) {
	tab := Tabulate([]string{"FPGA", "DSP", "share"},
		[]any{"XC7Z015", 160, 0.123456}, []any{"ZU3EG-é", 360, "12.5 %"}, []any{nil, nil, nil})
	want := `FPGA     DSP   share
-------  ---  ------
XC7Z015  160  0.1235
ZU3EG-é  360  12.5 %
`
	if got := tab.String(); strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
		t.Errorf("table\n%s\nwant\n%s", got, want)
	}
}

func TestFigures(t *testing.T) {
	for x, want := range map[float64]string{
		12345.6: "12346", 1234.56: "1235", 123.456: "123.5", 12.3456: "12.35", 0.123456: "0.1235", 0.000123456: "0.0001235",
		9999.6: "10000", 99.996: "100", 0.5: "0.5", 600: "600", -2.5: "-2.5", 0: "0", 1e-9: "1e-09", 1234567890: "1234567890",
		1.5e16: "1.5e+16", math.Inf(1): "+Inf", 0.099999: "0.1",
	} {
		if got := figures(x); got != want {
			t.Errorf("%v is written %s, want %s", x, got, want)
		}
	}
	check := func(mantissa float64, exponent uint8) bool {
		x := mantissa * math.Pow(10, float64(exponent%30)-15)
		back, err := strconv.ParseFloat(figures(x), 64)
		return err == nil && math.Abs(back-x) <= 0.0005001*math.Abs(x)
	}
	if err := quick.Check(func(m int32, e uint8) bool { return check(float64(m)/1000, e) }, nil); err != nil {
		t.Error(err)
	}
}

type base struct {
	Accuracy float64 `table:"accuracy (%)"`
	Hidden   int     `table:"-"`
}

type design struct {
	base
	Base2
	Network string
	Took    time.Duration
	Power   *float64
	secret  int
}

type Base2 struct{ FPGAs int }

func TestTableOfStructs(t *testing.T) {
	watts := 12.5
	list := []design{{base{93.25, 1}, Base2{2}, "3x8", 1500 * time.Millisecond, &watts, 1}, {base{80, 1}, Base2{12}, "5x8,3x4", time.Second, nil, 2}}
	want := `accuracy (%)  FPGAs  Network  Took  Power
------------  -----  -------  ----  -----
       93.25      2  3x8      1.5s   12.5
          80     12  5x8,3x4    1s
`
	if got := Tabulate(list).String(); got != want {
		t.Errorf("table\n%s\nwant\n%s", got, want)
	}
	pointers := []*design{&list[0], &list[1], nil}
	if got := Tabulate(pointers).String(); strings.TrimRight(got, "\n") != strings.TrimRight(want, "\n") {
		t.Errorf("of pointers:\n%s", got)
	}
	if got := Tabulate([]design{}).String(); !strings.HasPrefix(got, "accuracy (%)  FPGAs") || strings.Count(got, "\n") != 2 {
		t.Errorf("of none:\n%s", got)
	}
}

// What CSV holds can be read back in full; the escapes of LaTeX and Markdown are
// those of their manuals.
func TestTableForms(t *testing.T) {
	rows := [][]any{{`a "b", c_d`, 1.0 / 3, "50 %"}, {"x|y & z\\", 12345.678, "7 %"}}
	tab := Tabulate([]string{"name", "x", "share"}, rows...)
	read, err := csv.NewReader(strings.NewReader(tab.CSV())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		x, err := strconv.ParseFloat(read[i+1][1], 64)
		if err != nil || x != row[1] || read[i+1][0] != row[0] {
			t.Errorf("%v came back as %v", row, read[i+1])
		}
	}
	latex := `\begin{tabular}{lrr}
\toprule
name & x & share \\
\midrule
a "b", c\_d & 0.3333 & 50 \% \\
x|y \& z\textbackslash{} & 12346 & 7 \% \\
\bottomrule
\end{tabular}
`
	if got := tab.LaTeX(); got != latex {
		t.Errorf("LaTeX\n%s\nwant\n%s", got, latex)
	}
	markdown := `| name | x | share |
| :-- | --: | --: |
| a "b", c\_d | 0.3333 | 50 % |
| x\|y &amp; z\\ | 12346 | 7 % |
`
	if got := tab.Markdown(); got != markdown {
		t.Errorf("Markdown\n%s\nwant\n%s", got, markdown)
	}
}

func TestTableHTML(t *testing.T) {
	tab := Tabulate([]string{"a<b", "n"}, []any{"x&y", 12345.6})
	for _, want := range []string{`<th style="text-align: left">a&lt;b</th>`, `<td style="text-align: left">x&amp;y</td>`,
		`<td style="text-align: right" data-value="12345.6">12346</td>`} {
		if !strings.Contains(tab.HTML(), want) {
			t.Errorf("no %s in %s", want, tab.HTML())
		}
	}
}

func TestTableErrors(t *testing.T) {
	for _, c := range []struct {
		table *Tabular
		want  string
	}{
		{Tabulate([]string{}), "needs a header"},
		{Tabulate(nil), "not of <nil>"},
		{Tabulate([]int{1}), "not of []int"},
		{Tabulate([]design{}, []any{1}), "no further rows"},
		{Tabulate([]string{"a", "b"}, []any{1, 2}, []any{1}), "row 2 of the table has 1 cells, the header has 2"},
	} {
		if c.table.Err() == nil || !strings.Contains(c.table.Err().Error(), c.want) {
			t.Errorf("error %v, want %q", c.table.Err(), c.want)
		}
		if err := Show(c.table); err == nil || c.table.CSV() != "" || c.table.LaTeX() != "" || c.table.Markdown() != "" {
			t.Errorf("a table with the error %v is shown", c.table.Err())
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Setenv("GONB_TMP_DIR", t.TempDir())
	var got []string
	for _, c := range []struct {
		table   bool
		caption string
	}{{false, "A."}, {false, "B."}, {true, "A."}, {false, " A. "}, {false, "C."}, {true, "D."}, {true, "A."}} {
		s, err := number(c.table, c.caption)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, s)
	}
	want := []string{"Figure 1. A.", "Figure 2. B.", "Table 1. A.", "Figure 1. A.", "Figure 3. C.", "Table 2. D.", "Table 1. A."}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("numbers %q, want %q", got, want)
	}
}
