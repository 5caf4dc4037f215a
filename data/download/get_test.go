package download

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"coexplore/data"
)

// quick is what tests use instead of waiting.
var quick = Options{tries: 3, wait: time.Millisecond}

// source describes content as a published file.
func source(file string, content []byte, urls ...string) data.Source {
	sum := sha256.Sum256(content)
	return data.Source{Set: "test", File: file, URLs: urls, Bytes: int64(len(content)), SHA256: hex.EncodeToString(sum[:]), Unpacked: 1 << 20}
}

func noise(n int) []byte {
	b := make([]byte, n)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return b
}

// serve starts a server and counts the requests.
func serve(t *testing.T, h func(w http.ResponseWriter, r *http.Request, n int)) (url string, requests *atomic.Int64) {
	t.Helper()
	requests = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h(w, r, int(requests.Add(1)))
	}))
	t.Cleanup(s.Close)
	return s.URL + "/f.bin", requests
}

// whole serves content, also parts of it.
func whole(w http.ResponseWriter, r *http.Request, content []byte) {
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// cut announces content and sends only n bytes of it.
func cut(w http.ResponseWriter, content []byte, n int) {
	w.Header().Set("Content-Length", fmt.Sprint(len(content)))
	w.Write(content[:n])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// wantFiles wants exactly these files in dir.
func wantFiles(t *testing.T, dir string, want map[string][]byte) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, ok := want[e.Name()]; !ok {
			t.Errorf("%s was left behind", e.Name())
		}
	}
	for name, content := range want {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%s has %d bytes (%v), want the %d published", name, len(got), err, len(content))
		}
	}
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, p := range append(parts, "download: ") {
		if !strings.Contains(err.Error(), p) || strings.Contains(err.Error(), "\n") {
			t.Errorf("message %q is not one line with %q", err, p)
		}
	}
}

func TestGetDownloadsOnce(t *testing.T) {
	content := noise(300_000)
	url, requests := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { whole(w, r, content) })
	dir := filepath.Join(t.TempDir(), "new", "folder")
	opt := quick
	var last, total int64
	opt.Progress = func(file string, done, of int64) {
		if done < last || file != "f.bin" {
			t.Errorf("progress of %s falls from %d to %d", file, last, done)
		}
		last, total = done, of
	}
	for i, status := range []string{"downloaded", "was there"} {
		got, err := getAll(context.Background(), []data.Source{source("f.bin", content, url)}, dir, opt)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || got[0].Status != status || got[0].Bytes != 300_000 {
			t.Errorf("time %d: %+v, want %s", i, got, status)
		}
	}
	wantFiles(t, dir, map[string][]byte{"f.bin": content})
	if requests.Load() != 1 || last != 300_000 || total != 300_000 {
		t.Errorf("%d requests, progress to %d of %d", requests.Load(), last, total)
	}
}

func TestGetNotFound(t *testing.T) {
	url, requests := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { http.NotFound(w, r) })
	dir := t.TempDir()
	_, err := getAll(context.Background(), []data.Source{source("f.bin", noise(100), url)}, dir, quick)
	wantError(t, err, "cannot get f.bin", url, "404 Not Found")
	if requests.Load() != 1 {
		t.Errorf("%d requests, want 1: a missing file does not come back", requests.Load())
	}
	wantFiles(t, dir, nil)
}

func TestGetTriesAgain(t *testing.T) {
	content := noise(1000)
	url, requests := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
		if n < 3 {
			http.Error(w, "busy", http.StatusServiceUnavailable)
			return
		}
		whole(w, r, content)
	})
	dir := t.TempDir()
	if _, err := getAll(context.Background(), []data.Source{source("f.bin", content, url)}, dir, quick); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, dir, map[string][]byte{"f.bin": content})
	if requests.Load() != 3 {
		t.Errorf("%d requests, want 3", requests.Load())
	}
}

func TestGetGivesUp(t *testing.T) {
	url, requests := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		http.Error(w, "busy", http.StatusServiceUnavailable)
	})
	_, err := getAll(context.Background(), []data.Source{source("f.bin", noise(100), url)}, t.TempDir(), quick)
	wantError(t, err, "503")
	if requests.Load() != 3 {
		t.Errorf("%d requests, want 3", requests.Load())
	}
}

