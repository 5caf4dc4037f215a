// Package temml turns TeX formulas into MathML. It runs Temml 0.13.5
// (github.com/ronkok/Temml, MIT licence), which knows nearly all of LaTeX's and
// AMS's mathematics, in a JavaScript interpreter written in Go: no browser, no Node.
//
//	r, err := temml.New()
//	if err != nil {
//		return err
//	}
//	mathML, err := r.Render(`U_i = \mathrm{Lat}_i \cdot TS`, true)
//
// MathML needs a font with OpenType's MATH table, or brackets do not grow with what
// they enclose. Style has one in it: STIX Two Math (github.com/stipub/stixfonts, SIL
// Open Font License), cut down to letters, Greek, and the signs of everyday formulas.
package temml

import (
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/dop251/goja"
)

var (
	//go:embed temml.min.js
	source string
	//go:embed Temml-STIX2.css
	sheet string
	//go:embed STIXTwoMath.woff2
	font []byte
)

// Of a number within a long name, as in \mathrm{BRAM18}, Temml 0.13.5 takes the first
// digit alone; mended, it takes all of them.
const (
	firstDigit = "s.children[t].children[0].children?s.children[t].children[0].children[0].text:s.children[t].children[0].text"
	allDigits  = "(s.children[t].children[0].children?s.children[t].children[0]:s.children[t]).children.map(c=>c.text).join('')"
)

var program = sync.OnceValues(func() (*goja.Program, error) {
	if strings.Count(source, firstDigit) != 1 {
		return nil, errors.New("this is not the Temml whose fault with numbers in names is known: look whether it still has it")
	}
	return goja.Compile("temml.min.js", strings.Replace(source, firstDigit, allDigits, 1), true)
})

// A Renderer turns formulas into MathML. Macros that a formula defines are known in
// those after it. It serves one goroutine at a time.
type Renderer struct {
	vm     *goja.Runtime
	render goja.Callable
}

// prelude makes the function that is called for each formula. Nothing that fetches
// (\includegraphics, \href) is trusted, and \newcommand outlasts its formula, as in
// MathJax.
const prelude = `(function () {
	const macros = {};
	return function (tex, display) {
		try {
			const options = {displayMode: display, throwOnError: true, macros: macros, trust: false, maxSize: [50, 500]};
			const mathML = temml.renderToString(tex, options);
			if (/\\(re)?newcommand\b|\\def\b/.test(tex)) {
				const made = temml.definePreamble(tex, options);
				delete made["\\df@tag"];
				Object.assign(macros, made);
			}
			return {mathML: mathML};
		} catch (e) {
			return {fault: String(e.message || e)};
		}
	};
})()`

// New returns a renderer that knows no macros but LaTeX's.
func New() (*Renderer, error) {
	p, err := program()
	if err != nil {
		return nil, fmt.Errorf("temml: %w", err)
	}
	vm := goja.New()
	vm.SetMaxCallStackSize(2000)
	if _, err := vm.RunProgram(p); err != nil {
		return nil, fmt.Errorf("temml: %w", err)
	}
	v, err := vm.RunString(prelude)
	if err != nil {
		return nil, fmt.Errorf("temml: %w", err)
	}
	render, ok := goja.AssertFunction(v)
	if !ok {
		return nil, errors.New("temml: no function to render with")
	}
	return &Renderer{vm, render}, nil
}

var (
	place   = regexp.MustCompile(`(?s) at (position \d+|end of input):.*`)
	unknown = regexp.MustCompile(`^Unsupported function name: (\\.+)`)
)

// Render returns the formula as a math element, on a line of its own if display. TeX
// that cannot be read is an error that says what is wrong with it, in one line.
func (r *Renderer) Render(tex string, display bool) (string, error) {
	v, err := r.render(goja.Undefined(), r.vm.ToValue(tex), r.vm.ToValue(display))
	if err != nil { // the interpreter itself: too deep
		return "", fmt.Errorf("cannot be read: %w", err)
	}
	answer := v.ToObject(r.vm)
	if fault := answer.Get("fault"); fault != nil {
		text := strings.TrimSpace(place.ReplaceAllString(strings.TrimPrefix(fault.String(), "ParseError:"), ""))
		if m := unknown.FindStringSubmatch(text); m != nil {
			text = "unknown macro " + m[1]
		}
		return "", errors.New(text)
	}
	return answer.Get("mathML").String(), nil
}

var (
	comments = regexp.MustCompile(`(?s)/\*.*?\*/`)
	fontFace = regexp.MustCompile(`(?s)@font-face \{.*?\}`)
	blanks   = regexp.MustCompile(`\n\s*\n+`)
)

// Style is the style sheet that a page with formulas needs, with its font in it:
// about 85 KB.
func Style() string {
	face := "@font-face { font-family: STIX2; src: url(data:font/woff2;base64," + base64.StdEncoding.EncodeToString(font) + ") format('woff2'); }"
	s := comments.ReplaceAllString(sheet, "")
	s = fontFace.ReplaceAllLiteralString(s, face)
	return blanks.ReplaceAllString(strings.TrimSpace(s), "\n") + "\n"
}
