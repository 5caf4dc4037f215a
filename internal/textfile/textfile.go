// Package textfile reads text the way editors, spreadsheets and shells of any
// system save it, so that every reader of the program takes the same files.
//
//	text, err := textfile.Read("classes.txt")       // UTF-8, lines end in \n
//	table, err := textfile.NewTable(text)           // commas, semicolons or tabs
//	row, err := table.Read()
//	accuracy, err := table.Number(row[1])           // 0.81, or 0,81 among semicolons
package textfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf16"
	"unicode/utf8"

	"coexplore/internal/gzipped"
)

// maxBytes is the longest text that Read and ReadFrom take.
const maxBytes = 64 << 20

// Read is ReadFrom for the file at path, which the error names.
func Read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := ReadFrom(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return text, nil
}

// ReadFrom returns the text that r holds, plain or compressed by gzip, as Decode
// gives it.
func ReadFrom(r io.Reader) ([]byte, error) {
	plain, err := gzipped.NewReader(r)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(plain, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxBytes {
		return nil, fmt.Errorf("more than %d MiB, the most that is read as text", maxBytes>>20)
	}
	return Decode(b)
}

// Decode returns the text in b as UTF-8 without a byte order mark, each line
// ended by \n where b has \n, \r\n or \r. UTF-16 is told by its byte order mark.
// It is an error, with the line, if b is in another encoding or holds a zero byte.
// The text may share memory with b.
func Decode(b []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe, 0, 0}), bytes.HasPrefix(b, []byte{0, 0, 0xfe, 0xff}):
		return nil, errors.New("the text is in UTF-32: save it as UTF-8")
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		return decode16(b[2:], func(p []byte) uint16 { return uint16(p[0]) | uint16(p[1])<<8 })
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		return decode16(b[2:], func(p []byte) uint16 { return uint16(p[1]) | uint16(p[0])<<8 })
	}
	return clean(bytes.TrimPrefix(b, []byte("\ufeff")))
}

// decode16 decodes UTF-16, of which unit reads a code unit.
func decode16(b []byte, unit func([]byte) uint16) ([]byte, error) {
	text := make([]byte, 0, len(b))
	for at := 0; at < len(b); at += 2 {
		if at+1 == len(b) {
			return nil, fmt.Errorf("line %d: the UTF-16 text ends within a character: copy the file again or save it as UTF-8", line(text))
		}
		r := rune(unit(b[at:]))
		if utf16.IsSurrogate(r) {
			low := rune(0)
			if at+3 < len(b) {
				low = rune(unit(b[at+2:]))
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				return nil, fmt.Errorf("line %d: half a character of UTF-16: the file is damaged; save it as UTF-8", line(text))
			}
			at += 2
		}
		text = utf8.AppendRune(text, r)
	}
	return clean(text)
}

// clean refuses what is no text and ends lines by \n.
func clean(text []byte) ([]byte, error) {
	if at := bytes.IndexByte(text, 0); at >= 0 {
		return nil, fmt.Errorf("line %d: a zero byte: this is no text, or it is UTF-16 without a byte order mark; save it as UTF-8", line(text[:at]))
	}
	if !utf8.Valid(text) {
		at := 0
		for {
			r, size := utf8.DecodeRune(text[at:])
			if r == utf8.RuneError && size <= 1 {
				break
			}
			at += size
		}
		return nil, fmt.Errorf("line %d: byte %#x is not UTF-8: save the file as UTF-8", line(text[:at]), text[at])
	}
	if bytes.IndexByte(text, '\r') < 0 {
		return text, nil
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(text, []byte("\r"), []byte("\n")), nil
}

// line is the number of the line in which what follows text lies.
func line(text []byte) int {
	return 1 + bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r")) - bytes.Count(text, []byte("\r\n"))
}
