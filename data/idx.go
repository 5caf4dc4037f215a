package data

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// An IDX file is two zero bytes, a type (8: unsigned byte), the number of
// dimensions, each dimension as a big-endian 32-bit number, and then the values,
// the last dimension fastest (http://yann.lecun.com/exdb/mnist, "The IDX file
// format").
const idxBytes = 8

// readIDXPair reads one part of a set: its images and their labels.
func readIDXPair(imagePath, labelPath string) (*Images, error) {
	dims, pixels, err := readIDX(imagePath, 3)
	if err != nil {
		return nil, err
	}
	_, labels, err := readIDX(labelPath, 1)
	if err != nil {
		return nil, err
	}
	if dims[0] != len(labels) {
		return nil, fmt.Errorf("data: %s has %d images, but %s has %d labels", imagePath, dims[0], labelPath, len(labels))
	}
	if dims[1] == 0 || dims[2] == 0 {
		return nil, fmt.Errorf("data: %s: images of %dx%d pixels", imagePath, dims[1], dims[2])
	}
	return &Images{Width: dims[2], Height: dims[1], Channels: 1, Pixels: pixels, Labels: labels}, nil
}

// readIDX reads a file of unsigned bytes with the given number of dimensions.
func readIDX(path string, dimensions int) (dims []int, values []byte, err error) {
	if dims, values, err = parseIDX(fileContent(path), dimensions); err != nil {
		return nil, nil, fmt.Errorf("data: %s: %w", path, err)
	}
	return dims, values, nil
}

// parseIDX reads IDX.
func parseIDX(c content, dimensions int) (dims []int, values []byte, err error) {
	head, err := idxHead(c, dimensions)
	if err != nil {
		return nil, nil, err
	}
	size := uint64(1)
	for i := range dimensions {
		d := binary.BigEndian.Uint32(head[4+4*i:])
		if d > math.MaxInt32 {
			return nil, nil, fmt.Errorf("the header announces %d entries in dimension %d, more than %d", d, i+1, math.MaxInt32)
		}
		dims = append(dims, int(d))
		if size *= uint64(d); size > maxContent {
			return nil, nil, fmt.Errorf("the header announces %s values, more than %d", dimsText(dims), maxContent)
		}
	}
	values, err = c.values(int64(len(head)), size, dimsText(dims))
	return dims, values, err
}

// idxHead reads the header of an IDX file.
func idxHead(c content, dimensions int) ([]byte, error) {
	r, err := c()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	head := make([]byte, 4+4*dimensions)
	n, err := io.ReadFull(r, head)
	if n >= 4 && !bytes.Equal(head[:4], []byte{0, 0, idxBytes, byte(dimensions)}) {
		return nil, fmt.Errorf("not IDX with %d dimensions of unsigned bytes: begins with %x, expected 000008%02x", dimensions, head[:4], dimensions)
	}
	if err != nil {
		return nil, fmt.Errorf("too short for an IDX file: %d bytes of a header of %d (%w)", n, len(head), err)
	}
	return head, nil
}

func dimsText(dims []int) string {
	s := make([]string, len(dims))
	for i, d := range dims {
		s[i] = strconv.Itoa(d)
	}
	return strings.Join(s, " x ")
}
