package download

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coexplore/data"
)

// getFile downloads content from address into a new folder.
func getFile(t *testing.T, content []byte, address string, opt Options) (dir string, err error) {
	t.Helper()
	dir = t.TempDir()
	_, err = getAll(context.Background(), []data.Source{source("f.bin", content, address)}, dir, opt)
	return dir, err
}

// TestGetStalls has servers that say nothing, or stop in the middle, and one that
// does so once.
func TestGetStalls(t *testing.T) {
	content := noise(100_000)
	done := make(chan struct{})
	defer close(done)
	hang := func(r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-done:
		}
	}
	opt := quick
	opt.tries, opt.stall = 2, 100*time.Millisecond
	// until tries with ever longer limits, so that a machine may be as slow as it likes.
	until := func(try func() (string, bool)) {
		t.Helper()
		for opt.stall = 100 * time.Millisecond; ; opt.stall *= 2 {
			what, ok := try()
			if ok {
				return
			}
			if opt.stall > time.Minute {
				t.Fatalf("with a limit of %v: %s", opt.stall, what)
			}
		}
	}

	silent, requests := serve(t, func(_ http.ResponseWriter, r *http.Request, _ int) { hang(r) })
	dir, err := getFile(t, content, silent, opt)
	wantError(t, err, "f.bin", "timeout")
	wantFiles(t, dir, nil)
	if requests.Load() < 2 {
		t.Errorf("%d requests, want more than one", requests.Load())
	}

	half := func(w http.ResponseWriter, r *http.Request, from, n int) {
		w.Header().Set("Content-Length", "100000")
		w.Write(content[:n])
		w.(http.Flusher).Flush()
		hang(r)
	}
	stuck, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { half(w, r, 0, 60_000) })
	until(func() (string, bool) {
		dir, err = getFile(t, content, stuck, opt)
		want := fmt.Sprintf("nothing came for %v after 60000 of 100000 bytes", opt.stall)
		return fmt.Sprintf("error %v, want %q", err, want), err != nil && strings.Contains(err.Error(), want)
	})
	wantFiles(t, dir, map[string][]byte{"f.bin.part": content[:60_000]})

	until(func() (string, bool) {
		once, _ := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
			if n == 1 {
				half(w, r, 0, 60_000)
				return
			}
			whole(w, r, content)
		})
		dir, err = getFile(t, content, once, opt)
		return fmt.Sprint("error ", err), err == nil
	})
	wantFiles(t, dir, map[string][]byte{"f.bin": content})
	// Slow, but never still for long: it takes longer than the limit, and arrives.
	until(func() (string, bool) {
		pause := opt.stall / 6
		slow, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
			w.Header().Set("Content-Length", "100000")
			for at := 0; at < len(content); at += 10_000 {
				w.Write(content[at : at+10_000])
				w.(http.Flusher).Flush()
				time.Sleep(pause)
			}
		})
		opt := opt
		opt.tries = 1 // a second try would hide a limit on the whole
		dir, err = getFile(t, content, slow, opt)
		return fmt.Sprint("error ", err), err == nil
	})
	wantFiles(t, dir, map[string][]byte{"f.bin": content})
}

// TestGetRedirects follows redirects on the same host, and to another that is known
// to have the file, and no others.
func TestGetRedirects(t *testing.T) {
	content := noise(1000)
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { whole(w, r, content) }))
	defer target.Close()
	port := target.URL[strings.LastIndex(target.URL, ":"):]
	to := func(address string) func(http.ResponseWriter, *http.Request, int) {
		return func(w http.ResponseWriter, r *http.Request, _ int) { http.Redirect(w, r, address, http.StatusFound) }
	}

	same, _ := serve(t, to(target.URL+"/f.bin"))
	dir, err := getFile(t, content, same, quick)
	if err != nil {
		t.Error(err)
	}
	wantFiles(t, dir, map[string][]byte{"f.bin": content})

	other, requests := serve(t, to("http://localhost"+port+"/f.bin"))
	dir, err = getFile(t, content, other, quick)
	wantError(t, err, "the server redirects to localhost, which is not known to have the file")
	wantFiles(t, dir, nil)
	if requests.Load() != 1 {
		t.Errorf("%d requests, want 1: it would redirect again", requests.Load())
	}
	dir = t.TempDir()
	if _, err := getAll(context.Background(), []data.Source{source("f.bin", content, other, "http://localhost"+port+"/f.bin")}, dir, quick); err != nil {
		t.Errorf("a known host: %v", err)
	}

	loop, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { http.Redirect(w, r, r.URL.Path, http.StatusFound) })
	_, err = getFile(t, content, loop, quick)
	wantError(t, err, "redirects more than 5 times")

	for _, scheme := range []string{"http", "ftp", "file"} {
		secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, scheme+"://127.0.0.1"+port+"/f.bin", http.StatusMovedPermanently)
		}))
		opt := quick
		opt.tls = secure.Client().Transport.(*http.Transport).TLSClientConfig
		dir, err = getFile(t, content, secure.URL+"/f.bin", opt)
		wantError(t, err, "redirects from https to "+scheme+", which is not followed")
		wantFiles(t, dir, nil)
		secure.Close()
	}
}