func TestGetNextMirror(t *testing.T) {
	content := noise(1000)
	gone, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { http.NotFound(w, r) })
	good, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { whole(w, r, content) })
	got, err := getAll(context.Background(), []data.Source{source("f.bin", content, gone, good)}, t.TempDir(), quick)
	if err != nil {
		t.Fatal(err)
	}
	if got[0].URL != good {
		t.Errorf("came from %s, want %s", got[0].URL, good)
	}
	if _, err = getAll(context.Background(), []data.Source{source("f.bin", content, gone)}, t.TempDir(), Options{Mirror: strings.TrimSuffix(good, "f.bin"), tries: 1}); err != nil {
		t.Error(err)
	}
}

func TestGetGoesOnAfterACut(t *testing.T) {
	content := noise(200_000)
	var asked []string
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
		asked = append(asked, r.Header.Get("Range"))
		if n == 1 {
			cut(w, content, 120_000)
		}
		whole(w, r, content)
	})
	dir := t.TempDir()
	if _, err := getAll(context.Background(), []data.Source{source("f.bin", content, url)}, dir, quick); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, dir, map[string][]byte{"f.bin": content})
	if len(asked) != 2 || asked[0] != "" || asked[1] != "bytes=120000-" {
		t.Errorf("asked for the ranges %q, want all and then from 120000", asked)
	}
}

func TestGetTruncatedForGood(t *testing.T) {
	content := noise(50_000)
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { whole(w, r, content[:30_000]) })
	dir := t.TempDir()
	_, err := getAll(context.Background(), []data.Source{source("f.bin", content, url)}, dir, quick)
	wantError(t, err, "f.bin")
	if _, err := os.Stat(filepath.Join(dir, "f.bin")); err == nil {
		t.Error("there is a file under the final name")
	}
}

func TestGetServerWithoutRanges(t *testing.T) {
	content := noise(5000)
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { w.Write(content) })
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f.bin.part"), []byte("something else"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := getAll(context.Background(), []data.Source{source("f.bin", content, url)}, dir, quick); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, dir, map[string][]byte{"f.bin": content})
}

func TestGetResumesAnOlderDownload(t *testing.T) {
	content := noise(5000)
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.Header.Get("Range") != "bytes=2000-" {
			t.Errorf("asked for %q", r.Header.Get("Range"))
		}
		whole(w, r, content)
	})
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f.bin.part"), content[:2000], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := getAll(context.Background(), []data.Source{source("f.bin", content, url)}, dir, quick); err != nil {
		t.Fatal(err)
	}
	wantFiles(t, dir, map[string][]byte{"f.bin": content})
}

func TestGetWrongSum(t *testing.T) {
	content := noise(5000)
	other := bytes.Clone(content)
	other[4321] ^= 1
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { whole(w, r, other) })
	dir := t.TempDir()
	s := source("f.bin", content, url)
	_, err := getAll(context.Background(), []data.Source{s}, dir, quick)
	wantError(t, err, "not the published file", "SHA-256", s.SHA256, "thrown away")
	wantFiles(t, dir, nil)

	long, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { whole(w, r, append(content, 1, 2, 3)) })
	_, err = getAll(context.Background(), []data.Source{source("f.bin", content, long)}, dir, quick)
	wantError(t, err, "5003 bytes, expected 5000")
	wantFiles(t, dir, nil)
}

