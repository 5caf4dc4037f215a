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

// stallLimit is how long a connection may bring nothing before it is given up,
// however long the whole download takes.
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
// what is missing. If what an earlier download left behind turns out to be wrong,
// it begins anew, once.
func fetchFrom(ctx context.Context, url string, s data.Source, path string, opt Options) error {
	part := path + ".part"
	info, err := os.Stat(part)
	resumed := err == nil && info.Size() > 0
	client := newClient(url, s, opt)
	defer client.HTTPClient.CloseIdleConnections()
	for {
		if err := fetchWhole(ctx, client, url, s, part, opt); err != nil {
			return err
		}
		err := verify(part, s)
		if err == nil {
			return os.Rename(part, path)
		}
		if rm := os.Remove(part); rm != nil {
			return rm
		}
		if !resumed {
			return fmt.Errorf("what came is not the published file (%w) and was thrown away; try again, later or with another mirror", err)
		}
		resumed = false
	}
}

// fetchWhole goes on until the file part has all its bytes.
func fetchWhole(ctx context.Context, client *retryablehttp.Client, url string, s data.Source, part string, opt Options) error {
	for try := 1; ; try++ {
		again, err := fetchRest(ctx, client, url, s, part, opt)
		if err == nil || !again || try == opt.tries || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(opt.wait):
		}
	}
}

// fetchRest appends to the file part what it still lacks of s. again tells
// whether another try may help.
func fetchRest(ctx context.Context, client *retryablehttp.Client, url string, s data.Source, part string, opt Options) (again bool, err error) {
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
		opt.Progress(s.File, have, s.Bytes)
		return false, nil // whole; verify decides
	}
	if have > s.Bytes {
		have = 0
	}

	outer := ctx
	ctx, cancel := context.WithCancel(outer)
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
	switch resp.StatusCode {
	case http.StatusOK:
		have = 0
	case http.StatusPartialContent:
		if err := checkRange(resp.Header.Get("Content-Range"), have); err != nil {
			return true, joined(err, f.Truncate(0))
		}
	case http.StatusRequestedRangeNotSatisfiable:
		return true, joined(errors.New("the server's file is shorter than expected"), f.Truncate(0))
	default:
		return false, fmt.Errorf("the server answered %s", resp.Status)
	}
	if n := resp.ContentLength; n >= 0 && have+n != s.Bytes {
		return false, joined(fmt.Errorf("the server's file has %d bytes, expected %d", have+n, s.Bytes), f.Truncate(0))
	}
	if err := f.Truncate(have); err != nil {
		return false, err
	}
	if _, err := f.Seek(have, io.SeekStart); err != nil {
		return false, err
	}

	// A connection that brings nothing for long is cut.
	stalled := time.AfterFunc(opt.stall, cancel)
	defer stalled.Stop()
	body := io.LimitReader(resp.Body, s.Bytes-have+1)
	buf := make([]byte, 64<<10)
	for {
		n, rerr := body.Read(buf)
		if n > 0 {
			stalled.Reset(opt.stall)
			if _, err := f.Write(buf[:n]); err != nil {
				return false, err
			}
			have += int64(n)
			opt.Progress(s.File, min(have, s.Bytes), s.Bytes)
		}
		switch {
		case rerr == io.EOF && have < s.Bytes:
			return true, fmt.Errorf("the connection ended after %d of %d bytes", have, s.Bytes)
		case rerr == io.EOF:
			return false, f.Sync()
		case rerr != nil && ctx.Err() != nil && outer.Err() == nil:
			return true, fmt.Errorf("nothing came for %v after %d of %d bytes", opt.stall, have, s.Bytes)
		case rerr != nil:
			return true, fmt.Errorf("after %d of %d bytes: %w", have, s.Bytes, rerr)
		}
	}
}

// checkRange compares a Content-Range with what was asked for.
func checkRange(header string, from int64) error {
	var first, last int64
	if n, _ := fmt.Sscanf(header, "bytes %d-%d", &first, &last); n != 2 || first != from {
		return fmt.Errorf("the server sent another range than was asked for: %q", header)
	}
	return nil
}

// joined is err, in one line with what failed after it.
func joined(err, after error) error {
	if after == nil {
		return err
	}
	return fmt.Errorf("%w; %w", err, after)
}
