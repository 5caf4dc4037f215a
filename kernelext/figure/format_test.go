package figure

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"coexplore/nas"
)

// TestSVGSize draws a thousand networks: 60 KB at most for each thousand points.
func TestSVGSize(t *testing.T) {
	r := sampleResult("coexplore", 1, 1000)
	other := sampleResult("random", 2, 1000)
	curves := make([]CurveSet, 3)
	for i := range curves {
		curves[i].Name = string(rune('a' + i))
		for range 9 {
			curves[i].Curves = append(curves[i].Curves, OverEpisodes(func(t *nas.Trial) float64 { return t.Entropy + float64(i) }, nil, r)[0].Curves[0])
		}
	}
	slices := Slices(r, "accuracy", func(d *nas.Design) float64 { return d.Accuracy })
	for _, c := range []struct {
		f    *Figure
		most int // thousands of points: markers, corners of curves, bars
	}{
		{Pareto(r), 1}, {Reward(r.Trials), 1}, {Fronts(r, other), 2}, {Hypervolumes(r, other), 2}, {Learning(sampleHistory(1000)), 1},
		{Rewards(r, other), 1}, {Bands("three methods", "episode", "entropy (nats)", curves...), 3}, {Controller(r, other), 2},
		{Timeline(r.Trials), 2}, {FastSteps(sampleSteps(3, 1000)), 3}, {slices, len(slices.panels.figures)}, {ParallelTrials(r), 7},
	} {
		f := c.f
		svg, err := Encode(f, Default, "svg")
		if err != nil {
			t.Fatal(err)
		}
		if len(svg) > 60000*c.most {
			t.Errorf("%s: the SVG of %d thousand points has %d bytes", f.Name(), c.most, len(svg))
		}
		for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestLetters writes letters beyond ASCII in every format.
func TestLetters(t *testing.T) {
	f := Reward(sampleResult("coexplore", 1, 20).Trials)
	f.Title = "β = 0.5 × Größe² ≤ 3 (Привет)"
	for _, format := range Formats() {
		file := filepath.Join(t.TempDir(), "letters."+format)
		if err := Save(f, file); err != nil {
			t.Fatal(err)
		}
		raw, _ := os.ReadFile(file)
		switch format {
		case "svg":
			if !bytes.Contains(raw, []byte(f.Title[:2])) {
				t.Error("the SVG has no β")
			}
		case "tex":
			if bytes.Contains(raw, []byte("Привет")) {
				t.Error("the TeX has letters that not every LaTeX has")
			}
			f := Reward(sampleResult("coexplore", 1, 20).Trials)
			f.Title = "β = 0.5 × Größe² ≤ 3"
			if raw, err := Encode(f, Default, "tex"); err != nil || !bytes.Contains(raw, []byte(`$\beta$ = 0.5 $\times$ Größe$^2$ $\leq$ 3`)) {
				t.Error("the TeX has no β")
			}
		case "eps":
			if bytes.Contains(raw, []byte("β")) {
				t.Error("the EPS has letters that no font of PostScript has")
			}
		case "pdf":
			if _, err := exec.LookPath("pdftotext"); err != nil {
				t.Log("the text of the PDF was NOT READ: no pdftotext")
				continue
			}
			text, err := exec.Command("pdftotext", file, "-").Output()
			if err != nil || !strings.Contains(string(text), f.Title) {
				t.Errorf("the PDF holds %.80q, %v", text, err)
			}
			fonts, _ := exec.Command("pdffonts", file).Output()
			if n := strings.Count(string(fonts), "yes no  yes"); n != 1 { // embedded, with Unicode
				t.Errorf("the PDF's fonts: %s", fonts)
			}
			again, err := Encode(f, Default, "pdf")
			if err != nil || !bytes.Equal(again, raw) {
				t.Error("the same figure is another PDF")
			}
		}
	}
	f.Title = "漢字"
	for _, format := range []string{"pdf", "png", "eps", "tex"} {
		got, err := Encode(f, Default, format)
		if letters, lackErr := Lacking(f, Default, format); letters != "漢字" || err != nil || lackErr != nil {
			t.Errorf("%s lacks %q: errors %v, %v", format, letters, err, lackErr)
		}
		empty := *f
		empty.Title = "\u00a0"
		if blank, err := Encode(&empty, Default, format); err != nil || bytes.Equal(got, blank) {
			t.Errorf("%s: no boxes in the letters' place, %v", format, err)
		}
		if _, err := exec.LookPath("pdftotext"); err == nil && format == "pdf" {
			read := exec.Command("pdftotext", "-", "-")
			read.Stdin = bytes.NewReader(got)
			if text, err := read.Output(); err != nil || !strings.Contains(string(text), "□□") {
				t.Errorf("the PDF holds %.80q, %v", text, err)
			}
		}
	}
	raw, err := Encode(f, Default, "svg")
	if letters, lackErr := Lacking(f, Default, "svg"); letters != "" || err != nil || lackErr != nil || !bytes.Contains(raw, []byte("漢字")) {
		t.Errorf("SVG lacks %q: errors %v, %v", letters, err, lackErr)
	}
}

// TestSizes looks at the exact widths, and at the smallest letters.
func TestSizes(t *testing.T) {
	f := Fronts(sampleResult("hwaware", 7, 60), sampleResult("coexplore", 1, 60))
	for name, mm := range map[string]float64{"column": 88.9, "page": 182, "nature": 89, "nature-page": 183, "slide": 320, "poster": 400} {
		r, err := f.record(Sizes()[name])
		if err != nil {
			t.Fatal(err)
		}
		if d := float64(r.Width/vg.Millimeter) - mm; d > 1e-9 || d < -1e-9 {
			t.Errorf("%s is %g mm wide, want %g", name, r.Width/vg.Millimeter, mm)
		}
		for _, m := range r.Marks {
			if m.Text != "" && m.Face.Font.Size < 6.99 {
				t.Errorf("%s: %q in %.1f points", name, m.Text, float64(m.Face.Font.Size))
			}
		}
	}
}

// TestDark draws no light ground, and nothing in the light style's ink.
func TestDark(t *testing.T) {
	f := Pareto(sampleResult("coexplore", 1, 60))
	f.Style = Dark()
	svg, err := Encode(f, Default, "svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []string{"#ffffff", "#1b1f24", "#0072b2"} {
		if bytes.Contains(svg, []byte(c)) {
			t.Errorf("%s in a dark figure", c)
		}
	}
}

func TestNil(t *testing.T) {
	var none *Figure
	if _, err := Encode(none, Default, "svg"); err == nil {
		t.Error("no figure was drawn")
	}
	for name, f := range map[string]*Figure{
		"Pareto": Pareto(nil), "Utilization": Utilization(nil, 1), "Gantt": Gantt(nil, nil), "CutDecisions": CutDecisions(nil),
		"FastReach": FastReach(nil), "FastScaling": FastScaling(nil), "InFlight": InFlight(nil), "MethodHypervolume": MethodHypervolume(nil), "Hypervolumes": Hypervolumes(nil), "Fronts": Fronts(nil),
		"Panels": Panels(2, none),
	} {
		if err := f.Err(); err == nil || !strings.HasPrefix(err.Error(), "figure: ") {
			t.Errorf("%s of nil: error %v", name, err)
		}
	}
}
