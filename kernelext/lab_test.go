//go:build unix

package kernelext_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"coexplore/internal/heavy"
	"coexplore/internal/npmtest"
	"coexplore/kernelext/nbclient"
)

// labPage is a page with JupyterLab's own notebook; the script makes it.
const labPage = `<!doctype html><html><head><meta charset="utf-8">
<script id="jupyter-config-data" type="application/json">{"baseUrl": "/", "appUrl": "/lab", "token": ""}</script>
<script src="bundle.js"></script></head><body></body></html>`

// openInLab opens a notebook of the folder in JupyterLab's parts, on Debian's Jupyter.
func openInLab(t *testing.T, folder, name string, env []string, do func(string, ...chromedp.Action)) {
	t.Helper()
	script := npmtest.Bundle(t, filepath.Join("testdata", "jupyterlab"))
	static := t.TempDir()
	raw, err := os.ReadFile(script)
	if err == nil {
		err = os.WriteFile(filepath.Join(static, "bundle.js"), raw, 0o644)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(static, "lab.html"), []byte(labPage), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	address := jupyter(t, folder, env, "--NotebookApp.extra_static_paths="+static, "--NotebookApp.disable_check_xsrf=True")
	quoted, _ := json.Marshal(name)
	do("opening the notebook", chromedp.Navigate(address+"/static/lab.html"), wait(`window.lab`),
		chromedp.Evaluate(`lab.open(`+string(quoted)+`), true`, nil), wait(`lab.opened || lab.failure`))
	var failure string
	do("opening it", chromedp.Evaluate(`lab.failure || ""`, &failure))
	if failure != "" {
		t.Fatal(failure)
	}
}

// labParts skips a test where a program is missing.
func labParts(t *testing.T) {
	t.Helper()
	for _, program := range []string{"jupyter-notebook", "chromium", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("NOT TESTED, because there is no %s: install the packages jupyter-notebook, chromium and npm", program)
		}
	}
}

// A notebook in JupyterLab's own parts: a live figure, progress, a slider and a table while
// cells run and afterwards; an error; a cell that is interrupted; and the kernel restarted.
func TestInJupyterLab(t *testing.T) {
	labParts(t)
	completes := withGopls(t)
	tools := provisioned(t)
	folder := t.TempDir()
	nb := &nbclient.Notebook{Name: "test.ipynb", Metadata: map[string]any{"kernelspec": map[string]any{"name": "gonb", "display_name": "Go (gonb)", "language": "go"}}}
	for _, source := range []string{
		"!*[ -f go.work ] || go work init . \"" + tools.Module + "\"\n%noautoget", imports,
		`%%
live := kernelext.Live()
check(live.Begin(nil, &nas.Settings{Episodes: 3}, "random"))
for _, t := range trials {
	check(live.Trial(t))
	time.Sleep(time.Second)
}
check(live.End(nil))`,
		`%%
bar := kernelext.Progress()
for i := range 3 { bar.Step(i+1, 3, ""); time.Sleep(time.Second) }
bar.Finish()
kernelext.Table([]string{"part", "DSP"}, []any{"b", 1000.5}, []any{"a", 90}, []any{"c", 200})`,
		`%%
n := kernelext.Slider("trials", 1, 3, 1, 2)
kernelext.Interact(func() any { return figure.Reward(trials[:int(n.Value())]) }, n)`,
		"%%\nfmt.Println(\"begun\")\ntime.Sleep(time.Hour)",
		"%%\npanic(\"expected\")",
		"%%\nfmt.Println(\"the last\", \"cell\")",
		"%%\nfmt.Println(math.Sqr",
	} {
		nb.Cells = append(nb.Cells, &nbclient.Cell{Type: "code", Source: source})
	}
	if err := nb.Write(filepath.Join(folder, nb.Name)); err != nil {
		t.Fatal(err)
	}
	do := browser(t)
	openInLab(t, folder, nb.Name, jupyterEnv(t, tools), do)
	run := func(cell, result string) {
		t.Helper()
		do("cell "+cell, chromedp.Evaluate(`lab.run(`+cell+`), true`, nil), wait(`lab.result !== undefined`))
		var got string
		do("its result", chromedp.Evaluate(`String(lab.result)`, &got))
		if got != result {
			t.Errorf("cell %s ended with %s, want %s", cell, got, result)
		}
	}
	text := func(cell string) (s string) {
		t.Helper()
		do("output", chromedp.Evaluate(`lab.output(`+cell+`).textContent`, &s))
		return s
	}
	run("0", "true")
	run("1", "true")

	if completes {
		found := false
		for try := 0; try < 30 && !found; try++ { // until gopls has read the packages
			do("completion", chromedp.Evaluate(`lab.edit(8), true`, nil), chromedp.KeyEvent(kb.Tab), chromedp.Sleep(5*time.Second),
				chromedp.Evaluate(`[...document.querySelectorAll(".jp-Completer-item")].some(item => item.textContent == "Sqrt")`, &found))
		}
		if !found {
			t.Error("no completion of math.Sqr")
		}
	}

	do("watching", chromedp.Evaluate(`lab.watch(2), true`, nil))
	run("2", "true")
	var pictures int
	do("the live figure", chromedp.Evaluate(`new Set(lab.changes[2].map(h => (h.match(/src="data:image[^"]*"/) || [""])[0]).filter(s => s)).size`, &pictures))
	if pictures < 3 {
		t.Errorf("the live figure showed %d pictures, want one for each trial", pictures)
	}

	do("watching", chromedp.Evaluate(`lab.watch(3), true`, nil))
	run("3", "true")
	if s := text("3"); !strings.Contains(s, "a90") || !strings.Contains(s, "DSP") {
		t.Errorf("the table is %q", s)
	}
	var moved bool
	do("progress", chromedp.Evaluate(`["1 of 3", "3 of 3"].every(text => lab.changes[3].some(html => html.includes(text)))`, &moved))
	if !moved {
		t.Errorf("no progress from the first step to the last: %q", text("3"))
	}

	run("4", "true")
	slider, image := `[data-interact] input`, `document.querySelector("[data-interact] img").src`
	var before, after string
	do("the slider", chromedp.WaitVisible(slider), chromedp.Evaluate(image, &before), chromedp.SendKeys(slider, kb.ArrowRight), chromedp.Evaluate(image, &after))
	if before == after || !strings.Contains(after, "trained%20(2)") {
		t.Errorf("the slider moved shows the same figure: %v, %.300s", before == after, after)
	}

	do("a cell that does not end", chromedp.Evaluate(`lab.run(5), true`, nil), wait(`lab.output(5).textContent.includes("begun")`),
		chromedp.Evaluate(`lab.interrupt(), true`, nil), wait(`lab.result !== undefined`))
	if s := text("5"); !strings.Contains(s, "interrupt") {
		t.Errorf("the interrupted cell shows %q", s)
	}
	run("6", "false")
	if s := text("6"); !strings.Contains(s, "panic: expected") {
		t.Errorf("the error is %q", s)
	}
	do("restarting the kernel", chromedp.Evaluate(`lab.restart().then(() => lab.restarted = true), true`, nil), wait(`lab.restarted && lab.status() == "idle"`))
	run("0", "true")
	run("7", "true")
	if s := text("7"); !strings.Contains(s, "the last cell") {
		t.Errorf("after the restart: %q", s)
	}
}