// TestGetUpgraded follows a redirect from http to https on the same host, and
// refuses a certificate that is nobody's.
func TestGetUpgraded(t *testing.T) {
	content := noise(1000)
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { whole(w, r, content) }))
	defer secure.Close()
	plain, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		http.Redirect(w, r, secure.URL+"/f.bin", http.StatusFound)
	})
	opt := quick
	opt.tls = secure.Client().Transport.(*http.Transport).TLSClientConfig
	if _, err := getFile(t, content, plain, opt); err != nil {
		t.Error(err)
	}
	opt.tls = &tls.Config{}
	_, err := getFile(t, content, plain, opt)
	wantError(t, err, "certificate")
}

// TestGetLengths has servers that announce another length than the file has, or
// send another than they announce, or none.
func TestGetLengths(t *testing.T) {
	content := noise(50_000)
	for name, test := range map[string]struct {
		serve    func(w http.ResponseWriter, r *http.Request)
		requests int64
		want     string
	}{
		"announced short": {func(w http.ResponseWriter, r *http.Request) { whole(w, r, content[:30_000]) }, 1, "has 30000 bytes, expected 50000"},
		"announced long":  {func(w http.ResponseWriter, r *http.Request) { whole(w, r, append(content[:50_000:50_000], 1)) }, 1, "has 50001 bytes, expected 50000"},
		"sends less": {func(w http.ResponseWriter, r *http.Request) {
			cut(w, content, 20_000)
		}, 3, "20000 of 50000 bytes"},
		"says nothing, sends more": {func(w http.ResponseWriter, r *http.Request) {
			w.Write(content[:1])
			w.(http.Flusher).Flush()
			w.Write(content[1:])
			w.Write(make([]byte, 100_000))
		}, 1, "50001 bytes, expected 50000"},
		"says nothing, sends less": {func(w http.ResponseWriter, r *http.Request) {
			w.Write(content[:1])
			w.(http.Flusher).Flush()
			w.Write(content[1:20_000])
		}, 3, "ended after 20000 of 50000 bytes"},
		"another range": {func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") == "" {
				cut(w, content, 20_000)
			}
			w.Header().Set("Content-Range", "bytes 0-49999/50000")
			w.WriteHeader(http.StatusPartialContent)
			w.Write(content)
		}, 3, "another range"},
	} {
		address, requests := serve(t, func(w http.ResponseWriter, r *http.Request, n int) { test.serve(w, r) })
		opt := quick
		if name == "another range" {
			opt.tries = 2 // the second range is refused, the third request would be for all
		}
		dir, err := getFile(t, content, address, opt)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one line with %q", name, err, test.want)
		}
		if name != "another range" && requests.Load() != test.requests {
			t.Errorf("%s: %d requests, want %d", name, requests.Load(), test.requests)
		}
		if _, err := os.Stat(filepath.Join(dir, "f.bin")); err == nil {
			t.Errorf("%s: there is a file under the final name", name)
		}
	}
}

// TestGetWrongRest has a beginning, left by an earlier download, that is not of the
// file: it is thrown away, and all is fetched.
func TestGetWrongRest(t *testing.T) {
	content := noise(5000)
	address, requests := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { whole(w, r, content) })
	for _, left := range [][]byte{make([]byte, 2000), make([]byte, 5000), make([]byte, 9000)} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "f.bin.part"), left, 0o644); err != nil {
			t.Fatal(err)
		}
		before := requests.Load()
		if _, err := getAll(context.Background(), []data.Source{source("f.bin", content, address)}, dir, quick); err != nil {
			t.Errorf("%d bytes left: %v", len(left), err)
		}
		wantFiles(t, dir, map[string][]byte{"f.bin": content})
		if n := requests.Load() - before; n > 2 {
			t.Errorf("%d bytes left: %d requests", len(left), n)
		}
	}
}

func TestGetMirrorAddress(t *testing.T) {
	for _, mirror := range []string{"10.0.0.5/mnist", "ftp://10.0.0.5", "file:///etc", "http://", "://"} {
		opt := quick
		opt.Mirror = mirror
		_, err := getFile(t, noise(10), "http://127.0.0.1:1/f.bin", opt)
		wantError(t, err, "the mirror", (&url.URL{Scheme: "http"}).String())
	}
}