func TestGetKeepsAnotherFile(t *testing.T) {
	dir := t.TempDir()
	mine := []byte("my own")
	if err := os.WriteFile(filepath.Join(dir, "f.bin"), mine, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := getAll(context.Background(), []data.Source{source("f.bin", noise(10), "http://127.0.0.1:1/f.bin")}, dir, quick)
	wantError(t, err, "is there already", "6 bytes, expected 10", "move it away")
	wantFiles(t, dir, map[string][]byte{"f.bin": mine})
}

func TestGetCancelled(t *testing.T) {
	content := noise(100_000)
	ctx, cancel := context.WithCancel(context.Background())
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		w.Write(content[:60_000])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	opt := quick
	opt.Progress = func(_ string, done, _ int64) {
		if done == 60_000 {
			cancel()
		}
	}
	dir := t.TempDir()
	_, err := getAll(ctx, []data.Source{source("f.bin", content, url)}, dir, opt)
	wantError(t, err, "stopped", "run it again")
	wantFiles(t, dir, map[string][]byte{"f.bin.part": content[:60_000]})
}

func TestGetUnknown(t *testing.T) {
	if _, err := Get(context.Background(), "imagenet", t.TempDir(), Options{}); err == nil || !strings.Contains(err.Error(), "cifar10, mnist, fashion-mnist") {
		t.Errorf("error %v does not list the sets", err)
	}
}

// archive makes a .tar.gz.
func archive(t *testing.T, entries ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, h := range entries {
		if h.Mode == 0 {
			h.Mode = 0o644
		}
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Size <= 1<<20 {
			if _, err := w.Write(make([]byte, h.Size)); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.Flush()
	z.Close()
	return b.Bytes()
}

// TestGetArchive downloads a small set in the layout of CIFAR-10's archive and
// reads it.
func TestGetArchive(t *testing.T) {
	content := archive(t,
		tar.Header{Name: "cifar-10-batches-bin/", Typeflag: tar.TypeDir, Mode: 0o755},
		tar.Header{Name: "cifar-10-batches-bin/data_batch_1.bin", Size: 2 * 3073},
		tar.Header{Name: "cifar-10-batches-bin/test_batch.bin", Size: 3073},
	)
	url, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { whole(w, r, content) })
	dir := t.TempDir()
	for range 2 {
		if _, err := getAll(context.Background(), []data.Source{source("c.tar.gz", content, url)}, dir, quick); err != nil {
			t.Fatal(err)
		}
		set, err := data.Open(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		if set.Train.Len() != 2 || set.Test.Len() != 1 {
			t.Errorf("%v", set)
		}
	}
	wantFiles(t, filepath.Join(dir, "cifar-10-batches-bin"), map[string][]byte{
		"data_batch_1.bin": make([]byte, 2*3073), "test_batch.bin": make([]byte, 3073),
	})
}

func TestUnpackRefuses(t *testing.T) {
	many := make([]tar.Header, unpackMaxFiles+1)
	for i := range many {
		many[i] = tar.Header{Name: fmt.Sprintf("d%d/", i), Typeflag: tar.TypeDir, Mode: 0o755}
	}
	good := archive(t, tar.Header{Name: "a/b.bin", Size: 100_000})
	for _, test := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"parent", archive(t, tar.Header{Name: "../escaped", Size: 3}), "outside the folder"},
		{"inner parent", archive(t, tar.Header{Name: "a/../../escaped", Size: 3}), "outside the folder"},
		{"absolute", archive(t, tar.Header{Name: "/escaped", Size: 3}), "outside the folder"},
		{"symbolic link", archive(t, tar.Header{Name: "l", Typeflag: tar.TypeSymlink, Linkname: "/"}), "neither a file nor a folder"},
		{"hard link", archive(t, tar.Header{Name: "l", Typeflag: tar.TypeLink, Linkname: "x"}), "neither a file nor a folder"},
		{"device", archive(t, tar.Header{Name: "d", Typeflag: tar.TypeChar}), "neither a file nor a folder"},
		{"bomb", archive(t, tar.Header{Name: "b", Size: 1 << 40}), "more than the 1048576 bytes"},
		{"two", archive(t, tar.Header{Name: "d/", Typeflag: tar.TypeDir, Mode: 0o755}, tar.Header{Name: "b", Size: 1<<20 + 1}), "more than the 1048576 bytes"},
		{"many", archive(t, many...), "more than 1000 entries"},
		{"cut", good[:len(good)-40], "EOF"},
		{"not gzip", []byte("hello, this is a page"), "gzip"},
	} {
		t.Run(test.name, func(t *testing.T) {
			parent := t.TempDir()
			dir := filepath.Join(parent, "in")
			if err := os.MkdirAll(filepath.Join(dir, "a"), 0o755); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(parent, "x.tar.gz")
			if err := os.WriteFile(path, test.content, 0o644); err != nil {
				t.Fatal(err)
			}
			if err := unpack(path, dir, 1<<20); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			err := filepath.WalkDir(parent, func(p string, e os.DirEntry, err error) error {
				if err == nil && !e.IsDir() && p != path {
					t.Errorf("%s was written", p)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestUnpackThroughALink makes sure that a link that is in the folder already
// does not lead out of it.
func TestUnpackThroughALink(t *testing.T) {
	parent := t.TempDir()
	dir, outside := filepath.Join(parent, "in"), filepath.Join(parent, "out")
	for _, d := range []string{dir, outside} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Skipf("SKIPPED: no symbolic links here: %v", err)
	}
	path := filepath.Join(parent, "x.tar.gz")
	if err := os.WriteFile(path, archive(t, tar.Header{Name: "link/f", Size: 3}), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := unpack(path, dir, 1<<20); err == nil {
		t.Error("a link that leads out of the folder was followed")
	}
	wantFiles(t, outside, nil)
}