// goplsVersion is the program that GoNB asks for completions.
const goplsVersion = "golang.org/x/tools/gopls@v0.20.0"

// withGopls has it on PATH, where it is there or heavy tests run.
func withGopls(t *testing.T) bool {
	t.Helper()
	if _, err := exec.LookPath("gopls"); err == nil {
		return true
	}
	if !heavy.On() {
		t.Log("NOT TESTED: completion, because there is no gopls on PATH; COEXPLORE_HEAVY=1 installs it")
		return false
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(cache, "coexplore", "gopls")
	install := exec.Command("go", "install", goplsVersion)
	install.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=")
	if said, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	return true
}

// A lesson in JupyterLab's own parts: all cells run to the end and show their figures.
func TestLessonInJupyterLab(t *testing.T) {
	heavy.Only(t, "a whole lesson in JupyterLab's parts")
	labParts(t)
	tools := provisioned(t)
	nb, err := nbclient.Read("../notebooks/01_quickstart.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	figures := 0
	for _, c := range nb.Cells {
		c.Source = strings.Replace(c.Source, "$GONB_DIR/..", tools.Module, 1)
		for _, o := range c.Outputs {
			if drawing(o) != "" {
				figures++
			}
		}
		c.Outputs = nil
	}
	folder := t.TempDir()
	if err := nb.Write(filepath.Join(folder, "lesson.ipynb")); err != nil {
		t.Fatal(err)
	}
	do := browser(t)
	openInLab(t, folder, "lesson.ipynb", jupyterEnv(t, tools), do)
	do("running all cells", chromedp.Evaluate(`lab.runAll(), true`, nil), wait(`lab.result !== undefined`))
	var result string
	var shown int
	do("what it shows", chromedp.Evaluate(`String(lab.result)`, &result),
		chromedp.Evaluate(`document.querySelectorAll('.jp-OutputArea img[src^="data:image/svg"]').length`, &shown))
	if result != "true" || figures == 0 || shown != figures {
		t.Errorf("the lesson ended with %s and shows %d figures, want %d", result, shown, figures)
	}
}
