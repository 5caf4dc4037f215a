package temml_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"coexplore/internal/temml"
)

func ExampleRenderer_Render() {
	r, err := temml.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	mathML, err := r.Render(`\tfrac12`, false)
	fmt.Println(mathML, err)
	_, err = r.Render(`\utilisation + 1`, false)
	fmt.Println(err)
	// Output:
	// <math><mstyle displaystyle="false" scriptlevel="0"><mfrac><mn>1</mn><mn>2</mn></mfrac></mstyle></math> <nil>
	// unknown macro \utilisation
}

func renderer(t testing.TB) *temml.Renderer {
	t.Helper()
	r, err := temml.New()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// text is what a reader sees of MathML, and a check that it is well-formed.
func text(t testing.TB, mathML string) string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(mathML))
	var b strings.Builder
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return b.String()
		}
		if err != nil {
			t.Fatalf("%v in %s", err, mathML)
		}
		if c, ok := tok.(xml.CharData); ok {
			b.Write(c)
		}
	}
}

func TestRender(t *testing.T) {
	r := renderer(t)
	for _, c := range []struct{ tex, text, has string }{
		{`\tfrac{a}{b}`, "ab", "<mfrac>"},
		{`\operatorname*{arg\,max}_x f`, "argmaxx\u2061f", "<munder>"}, // under it in a display
		{`\operatorname{Lat}_i`, "Lati\u2061", "<msub>"},
		{`\begin{equation} a = b \end{equation}`, "a=b", "tml-eqn"},
		{`\begin{align} a &= b \\ c &= d \end{align}`, "a=bc=d", "<mtable"},
		{`\left\lceil \frac{N}{T_n} \right\rceil`, "⌈NTn⌉", `stretchy="true"`},
		{`\begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}`, "{1x>00else", "<mtable"},
		{`\begin{pmatrix}1&2\\3&4\end{pmatrix}`, "(1234)", `fence="true"`},
		{`\bigl( x \bigr)`, "(x)", "1.2em"},
		{`\xrightarrow{f}`, "→f", "<mover>"},
		{`\tag{7} x`, "x(7)", "tml-tag"},
	} {
		got, err := r.Render(c.tex, true)
		if err != nil {
			t.Errorf("%s: %v", c.tex, err)
			continue
		}
		if s := text(t, got); strings.Join(strings.Fields(s), "") != c.text || !strings.Contains(got, c.has) || !strings.Contains(got, `display="block"`) {
			t.Errorf("%s: %q, want %q with %s, in %s", c.tex, s, c.text, c.has, got)
		}
	}
}

// What cannot be read is said, with its name, in one line.
func TestRenderErrors(t *testing.T) {
	r := renderer(t)
	for tex, want := range map[string]string{
		`a + \foo{x}`:                    `unknown macro \foo`,
		`\frac{a`:                        "expected '}'",
		`\begin{nonsense}x`:              "nonsense",
		`\includegraphics{http://x/y}`:   `\includegraphics`,
		`\href{http://x}{y}`:             `\href`,
		`\def\a{\a\a}\a`:                 "Too many expansions",
		strings.Repeat("{", 20000) + "x": "",
		`a^b^c`:                          "superscript",
	} {
		got, err := r.Render(tex, true)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.40s: %q, %v, want an error with %q", tex, got, err, want)
		}
	}
}

func TestMacrosOutlastTheirFormula(t *testing.T) {
	r := renderer(t)
	if _, err := r.Render(`\newcommand{\Lat}{\mathrm{Lat}}`, true); err != nil {
		t.Fatal(err)
	}
	if got, err := r.Render(`\Lat_i`, false); err != nil || text(t, got) != "Lati" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := renderer(t).Render(`\Lat_i`, false); err == nil {
		t.Error("another renderer knows the macro")
	}
}

func TestStyle(t *testing.T) {
	s := temml.Style()
	if strings.Count(s, "@font-face") != 1 || !strings.Contains(s, "font/woff2;base64,d09GMg") || strings.Contains(s, "/*") {
		t.Error("the font is not in the style sheet, or comments are")
	}
	if strings.Contains(strings.ReplaceAll(s, "http://www.w3.org/2000/svg", ""), "http") || len(s) > 90<<10 {
		t.Errorf("%d bytes, or a reference to elsewhere", len(s))
	}
}

func FuzzRender(f *testing.F) {
	for _, s := range []string{`\frac{a}{b}`, `\begin{align}a&=b\end{align}`, `\def\a{\a}\a`, `\left( x \right.`, `\color{red}x`, "%\n", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, tex string) {
		got, err := renderer(t).Render(tex, true)
		if err == nil && strings.Contains(strings.ToLower(got), "<script") {
			t.Errorf("%q gives %s", tex, got)
		}
	})
}

// Names keep all of their digits.
func TestNumbersInNames(t *testing.T) {
	r, err := temml.New()
	if err != nil {
		t.Fatal(err)
	}
	for tex, want := range map[string]string{
		`\mathrm{BRAM18}`:    "<mi>BRAM18</mi>",
		`\mathrm{A123B45}`:   "<mi>A123B45</mi>",
		`\mathrm{DSP48E1}`:   "<mi>DSP48E1</mi>",
		`\mathrm{Lat}`:       "<mi>Lat</mi>",
		`\mathrm{A1}`:        "<mi>A1</mi>",
		`\mathit{A18}`:       "<mi>𝐴18</mi>",
		`\operatorname{A18}`: "<mi>A18</mi>",
		`\mathbf{A18}`:       "<mi>𝐀</mi><mn>𝟏𝟖</mn>",
	} {
		got, err := r.Render(tex, false)
		if err != nil || !strings.Contains(got, want) {
			t.Errorf("%s: %s, %v; want %s", tex, got, err, want)
		}
	}
}
