package data

import (
	"fmt"
	"io"
	"os"

	"coexplore/internal/gzipped"
)

// maxContent is the most bytes of pixels that are read of a part of a set.
const maxContent = 1 << 30

// A content can be read from its beginning as often as need be.
type content func() (io.ReadCloser, error)

// fileContent is the content of the file at path, decompressed if it is gzip.
func fileContent(path string) content {
	return func() (io.ReadCloser, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		r, err := gzipped.NewReader(f)
		if err != nil {
			f.Close()
			return nil, err
		}
		return struct {
			io.Reader
			io.Closer
		}{r, f}, nil
	}
}

// bytes reads all of the content, at most limit bytes.
func (c content) bytes(limit int64) ([]byte, error) {
	r, err := c()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("more than %d bytes", limit)
	}
	return b, err
}

// values returns the size bytes that the content has after the first skip, and
// nothing behind them; what the values are announced as is for messages. What a
// header announces is not believed before it has been seen: memory is taken only
// once the bytes are known to be there.
func (c content) values(skip int64, size uint64, announced string) ([]byte, error) {
	r, err := c.from(skip)
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(io.Discard, io.LimitReader(r, int64(size)+1))
	r.Close()
	got := uint64(n)
	switch {
	case err != nil && got < size:
		return nil, fmt.Errorf("truncated or damaged after %d of %d bytes of values: %w", got, size, err)
	case err != nil:
		return nil, fmt.Errorf("damaged behind its %d bytes of values: %w", size, err)
	case got < size:
		return nil, fmt.Errorf("truncated: %d bytes of values, and the header announces %s = %d; copy or download it again", got, announced, size)
	case got > size:
		return nil, fmt.Errorf("longer than the %s = %d bytes of values that the header announces", announced, size)
	}
	if r, err = c.from(skip); err != nil {
		return nil, err
	}
	defer r.Close()
	b := make([]byte, size)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, err
	}
	return b, nil
}

// from opens the content behind its first skip bytes.
func (c content) from(skip int64) (io.ReadCloser, error) {
	r, err := c()
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, r, skip); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}
