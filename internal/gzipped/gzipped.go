// Package gzipped reads files that may be compressed by gzip, which it tells by
// their content and not by their names.
//
//	f, err := os.Open(path)
//	...
//	r, err := gzipped.NewReader(f)
//	content, err := io.ReadAll(r) // the same for a.csv and for a.csv.gz
package gzipped

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

var magic = []byte{0x1f, 0x8b}

// NewReader returns the content of r, decompressed if it begins as gzip does.
// As gzip(1) does it, members that follow one another are read as one, and zero
// bytes after the last are ignored; other bytes there are an error.
func NewReader(r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	if start, err := b.Peek(2); err != nil || !bytes.Equal(start, magic) {
		return b, nil // an error shows again when b is read
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, damaged(err)
	}
	z.Multistream(false)
	return &members{b, z}, nil
}

// members reads one member of a gzip file after the other.
type members struct {
	b *bufio.Reader
	z *gzip.Reader
}

func (m *members) Read(p []byte) (int, error) {
	n, err := m.z.Read(p)
	if err == io.EOF {
		err = m.next()
	} else if err != nil {
		err = damaged(err)
	}
	return n, err
}

// next goes on to the next member, or returns io.EOF.
func (m *members) next() error {
	start, err := m.b.Peek(2)
	if bytes.Equal(start, magic) {
		if err := m.z.Reset(m.b); err != nil {
			return damaged(err)
		}
		m.z.Multistream(false)
		return nil
	}
	if err != nil && err != io.EOF {
		return err
	}
	for {
		c, err := m.b.ReadByte()
		switch {
		case err != nil:
			return err
		case c != 0:
			return errors.New("the compressed data is followed by something else: copy or download the file again")
		}
	}
}

// damaged says what is wrong with a gzip file.
func damaged(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return fmt.Errorf("damaged gzip file: it ends too early; copy or download it again (%w)", io.ErrUnexpectedEOF)
	case errors.Is(err, gzip.ErrChecksum):
		return fmt.Errorf("damaged gzip file: what it holds does not have its check sum; copy or download it again (%w)", err)
	}
	return fmt.Errorf("damaged gzip file (%w); copy or download it again", err)
}
