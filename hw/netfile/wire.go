package netfile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// wire reads the protocol buffer wire format as a stream
// (https://protobuf.dev/programming-guides/encoding), so that the weights in a
// file, often hundreds of megabytes, pass by without being kept.
type wire struct {
	r  *bufio.Reader
	at int64 // bytes read
	// kept is how many things the caller may still keep: it bounds the memory
	// that a corrupt file can take.
	kept int
}

// Wire types.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

// field is a field of a message. Of a wireBytes field only the size is read.
type field struct {
	number, typ int
	value       uint64 // of numbers
	size        int64  // of wireBytes
}

var errTooMuch = errors.New("too many nodes, names or numbers for a network")

// ReadByte counts the bytes that varints take.
func (w *wire) ReadByte() (byte, error) {
	b, err := w.r.ReadByte()
	if err == nil {
		w.at++
	}
	return b, err
}

// keep takes n things from what may still be kept.
func (w *wire) keep(n int) error {
	if w.kept -= n; w.kept < 0 {
		return errTooMuch
	}
	return nil
}

// corrupt says where the file stops being a protocol buffer.
func (w *wire) corrupt(what string) error {
	return fmt.Errorf("no ONNX file, or a damaged one: %s at byte %d", what, w.at)
}

// message calls visit for every field of a message of the given size. What
// visit leaves unread of a field is skipped.
func (w *wire) message(size int64, visit func(field) error) error {
	for end := w.at + size; w.at < end; {
		tag, err := binary.ReadUvarint(w)
		if err != nil || tag>>3 == 0 || tag>>3 >= 1<<29 {
			return w.corrupt("no field")
		}
		f := field{number: int(tag >> 3), typ: int(tag & 7)}
		switch f.typ {
		case wireVarint, wireBytes:
			f.value, err = binary.ReadUvarint(w)
		case wireFixed64, wireFixed32:
			bytes := 8
			if f.typ == wireFixed32 {
				bytes = 4
			}
			for i := 0; i < bytes && err == nil; i++ {
				var b byte
				b, err = w.ReadByte()
				f.value |= uint64(b) << (8 * i)
			}
		default:
			return w.corrupt(fmt.Sprintf("a field of type %d", f.typ))
		}
		if err != nil || w.at > end {
			return w.corrupt("a field that is cut off")
		}
		if f.typ == wireBytes {
			if f.value > uint64(end-w.at) {
				return w.corrupt(fmt.Sprintf("a field of %d bytes where %d are left", f.value, end-w.at))
			}
			f.size = int64(f.value)
		}
		next := w.at + f.size
		if err := visit(f); err != nil {
			return err
		}
		if err := w.skip(next - w.at); err != nil {
			return err
		}
	}
	return nil
}

// skip passes over n bytes.
func (w *wire) skip(n int64) error {
	for n > 0 {
		k, err := w.r.Discard(int(min(n, 1<<30)))
		w.at += int64(k)
		n -= int64(k)
		if err != nil {
			return w.corrupt("the file ends")
		}
	}
	return nil
}

// text reads a name.
func (w *wire) text(f field) (string, error) {
	const most = 1 << 10
	if f.typ != wireBytes || f.size > most {
		return "", w.corrupt(fmt.Sprintf("want a name of at most %d bytes", most))
	}
	if err := w.keep(1 + int(f.size)/64); err != nil {
		return "", err
	}
	b := make([]byte, f.size)
	n, err := io.ReadFull(w.r, b)
	w.at += int64(n)
	if err != nil {
		return "", w.corrupt("the file ends")
	}
	return string(b), nil
}

// ints appends the numbers of a repeated field, packed or not.
func (w *wire) ints(f field, v []int64) ([]int64, error) {
	if f.typ == wireVarint {
		return append(v, int64(f.value)), w.keep(1)
	}
	if f.typ != wireBytes {
		return v, w.corrupt("want whole numbers")
	}
	for end := w.at + f.size; w.at < end; {
		n, err := binary.ReadUvarint(w)
		if err != nil || w.at > end {
			return v, w.corrupt("a number that is cut off")
		}
		v = append(v, int64(n))
		if err := w.keep(1); err != nil {
			return v, err
		}
	}
	return v, nil
}

// raw reads little-endian numbers of 4 or 8 bytes.
func (w *wire) raw(f field, bytes int) ([]int64, error) {
	var v []int64
	for range f.size / int64(bytes) {
		var n uint64
		for i := range bytes {
			b, err := w.ReadByte()
			if err != nil {
				return nil, w.corrupt("the file ends")
			}
			n |= uint64(b) << (8 * i)
		}
		if bytes == 4 {
			n = uint64(int32(n))
		}
		v = append(v, int64(n))
	}
	return v, w.keep(len(v))
}
