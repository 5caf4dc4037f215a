// Package sealed gives JSON objects a checksum, so that a bit that changes on a disk or
// on the way is noticed. The checksum is the object's last field: other programs read
// the object as before.
//
//	line := sealed.Seal([]byte(`{"index":0}`)) // {"index":0,"crc32c":"..."}
//	object, err := sealed.Open(line)           // {"index":0}, or what is wrong
//	err = sealed.Unmarshal(line, &v)           // the same, into a variable
package sealed

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"regexp"

	"coexplore/internal/jsonfile"
)

var (
	// ErrNone is returned for an object that has no checksum.
	ErrNone = errors.New("it has no checksum")
	// ErrChanged is returned for an object that is not the one that was sealed.
	ErrChanged = errors.New("its checksum is that of other content")
)

// castagnoli is CRC-32C, which notices any one changed bit, and any that lie within 32
// neighbouring ones.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Seal returns a JSON object with one more field, "crc32c": the CRC-32C, in hexadecimal,
// of the object's text before that field, its closing brace and the white space around
// it apart. An object of several lines gets one more line. It panics if the text does
// not end with a brace, or the object has no fields.
func Seal(object []byte) []byte {
	body, closed := bytes.CutSuffix(bytes.TrimSpace(object), []byte("}"))
	lines := bytes.HasSuffix(body, []byte("\n"))
	body = bytes.TrimSpace(body)
	if !closed || len(body) < 2 {
		panic("sealed: not a JSON object with fields")
	}
	format := `%s,"crc32c":"%08x"}`
	if lines {
		format = "%s,\n  \"crc32c\": \"%08x\"\n}\n"
	}
	return fmt.Appendf(nil, format, body, crc32.Checksum(body, castagnoli))
}

// seal is the field that Seal adds.
var seal = regexp.MustCompile(`,\s*"crc32c":\s*"([0-9a-f]{8})"\s*}\s*$`)

// Unmarshal reads the JSON object that Seal sealed into what v points to, with the errors
// of Open and of jsonfile.Unmarshal.
func Unmarshal(text []byte, v any) error {
	object, err := Open(text)
	if err != nil {
		return err
	}
	return jsonfile.Unmarshal(object, v)
}

// Open returns the JSON object that Seal sealed. The error is ErrNone or ErrChanged.
func Open(text []byte) ([]byte, error) {
	// The field is short: what comes before is not searched.
	const most = 64
	from := max(0, len(text)-most)
	at := seal.FindSubmatchIndex(text[from:])
	if at == nil {
		return nil, ErrNone
	}
	body := text[:from+at[0]]
	if sum := fmt.Sprintf("%08x", crc32.Checksum(body, castagnoli)); sum != string(text[from+at[2]:from+at[3]]) {
		return nil, ErrChanged
	}
	return append(bytes.Clone(body), '}'), nil
}
