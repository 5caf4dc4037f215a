package figure_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"coexplore/kernelext/figure"
)

// What the examples draw.
var (
	sampleResult     = figure.SampleResult
	sampleForecasts  = figure.SampleForecasts
	samplePipeline   = figure.SamplePipeline
	sampleSteps      = figure.SampleSteps
	sampleComparison = figure.SampleComparison
	sampleHistory    = figure.SampleHistory
	sampleConfusion  = figure.SampleConfusion
	sampleClasses    = figure.SampleClasses
	sampleCuts       = figure.SampleCuts
	sampleGantt      = figure.SampleGantt
	sampleReport     = figure.SampleReport
	samplePictures   = figure.SamplePictures
	samplePolicy     = figure.SamplePolicy
	sampleNetwork    = figure.SampleNetwork
	sampleReach      = figure.SampleReach
)

// gallery is the examples in the order of the gallery's page.
var gallery = []struct {
	name    string
	example func()
}{
	{"Pareto", ExamplePareto},
	{"Fronts", ExampleFronts},
	{"Attainment", ExampleAttainment},
	{"Hypervolumes", ExampleHypervolumes},
	{"MethodHypervolume", ExampleMethodHypervolume},
	{"Bands", ExampleBands},
	{"Reward", ExampleReward},
	{"Rewards", ExampleRewards},
	{"Controller", ExampleController},
	{"Policy", ExamplePolicy},
	{"Timeline", ExampleTimeline},
	{"ParallelTrials", ExampleParallelTrials},
	{"Importance", ExampleImportance},
	{"Slices", ExampleSlices},
	{"Calibration", ExampleCalibration},
	{"BetaSweep", ExampleBetaSweep},
	{"SearchCost", ExampleSearchCost},
	{"SearchChildren", ExampleSearchChildren},
	{"Utilization", ExampleUtilization},
	{"Strip", ExampleStrip},
	{"Roofline", ExampleRoofline},
	{"TileMap", ExampleTileMap},
	{"LayerCycles", ExampleLayerCycles},
	{"DoubleBuffer", ExampleDoubleBuffer},
	{"Resources", ExampleResources},
	{"CutDecisions", ExampleCutDecisions},
	{"Gantt", ExampleGantt},
	{"FastSteps", ExampleFastSteps},
	{"FastReach", ExampleFastReach},
	{"FastScaling", ExampleFastScaling},
	{"InFlight", ExampleInFlight},
	{"ValidShare", ExampleValidShare},
	{"Learning", ExampleLearning},
	{"Loss", ExampleLoss},
	{"Confusion", ExampleConfusion},
	{"Pictures", ExamplePictures},
	{"Panels", ExamplePanels},
}

// TestGallery runs every example and compares the picture that it saves with the
// golden one.
func TestGallery(t *testing.T) {
	for _, g := range gallery {
		t.Run(g.name, func(t *testing.T) {
			file := filepath.Join("testdata", strings.ToLower(g.name)+".png")
			g.example()
			got, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			figure.CheckPicture(t, got, strings.TrimSuffix(file, ".png")+"_golden.png")
		})
	}
}

// TestGalleryPage writes the page of the gallery from the examples and the
// documentation, and compares it with README.md.
func TestGalleryPage(t *testing.T) {
	fset := token.NewFileSet()
	var files []*ast.File
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	code := map[string]string{}
	for _, name := range names {
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "_test.go") {
			files = append(files, f)
			continue
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(fn.Name.Name, "Example") {
				continue
			}
			var b bytes.Buffer
			for _, s := range fn.Body.List[:len(fn.Body.List)-1] {
				if err := printer.Fprint(&b, fset, s); err != nil {
					t.Fatal(err)
				}
				b.WriteByte('\n')
			}
			code[strings.TrimPrefix(fn.Name.Name, "Example")] = b.String()
		}
	}
	p, err := doc.NewFromFiles(fset, files, "coexplore/kernelext/figure")
	if err != nil {
		t.Fatal(err)
	}
	text := map[string]string{}
	for _, f := range p.Funcs {
		text[f.Name] = f.Doc
	}
	for _, ty := range p.Types {
		for _, f := range ty.Funcs {
			text[f.Name] = f.Doc
		}
	}
	var b strings.Builder
	b.WriteString("# Figures\n\nEvery figure with the code that drew it. The tests write this page and compare the pictures:\n`go test ./kernelext/figure -update`.\n")
	for _, g := range gallery {
		if text[g.name] == "" {
			t.Errorf("%s has no documentation", g.name)
		}
		summary := strings.TrimSpace(strings.Split(text[g.name], "\n\n")[0])
		summary = regexp.MustCompile(`([_*<])`).ReplaceAllString(summary, "\\$1")
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n![%s](testdata/%s_golden.png)\n\n```go\n%s```\n", g.name, summary, g.name, strings.ToLower(g.name), code[g.name])
	}
	if *figure.Update {
		if err := os.WriteFile("README.md", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if old, err := os.ReadFile("README.md"); err != nil || string(old) != b.String() {
		t.Errorf("README.md is not what the examples make (%v): go test -update writes it", err)
	}
}
