//go:build unix

package kernelext_test

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"coexplore/kernelext/nbclient"
)

var screenshot = flag.String("screenshot", "", "file for a picture of the notebook in the browser, as PNG")

// browserLimit is where a browser that does not show what it should is given up.
const browserLimit = 15 * time.Minute

// jupyter starts a Jupyter Notebook in the folder and returns its address.
func jupyter(t *testing.T, folder string, env []string, more ...string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	log, err := os.Create(filepath.Join(t.TempDir(), "jupyter.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd := exec.Command("jupyter-notebook", append([]string{"--no-browser", "--allow-root", fmt.Sprintf("--port=%d", port), "--port-retries=0",
		"--NotebookApp.token=", "--NotebookApp.password=", "--ip=127.0.0.1"}, more...)...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = folder, env, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM) // it ends its kernels
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			<-ended
		}
	})
	address := fmt.Sprintf("http://127.0.0.1:%d", port)
	for deadline := time.Now().Add(browserLimit); ; time.Sleep(200 * time.Millisecond) {
		if r, err := http.Get(address + "/api"); err == nil {
			r.Body.Close()
			return address
		}
		select {
		case <-ended:
			deadline = time.Time{}
		default:
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(log.Name())
			t.Fatalf("Jupyter does not answer:\n%s", text)
		}
	}
}

// jupyterEnv is the environment of a Jupyter that knows the kernel and nothing of the user's.
func jupyterEnv(t *testing.T, tools *nbclient.Tools) []string {
	t.Helper()
	state := t.TempDir()
	t.Setenv("JUPYTER_DATA_DIR", filepath.Join(state, "data"))
	if _, err := tools.InstallSpec(true); err != nil {
		t.Fatal(err)
	}
	return append(tools.Env(), "JUPYTER_CONFIG_DIR="+filepath.Join(state, "config"), "JUPYTER_RUNTIME_DIR="+filepath.Join(state, "run"),
		"IPYTHONDIR="+filepath.Join(state, "ipython"), "JUPYTER_DATA_DIR="+filepath.Join(state, "data"))
}

// browser starts Chromium; what it returns does something there, and fails the test with the
// page where that cannot be done.
func browser(t *testing.T) func(what string, actions ...chromedp.Action) {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"), chromedp.NoSandbox, chromedp.WindowSize(1200, 1500))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(t.Logf)) // events of newer browsers than it knows
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, browserLimit)
	t.Cleanup(cancel)
	return func(what string, actions ...chromedp.Action) {
		t.Helper()
		if err := chromedp.Run(ctx, actions...); err != nil {
			var page string
			chromedp.Run(ctx, chromedp.Text("body", &page))
			t.Fatalf("%s: %v; the page:\n%s", what, err, page)
		}
	}
}

// wait waits until a condition in the page holds.
func wait(condition string) chromedp.Action {
	return chromedp.Poll(condition, nil, chromedp.WithPollingTimeout(browserLimit))
}

// A notebook in a real browser: all cells run, the slider changes the figure, a
// column's head sorts the table, and both still work when the saved notebook is
// opened again.
func TestInBrowser(t *testing.T) {
	for _, program := range []string{"jupyter-notebook", "chromium"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("NOT TESTED, because there is no %s: install the packages jupyter-notebook and chromium", program)
		}
	}
	tools := provisioned(t)
	folder, env := t.TempDir(), jupyterEnv(t, tools)
	nb := &nbclient.Notebook{Name: "test.ipynb"}
	for _, source := range []string{
		"!*[ -f go.work ] || go work init . \"" + tools.Module + "\"\n%noautoget", imports,
		`%%
bar := kernelext.Progress()
for i := range 3 { bar.Step(i+1, 3, "") }
bar.Finish()
kernelext.Table([]string{"part", "DSP"}, []any{"b", 1000.5}, []any{"a", 90}, []any{"c", 200})`,
		`%%
n := kernelext.Slider("trials", 1, 3, 1, 2)
kernelext.Interact(func() any { return figure.Reward(trials[:int(n.Value())]) }, n)`,
		"%%\nfmt.Println(\"the last\", \"cell\")",
	} {
		nb.Cells = append(nb.Cells, &nbclient.Cell{Type: "code", Source: source})
	}
	if err := nb.Write(filepath.Join(folder, nb.Name)); err != nil {
		t.Fatal(err)
	}
	address := jupyter(t, folder, env)

	do := browser(t)
	slider, image := `[data-interact] input`, `document.querySelector("[data-interact] img").src`
	check := func() {
		t.Helper()
		var before, after, number string
		do("no controls", chromedp.WaitVisible(slider), chromedp.ScrollIntoView(slider), chromedp.Evaluate(image, &before))
		do("moving the slider", chromedp.SendKeys(slider, kb.ArrowRight),
			chromedp.Evaluate(image, &after), chromedp.Text("[data-interact] output", &number))
		if after == before || !strings.Contains(after, "trained%20(2)") || number != "3" {
			t.Errorf("the slider at %q shows the same figure: %v, %.3000s", number, after == before, after)
		}
		do("moving it back", chromedp.SendKeys(slider, kb.ArrowLeft), chromedp.Evaluate(image, &after))
		if strings.Contains(after, "trained%20(2)") {
			t.Error("the slider moved back shows the figure of before")
		}
		column := `Array.from(document.querySelectorAll("[data-table] tbody tr")).map(r => r.cells[0].textContent).join("")`
		var order string
		for _, step := range []struct{ head, want string }{{"2", "acb"}, {"2", "bca"}, {"1", "abc"}} {
			do("sorting", chromedp.Click("[data-table] th:nth-child("+step.head+")"), chromedp.Evaluate(column, &order))
			if order != step.want {
				t.Errorf("rows in the order %s, want %s", order, step.want)
			}
		}
	}

	do("opening the notebook", chromedp.Navigate(address+"/notebooks/test.ipynb"),
		wait(`window.Jupyter && Jupyter.notebook && Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected()`),
		chromedp.Evaluate(`Jupyter.notebook.execute_all_cells()`, nil))
	do("running all cells", wait(`document.body.textContent.includes("the last cell") && Jupyter.notebook.get_cells().every(c => c.input_prompt_number > 0)`))
	check()
	if *screenshot != "" {
		var png []byte
		do("picture", chromedp.FullScreenshot(&png, 100))
		if err := os.WriteFile(*screenshot, png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	do("saving", chromedp.Evaluate(`window.saved = false; Jupyter.notebook.save_notebook().then(() => window.saved = true)`, nil), wait("window.saved"))
	do("opening it again", chromedp.Reload(), chromedp.WaitVisible(slider))
	check()

	saved, err := nbclient.Read(filepath.Join(folder, nb.Name))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"html html", "figure", "the last cell"} {
		if got := script(saved.Cells[2+i]); got != want {
			t.Errorf("cell %d is saved with %q, want %q", 3+i, got, want)
		}
	}
}
