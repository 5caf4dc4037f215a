// Package download fetches public image sets and makes sure that they are what
// their publishers offer.
//
//	got, err := download.Get(ctx, "cifar10", "pictures/cifar10", download.Options{})
//	set, err := data.Open("pictures/cifar10", 0)
//
// It is apart from package data so that programs that only read pictures do not
// carry a web client.
package download

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"coexplore/data"
	"coexplore/internal/atomicfile"
)

// Options changes how Get downloads. The zero value will do.
type Options struct {
	// Mirror is a URL under which all files lie, for example that of a server in
	// the classroom. Empty: the publishers'.
	Mirror string
	// Progress is called as bytes of a file come in.
	Progress func(file string, done, total int64)

	tries int           // attempts at a file at each URL, 0 for 5
	wait  time.Duration // before the second attempt, 0 for a second
	stall time.Duration // after which a connection that brings nothing is given up, 0 for a minute
	tls   *tls.Config   // nil: the system's
}

// Got says what Get did about one file.
type Got struct {
	File   string `json:"file"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	URL    string `json:"url,omitempty"` // where it came from, if it was downloaded
	Status string `json:"status"`        // "downloaded" or "was there"
}

// Get downloads the public data set called name (see data.SetNames) into the folder
// dir, which is made if need be, so that data.Open(dir) reads it. Every file is
// checked against the size and the SHA-256 sum that are on record for it, and
// gets its name only then: under its final name a file is always whole. Files
// that are there and right are not fetched again, and a download that was cut
// short goes on where it stopped. Archives are unpacked and kept. A server that
// brings nothing for a minute is given up, and a redirect is followed only to a
// host that the file is known to be at, and not from https to http.
//
// A cancelled ctx ends it, keeping what has come in.
func Get(ctx context.Context, name, dir string, opt Options) ([]Got, error) {
	list, err := data.Sources(name)
	if err != nil {
		return nil, err
	}
	return getAll(ctx, list, dir, opt)
}

func getAll(ctx context.Context, list []data.Source, dir string, opt Options) ([]Got, error) {
	if u, err := url.Parse(opt.Mirror); opt.Mirror != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("download: the mirror %q is no address that begins with http:// or https://", opt.Mirror)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("download: %w", err)
	}
	if opt.Progress == nil {
		opt.Progress = func(string, int64, int64) {}
	}
	opt.tries, opt.wait, opt.stall = cmp.Or(opt.tries, 5), cmp.Or(opt.wait, time.Second), cmp.Or(opt.stall, stallLimit)
	var got []Got
	for _, s := range list {
		path := filepath.Join(dir, s.File)
		g := Got{File: s.File, Bytes: s.Bytes, SHA256: s.SHA256, Status: "was there"}
		switch err := verify(path, s); {
		case errors.Is(err, fs.ErrNotExist):
			if g.URL, err = fetch(ctx, s, path, opt); err != nil {
				return got, err
			}
			g.Status = "downloaded"
		case err != nil:
			return got, fmt.Errorf("download: %s is there already and is not the published file: %w; move it away and try again", path, err)
		}
		if strings.HasSuffix(s.File, ".tar.gz") {
			if err := unpack(path, dir, s.Unpacked); err != nil {
				return got, fmt.Errorf("download: unpacking %s: %w", path, err)
			}
		}
		got = append(got, g)
	}
	if len(list) > 0 && list[0].Set == "fashion-mnist" {
		names := strings.Join(data.FashionMNISTClasses(), "\n") + "\n"
		if err := atomicfile.Write(filepath.Join(dir, data.ClassesFile), []byte(names)); err != nil {
			return got, fmt.Errorf("download: %w", err)
		}
	}
	return got, nil
}

// verify says how the file at path differs from the published one.
func verify(path string, s data.Source) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() != s.Bytes {
		return fmt.Errorf("it has %d bytes, expected %d", info.Size(), s.Bytes)
	}
	sum, err := sumOf(f)
	if err != nil {
		return err
	}
	if sum != s.SHA256 {
		return fmt.Errorf("its SHA-256 sum is %s, expected %s", sum, s.SHA256)
	}
	return nil
}

// sumOf returns the SHA-256 sum of what r holds, in hexadecimal.
func sumOf(r io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
