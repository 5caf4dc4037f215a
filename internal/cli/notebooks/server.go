package notebooks

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"coexplore/kernelext/nbclient"
)

// jupyterServer is a Jupyter that is told by a folder of settings, which comes before
// those of the user, to listen on the loopback address alone and to ask for a token.
// The token is in that folder, which no other user can read, and not on the command
// line, which all can.
type jupyterServer struct {
	folder, token string
}

// settings of Jupyter Notebook 6, and of Jupyter Server 1 and 2, on which Notebook 7 and
// JupyterLab run.
const jupyterSettings = `for app in (c.NotebookApp, c.ServerApp, c.IdentityProvider, c.PasswordIdentityProvider):
    app.token = %[1]q
    app.password = ""
    app.hashed_password = ""
    app.password_required = False
for app in (c.NotebookApp, c.ServerApp):
    app.ip = "127.0.0.1"
    app.sock = ""
    app.allow_remote_access = False
    app.allow_origin = ""
    app.allow_origin_pat = ""
    app.disable_check_xsrf = False
    app.allow_unauthenticated_access = False
`

func newJupyterServer(folder string, tools *nbclient.Tools) (*jupyterServer, error) {
	s := &jupyterServer{folder: folder, token: strings.ToLower(rand.Text())}
	if err := os.MkdirAll(filepath.Join(folder, "config"), 0o700); err != nil {
		return nil, err
	}
	for _, name := range []string{"jupyter_notebook_config.py", "jupyter_server_config.py", "jupyter_lab_config.py"} {
		if err := os.WriteFile(filepath.Join(folder, "config", name), fmt.Appendf(nil, jupyterSettings, s.token), 0o600); err != nil {
			return nil, err
		}
	}
	return s, tools.WriteSpec(filepath.Join(folder, "data", "kernels", nbclient.KernelName))
}

// args is the command line; root says that it may run as root.
func (s *jupyterServer) args(target string, root bool) []string {
	args := []string{"--ip=127.0.0.1"}
	if root {
		args = append(args, "--allow-root")
	}
	return append(args, target)
}

// env is the environment: settings and kernel before the user's, temporary files in
// the folder.
func (s *jupyterServer) env(environ []string) []string {
	for _, v := range []struct{ name, dir string }{{"JUPYTER_CONFIG_PATH", "config"}, {"JUPYTER_PATH", "data"}} {
		value := filepath.Join(s.folder, v.dir)
		if old := os.Getenv(v.name); old != "" {
			value += string(os.PathListSeparator) + old
		}
		environ = append(environ, v.name+"="+value)
	}
	return append(environ, "JUPYTER_RUNTIME_DIR="+filepath.Join(s.folder, "runtime"), "TMPDIR="+s.folder)
}

// check waits until Jupyter answers and makes sure that it does so here alone, and to
// nobody without the token. It returns the address with the token, or "" if Jupyter
// ended before it answered.
func (s *jupyterServer) check(ctx context.Context, ended <-chan struct{}) (string, error) {
	limit := time.After(jupyterStart)
	for {
		if at, err := s.address(); err != nil {
			return "", err
		} else if at != nil && s.status(ctx, at, s.token) == http.StatusOK {
			if code := s.status(ctx, at, ""); code == http.StatusOK {
				return "", errors.New("it answers without a token")
			}
			if where := reachable(at.Port()); where != "" {
				return "", fmt.Errorf("it listens on %s, not on this machine's own address alone", where)
			}
			at.RawQuery = url.Values{"token": {s.token}}.Encode()
			return at.String(), nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ended:
			return "", nil
		case <-ctx.Done():
			return "", ctx.Err()
		case <-limit:
			return "", fmt.Errorf("no answer within %v", jupyterStart)
		}
	}
}

// address is where Jupyter says that it listens; nil as long as it does not.
func (s *jupyterServer) address() (*url.URL, error) {
	files, _ := filepath.Glob(filepath.Join(s.folder, "runtime", "*server-*.json"))
	for _, f := range files {
		var info struct{ URL string }
		raw, err := os.ReadFile(f)
		if err != nil || json.Unmarshal(raw, &info) != nil {
			continue // not written to its end
		}
		at, err := url.Parse(info.URL)
		if err != nil {
			return nil, fmt.Errorf("it says that its address is %q", info.URL)
		}
		return at, nil
	}
	return nil, nil
}

// status asks for the list of files and returns the answer's status; 0 for none.
func (s *jupyterServer) status(ctx context.Context, at *url.URL, token string) int {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at.JoinPath("api", "contents").String(), nil)
	if err != nil {
		return 0
	}
	if token != "" {
		r.Header.Set("Authorization", "token "+token)
	}
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r) // no proxy
	if err != nil {
		return 0
	}
	answer.Body.Close()
	return answer.StatusCode
}

// reachable is an address of this machine, other than the loopback's, that somebody
// listens on at the port; "" if there is none.
func reachable(port string) string {
	if _, err := strconv.Atoi(port); err != nil {
		return ""
	}
	addresses, _ := net.InterfaceAddrs()
	for _, a := range addresses {
		ip, ok := a.(*net.IPNet)
		if !ok || ip.IP.IsLoopback() || ip.IP.IsLinkLocalUnicast() {
			continue
		}
		where := net.JoinHostPort(ip.IP.String(), port)
		if c, err := net.DialTimeout("tcp", where, 2*time.Second); err == nil {
			c.Close()
			return where
		}
	}
	return ""
}
