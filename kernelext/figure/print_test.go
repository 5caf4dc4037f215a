package figure

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// printed are figures with all that figures draw: letters, markers, dashes, veils,
// hatches, pictures, turned names, letters beyond ASCII.
func printed() map[string]*Figure {
	letters := Reward(sampleResult("coexplore", 1, 20).Trials)
	letters.Title = "β = 0.5 × Größe² ≤ 3 (Привет), 100 % & #1_a < \\n^{~$}"
	return map[string]*Figure{
		"pareto": Pareto(sampleResult("coexplore", 1, 60)), "letters": letters, "pictures": Pictures(samplePictures(16)),
		"methods": MethodHypervolume(sampleComparison()), "roofline": Roofline(sampleReport()), "confusion": Confusion(sampleConfusion(10), sampleClasses),
	}
}

// programs skips where one is missing.
func programs(t *testing.T, names map[string]string) {
	t.Helper()
	for program, packages := range names {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("SKIPPED: there is no %s: apt install %s", program, packages)
		}
	}
}

// TestPrinted gives EPS to Ghostscript, and TeX to pdflatex and its PDF to poppler,
// and compares what they draw with the PNG of the same figure.
func TestPrinted(t *testing.T) {
	for format, draw := range map[string]func(t *testing.T, file string) image.Image{
		"eps": func(t *testing.T, file string) image.Image {
			programs(t, map[string]string{"gs": "ghostscript"})
			run(t, filepath.Dir(file), "gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dEPSCrop", "-sDEVICE=png16m", "-r96",
				"-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", "-sOutputFile=out.png", file)
			return decode(t, filepath.Join(filepath.Dir(file), "out.png"))
		},
		"tex": func(t *testing.T, file string) image.Image {
			programs(t, map[string]string{"pdflatex": "texlive-latex-base texlive-pictures", "pdftoppm": "poppler-utils"})
			run(t, filepath.Dir(file), "pdflatex", "-interaction=nonstopmode", "-halt-on-error", file)
			log, _ := os.ReadFile(strings.TrimSuffix(file, "tex") + "log")
			if bytes.Contains(log, []byte("Missing character")) {
				t.Errorf("TeX lacks letters: %s", log)
			}
			return poppler(t, strings.TrimSuffix(file, "tex")+"pdf")
		},
		"pdf": func(t *testing.T, file string) image.Image {
			programs(t, map[string]string{"pdftoppm": "poppler-utils", "pdffonts": "poppler-utils"})
			fonts := strings.Split(strings.TrimSpace(run(t, ".", "pdffonts", file)), "\n")[2:]
			for _, f := range fonts {
				if n := strings.Fields(f); len(n) < 6 || n[len(n)-5] != "yes" || n[len(n)-3] != "yes" {
					t.Errorf("a font that is not embedded, or has no Unicode: %s", f)
				}
			}
			return poppler(t, file)
		},
	} {
		t.Run(format, func(t *testing.T) {
			for name, f := range printed() {
				file := filepath.Join(t.TempDir(), name+"."+format)
				if err := Save(f, file); err != nil {
					t.Fatal(err)
				}
				again, err := Encode(f, Default, format)
				if raw, _ := os.ReadFile(file); err != nil || !bytes.Equal(raw, again) {
					t.Errorf("%s: the same figure is another file", name)
				}
				raw, err := Encode(f, Default, "png")
				if err != nil {
					t.Fatal(err)
				}
				want, err := png.Decode(bytes.NewReader(raw))
				if err != nil {
					t.Fatal(err)
				}
				got := draw(t, file)
				if *keepPrinted != "" {
					var b bytes.Buffer
					png.Encode(&b, got)
					os.WriteFile(filepath.Join(*keepPrinted, name+"-"+format+".png"), b.Bytes(), 0o644)
				}
				if share := unlike(got, want); share > 0.02 {
					t.Errorf("%s: %.1f %% of the picture differ from the PNG", name, 100*share)
				}
			}
		})
	}
}

func run(t *testing.T, dir, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	return string(out)
}

func poppler(t *testing.T, pdf string) image.Image {
	run(t, filepath.Dir(pdf), "pdftoppm", "-png", "-singlefile", "-r", "96", pdf, "page")
	return decode(t, filepath.Join(filepath.Dir(pdf), "page.png"))
}

func decode(t *testing.T, file string) image.Image {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// unlike is the share of cells of 8 times 8 pixels whose mean differs by a fifth,
// which letters of another font do not; 1 where the sizes differ by more than what
// rounding does.
func unlike(a, b image.Image) float64 {
	near := func(x, y int) bool { return x-y <= 2 && y-x <= 2 }
	if !near(a.Bounds().Dx(), b.Bounds().Dx()) || !near(a.Bounds().Dy(), b.Bounds().Dy()) {
		return 1
	}
	const cell = 8
	other, all := 0, 0
	for y := 0; y+cell < min(a.Bounds().Dy(), b.Bounds().Dy()); y += cell {
		for x := 0; x+cell < min(a.Bounds().Dx(), b.Bounds().Dx()); x += cell {
			var diff [3]int
			for dy := range cell {
				for dx := range cell {
					r1, g1, b1, _ := a.At(x+dx, y+dy).RGBA()
					r2, g2, b2, _ := b.At(x+dx, y+dy).RGBA()
					for i, d := range []int{int(r1) - int(r2), int(g1) - int(g2), int(b1) - int(b2)} {
						diff[i] += d
					}
				}
			}
			all++
			for _, d := range diff {
				if d > 0xffff/5*cell*cell || d < -0xffff/5*cell*cell {
					other++
					break
				}
			}
		}
	}
	return float64(other) / float64(all)
}
