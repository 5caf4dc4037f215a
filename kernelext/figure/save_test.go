package figure

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestSave(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ format, starts string }{
		{"svg", "<?xml"}, {"pdf", "%PDF-"}, {"png", "\x89PNG"}, {"eps", "%!PS-Adobe"}, {"tex", "% A figure as LaTeX"},
	} {
		p := Pareto(sampleResult("coexplore", 1, 60))
		file := filepath.Join(dir, "pareto."+strings.ToUpper(c.format))
		if err := Save(p, file); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(raw, []byte(c.starts)) {
			t.Errorf("%s begins with %q", c.format, raw[:min(20, len(raw))])
		}
		switch c.format {
		case "svg":
			if !bytes.Contains(raw, []byte("px 'Liberation Sans',Arial,Helvetica,sans-serif}")) || bytes.Contains(raw, []byte("Serif")) {
				t.Error("the SVG does not name the fonts that it should")
			}
			if len(raw) > 60<<10 {
				t.Errorf("the SVG has %d bytes", len(raw))
			}
		case "tex":
			if !bytes.Contains(raw, []byte(`pipeline efficiency (\%)`)) {
				t.Error("the TeX has an unescaped %, which would begin a comment")
			}
		case "eps":
			if bytes.Contains(raw, []byte("findfont")) {
				t.Error("the EPS needs a font that it does not have")
			}
		case "pdf":
			pdftotext, err := exec.LookPath("pdftotext")
			if err != nil {
				t.Log("the text of the PDF was NOT READ: no pdftotext")
				continue
			}
			text, err := exec.Command(pdftotext, file, "-").Output()
			if err != nil || !bytes.Contains(text, []byte("pipeline efficiency (%)")) {
				t.Errorf("the PDF holds the text %q, %v", text, err)
			}
		}
	}
}

func TestSaveErrors(t *testing.T) {
	p := Utilization(samplePipeline(0.5), 35)
	for _, name := range []string{"figure.gif", "figure", filepath.Join("none", "figure.svg")} {
		file := filepath.Join(t.TempDir(), name)
		if err := Save(p, file); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("Save(%s): error %v", name, err)
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s was left behind", name)
		}
	}
}

func TestNothingToDraw(t *testing.T) {
	if Reward(nil).Err() == nil {
		t.Error("Reward drew no trials")
	}
	if Pareto(sampleResult("coexplore", 1, 0)).Err() == nil {
		t.Error("Pareto drew no trials")
	}
	if Utilization(samplePipeline(), 35).Err() == nil {
		t.Error("Utilization drew no stages")
	}
	if FastSteps(nil).Err() == nil {
		t.Error("Fast drew no steps")
	}
	steps := sampleSteps(2, 4)
	steps[3].Episode++
	if FastSteps(steps).Err() == nil {
		t.Error("Fast drew the steps of two episodes")
	}
	if Hypervolumes().Err() == nil {
		t.Error("Compare drew no results")
	}
	if ValidShare([]float64{1, 2}, []ShareCurve{{"x", []float64{1}}}).Err() == nil {
		t.Error("ValidShare drew one share for two specifications")
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		ticks  ticks
		lo, hi float64
		want   string
	}{
		{ticks{}, 0, 100, "0 20 40 60 80 100"},
		{ticks{}, 0, 1, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{ticks{}, -1, 1, "-1.0 -0.5 0.0 0.5 1.0"},
		{ticks{}, 0.81, 0.93, "0.82 0.84 0.86 0.88 0.90 0.92"},
		{ticks{whole: true}, 1, 3, "1 2 3"},
		{ticks{whole: true}, 1, 60, "10 20 30 40 50 60"},
		{ticks{whole: true, most: 2.9}, 6, 14, "6 9 12"},
		{ticks{}, 5, 5, ""},
		{ticks{}, 1e6, 3e6, "1000000 1500000 2000000 2500000 3000000"},
	} {
		var got []string
		for _, tick := range c.ticks.Ticks(c.lo, c.hi) {
			got = append(got, tick.Label)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("ticks from %g to %g: %s, want %s", c.lo, c.hi, s, c.want)
		}
	}
}

// A logarithmic axis has as many numbers as have room, and always some.
func TestDecades(t *testing.T) {
	for _, c := range []struct {
		gap, lo, hi float64
		want        string
	}{
		{0, 1, 100, "1 2 5 10 20 50 100"},
		{0.3, 1, 100, "1 2 5 10 20 50 100"},
		{0.31, 1, 100, "1 3 10 30 100"},
		{0.48, 1, 100, "1 10 100"},
		{0, 0.01, 1000, "0.01 0.1 1 10 100 1000"},
		{0.5, 15, 600, "30 300"}, // the powers would be one, and all would touch
		{0, 2.1, 4.9, "3 4"},     // none of a decade's
		{0.5, 1.2, 1.9, "1.25 1.50 1.75"},
	} {
		var got []string
		for _, tick := range (decades{c.gap}).Ticks(c.lo, c.hi) {
			got = append(got, tick.Label)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("a gap of %g from %g to %g: %s, want %s", c.gap, c.lo, c.hi, s, c.want)
		}
	}
}
