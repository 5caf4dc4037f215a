//go:build unix

package notebooks_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"coexplore/kernelext/nbclient"
)

func TestNotebooksOpen(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	t.Setenv("JUPYTER_DATA_DIR", data)
	file := filepath.Join(dir, "a.ipynb")
	write(t, file, "")

	path := os.Getenv("PATH")
	t.Setenv("PATH", dir)
	code, _, stderr := runNotebooks(t, "open", file)
	if code != 1 || !strings.Contains(stderr, "no Jupyter on PATH: install one") || strings.Count(stderr, "\n") != 1 {
		t.Errorf("without Jupyter: status %d, %q", code, stderr)
	}

	// A Jupyter that says what it was asked to open, and where it has the kernel from.
	script := "#!/bin/sh\necho $@\ngrep -q go_work ${JUPYTER_PATH%%:*}/kernels/gonb/kernel.json && echo with kernel\n"
	if err := os.WriteFile(filepath.Join(dir, "jupyter-lab"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+path)
	t.Chdir(filepath.Join("..", "..", ".."))
	foreign := filepath.Join(data, "kernels", "gonb")
	if err := os.MkdirAll(foreign, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(foreign, "kernel.json"), []byte(`{"argv": ["/elsewhere/gonb"]}`), 0o644); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := runNotebooks(t, "open", "internal")
	if code != 0 || stdout != "--ip=127.0.0.1 internal\nwith kernel\n" || !strings.Contains(stderr, "the GoNB kernel in "+foreign+" is not this program's") {
		t.Errorf("status %d, %q, %s", code, stdout, stderr)
	}
	if code, stdout, stderr := runNotebooks(t, "open", "--allow-root", "internal"); code != 0 || !strings.HasPrefix(stdout, "--ip=127.0.0.1 --allow-root internal\n") {
		t.Errorf("as root: status %d, %q, %s", code, stdout, stderr)
	}
	if code, _, stderr := runNotebooks(t, "open", "nowhere"); code != 1 || !strings.Contains(stderr, "nowhere") {
		t.Errorf("a folder that is not there: status %d, %s", code, stderr)
	}
}

// hostile are settings that open Jupyter to everybody.
const hostile = `for app in (c.NotebookApp, c.ServerApp, c.IdentityProvider):
    app.token = ""
    app.password = ""
for app in (c.NotebookApp, c.ServerApp):
    app.ip = "0.0.0.0"
    app.allow_root = True
    app.open_browser = False
    app.disable_check_xsrf = True
`

// Jupyter is this machine's and asks for a token although the user's settings open it to
// all; its kernel finds the packages without being told; and it ends with the command.
func TestNotebooksOpenJupyter(t *testing.T) {
	if _, err := exec.LookPath("jupyter-notebook"); err != nil {
		t.Skip("NOT TESTED: install jupyter-notebook")
	}
	config, file := t.TempDir(), filepath.Join(t.TempDir(), "a.ipynb")
	for _, name := range []string{"jupyter_notebook_config", "jupyter_server_config"} {
		if err := os.WriteFile(filepath.Join(config, name+".py"), []byte(hostile), 0o644); err != nil {
			t.Fatal(err)
		}
		more := `{"NotebookApp": {"ip": "0.0.0.0", "token": ""}, "ServerApp": {"ip": "0.0.0.0", "token": ""}}`
		if err := os.WriteFile(filepath.Join(config, name+".json"), []byte(more), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(t, file, "")
	tmp, err := os.MkdirTemp("", "nb")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(tmp)
	for _, how := range []syscall.Signal{syscall.SIGKILL, syscall.SIGINT} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, os.Args[0], "notebooks", "open", file)
		cmd.Env = append(os.Environ(), "COEXPLORE_TEST_COMMAND=1", "TMPDIR="+tmp, "JUPYTER_CONFIG_DIR="+config)
		out, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		var at *url.URL
		var said strings.Builder
		for lines := bufio.NewScanner(out); at == nil && lines.Scan(); {
			fmt.Fprintln(&said, lines.Text())
			if _, found, ok := strings.Cut(lines.Text(), "Jupyter is at "); ok {
				address, _, _ := strings.Cut(found, ";")
				if at, err = url.Parse(address); err != nil {
					t.Fatal(err)
				}
			}
		}
		if at == nil {
			cmd.Wait()
			t.Fatalf("Jupyter did not start: %s", said.String())
		}
		go func() {
			for lines := bufio.NewScanner(out); lines.Scan(); {
			}
		}()
		token := at.Query().Get("token")
		if at.Hostname() != "127.0.0.1" && at.Hostname() != "localhost" || len(token) < 20 {
			t.Errorf("address %s", at)
		}
		if code := ask(t, at, "", http.MethodGet, "api/kernels", nil); code != http.StatusForbidden {
			t.Errorf("without a token: status %d", code)
		}
		if how == syscall.SIGKILL {
			var kernel struct{ ID string }
			if code := ask(t, at, token, http.MethodPost, "api/kernels", &kernel); code != http.StatusCreated || kernel.ID == "" {
				t.Errorf("starting a kernel: status %d, %+v", code, kernel)
			}
			imports(t, tmp, kernel.ID)
		}
		cmd.Process.Signal(how)
		cmd.Wait()
		var left []string
		listens := true
		for range 1000 { // a killed one's processes end a moment after it
			left, _ = filepath.Glob(filepath.Join(tmp, "*"))
			c, err := net.Dial("tcp", at.Host)
			if listens = err == nil; listens {
				c.Close()
			}
			if len(left) == 0 && !listens {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if len(left) > 0 || listens {
			t.Errorf("after %v: %v is left, Jupyter listens: %v", how, left, listens)
		}
	}
}

// TestNotebooksOpenAsRoot: Jupyter does not run as root unless it is told to, and what to
// do is said.
func TestNotebooksOpenAsRoot(t *testing.T) {
	if _, err := exec.LookPath("jupyter-notebook"); err != nil {
		t.Skip("SKIPPED: install jupyter-notebook")
	}
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: this is not root")
	}
	t.Setenv("JUPYTER_CONFIG_DIR", t.TempDir())
	file := filepath.Join(t.TempDir(), "a.ipynb")
	write(t, file, "")
	if code, _, stderr := runNotebooks(t, "open", file); code != 1 || !strings.Contains(stderr, "or with --allow-root") {
		t.Errorf("status %d, %s", code, stderr)
	}
}

// ask sends a request to Jupyter and returns the answer's status.
func ask(t *testing.T, at *url.URL, token, method, path string, v any) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+at.Host+"/"+path, strings.NewReader(`{"name": "gonb"}`))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "token "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if v != nil {
		json.NewDecoder(answer.Body).Decode(v)
	}
	return answer.StatusCode
}

// imports checks that the kernel that Jupyter started can import the packages, though
// the notebook is elsewhere.
func imports(t *testing.T, tmp, id string) {
	t.Helper()
	module, err := nbclient.FindModule(".")
	if err != nil {
		t.Fatal(err)
	}
	work := ""
	for range 1000 {
		if found, _ := filepath.Glob(filepath.Join(tmp, "coexplore-jupyter-*", "gonb_*", "go.work")); len(found) > 0 {
			raw, _ := os.ReadFile(found[0])
			if work = string(raw); strings.Contains(work, module) {
				return
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("kernel %s works in %q, without %s", id, work, module)
}
