package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"coexplore/data"
)

// stallLimit is how long a connection may bring nothing before it is given up.
const stallLimit = 60 * time.Second

// fetch downloads a file to path and returns the URL that it came from. What
// has come in so far is in path.part, and is kept when the download stops.
func fetch(ctx context.Context, s data.Source, path string, opt Options) (url string, err error) {
	urls := s.URLs
	if opt.Mirror != "" {
		urls = []string{strings.TrimSuffix(opt.Mirror, "/") + "/" + s.File}
	}
	defer func() {
		// Where nothing came in, nothing is kept.
		part := path + ".part"
		if info, e := os.Stat(part); err != nil && e == nil && info.Size() == 0 {
			os.Remove(part)
		}
	}()
	var failures []string
	for _, url := range urls {
		err := fetchFrom(ctx, url, s, path, opt)
		if err == nil {
			return url, nil
		}
		if ctx.Err() != nil {
			return "", fmt.Errorf("download: %s: stopped; run it again to go on where it stopped: %w", s.File, ctx.Err())
		}
		failures = append(failures, fmt.Sprintf("%s: %v", url, err))
	}
	return "", fmt.Errorf("download: cannot get %s: %s", s.File, strings.Join(failures, "; "))
}

// fetchFrom tries one URL: as often as is worth while, each time asking only for
// what is missing.
func fetchFrom(ctx context.Context, url string, s data.Source, path string, opt Options) error {
	tries, wait := opt.tries, opt.wait
	if tries == 0 {
		tries = 5
	}
	if wait == 0 {
		wait = time.Second
	}
	client := retryablehttp.NewClient()
	client.Logger = nil
	client.RetryMax = tries - 1
	client.RetryWaitMin, client.RetryWaitMax = wait, 16*wait
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	if t, ok := client.HTTPClient.Transport.(*http.Transport); ok {
		t.ResponseHeaderTimeout = stallLimit
	}
	defer client.HTTPClient.CloseIdleConnections()

	part := path + ".part"
	for try := 1; ; try++ {
		again, err := fetchRest(ctx, client, url, s, part, opt.Progress)
		if err == nil {
			break
		}
		if !again || try == tries || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
	if err := verify(part, s); err != nil {
		if rm := os.Remove(part); rm != nil {
			return rm
		}
		return fmt.Errorf("what came is not the published file (%w) and was thrown away; try again, later or with another mirror", err)
	}
	return os.Rename(part, path)
}

// fetchRest appends to the file part what it still lacks of s. again tells
// whether another try may help.
func fetchRest(ctx context.Context, client *retryablehttp.Client, url string, s data.Source, part string, progress func(string, int64, int64)) (again bool, err error) {
	f, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return false, err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	have, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return false, err
	}
	if have == s.Bytes {
		progress(s.File, have, s.Bytes)
		return false, nil // whole; verify decides
	}
	if have > s.Bytes {
		have = 0
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	req, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false, err
	}
	req.Header.Set("Accept-Encoding", "identity")
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	resp, err := client.Do(req)
	if err != nil {
		return false, err // client has tried often enough
	}
	defer resp.Body.Close()
	var from, to int64
	switch resp.StatusCode {
	case http.StatusOK:
		have = 0
	case http.StatusPartialContent:
		if n, _ := fmt.Sscanf(resp.Header.Get("Content-Range"), "bytes %d-%d", &from, &to); n != 2 || from != have {
			return true, errors.Join(fmt.Errorf("the server sent another range than was asked for: %q", resp.Header.Get("Content-Range")), f.Truncate(0))
		}
	case http.StatusRequestedRangeNotSatisfiable:
		return true, errors.Join(errors.New("the server's file is shorter than expected"), f.Truncate(0))
	default:
		return false, fmt.Errorf("the server answered %s", resp.Status)
	}
	if err := f.Truncate(have); err != nil {
		return false, err
	}
	if _, err := f.Seek(have, io.SeekStart); err != nil {
		return false, err
	}

	// A connection that brings nothing for long is cut.
	stalled := time.AfterFunc(stallLimit, cancel)
	defer stalled.Stop()
	body := io.LimitReader(resp.Body, s.Bytes-have+1)
	buf := make([]byte, 64<<10)
	for {
		n, rerr := body.Read(buf)
		if n > 0 {
			stalled.Reset(stallLimit)
			if _, err := f.Write(buf[:n]); err != nil {
				return false, err
			}
			have += int64(n)
			progress(s.File, min(have, s.Bytes), s.Bytes)
		}
		switch {
		case rerr == io.EOF && have < s.Bytes:
			return true, fmt.Errorf("the connection ended after %d of %d bytes", have, s.Bytes)
		case rerr == io.EOF:
			return false, nil
		case rerr != nil:
			return true, fmt.Errorf("after %d of %d bytes: %w", have, s.Bytes, rerr)
		}
	}
}
