package data

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// An array is what a NumPy file holds: whole numbers, of which element
// (i0, i1, ...) is the one at the sum of index times stride.
type array struct {
	shape, strides []int
	size           int  // bytes of an element
	signed, big    bool // its form: big-endian if big
	raw            []byte
}

// The header of a NumPy file is a literal of Python (numpy/lib/format.py).
var (
	npyDescr   = regexp.MustCompile(`'descr': *('[^']*'|\[)`)
	npyFortran = regexp.MustCompile(`'fortran_order': *(True|False)`)
	npyShape   = regexp.MustCompile(`'shape': *\(([0-9, ]*)\)`)
	npyType    = regexp.MustCompile(`^'([|<>=]?)([iu])([1248])'$`)
)

// npyMaxHeader is the longest header that is read, in bytes.
const npyMaxHeader = 1 << 16

// parseNPY reads an array of whole numbers.
func parseNPY(c content) (*array, error) {
	header, skip, err := npyHeader(c)
	if err != nil {
		return nil, err
	}
	descr, fortran, shape := npyDescr.FindStringSubmatch(header), npyFortran.FindStringSubmatch(header), npyShape.FindStringSubmatch(header)
	if descr == nil || fortran == nil || shape == nil {
		return nil, errors.New("a NumPy header without type, order or shape: save the array again")
	}
	form := npyType.FindStringSubmatch(descr[1])
	if form == nil {
		return nil, fmt.Errorf("its type is %s: save whole numbers, pixels from 0 to 255 as in (255*x).round().astype('uint8')", strings.Trim(descr[1], "'["))
	}
	a := &array{size: int(form[3][0] - '0'), signed: form[2] == "i", big: form[1] == ">"}
	size := uint64(a.size)
	for field := range strings.SplitSeq(shape[1], ",") {
		if field = strings.TrimSpace(field); field == "" {
			continue
		}
		n, err := strconv.ParseUint(field, 10, 31)
		if err != nil {
			return nil, fmt.Errorf("its shape (%s) is too large", shape[1])
		}
		if size *= n; size > maxContent {
			return nil, fmt.Errorf("its shape (%s) has more than %d bytes", shape[1], maxContent)
		}
		a.shape = append(a.shape, int(n))
	}
	a.strides = make([]int, len(a.shape))
	step := 1
	for i := range a.shape {
		k := len(a.shape) - 1 - i
		if fortran[1] == "True" {
			k = i
		}
		a.strides[k] = step
		step *= a.shape[k]
	}
	a.raw, err = c.values(skip, size, fmt.Sprintf("(%s) x %d bytes", shape[1], a.size))
	return a, err
}

// npyHeader returns the header and where the values begin.
func npyHeader(c content) (header string, skip int64, err error) {
	r, err := c()
	if err != nil {
		return "", 0, err
	}
	defer r.Close()
	head := make([]byte, 12)
	if n, err := io.ReadFull(r, head); err != nil {
		return "", 0, fmt.Errorf("too short for a NumPy file: %d bytes (%w)", n, err)
	}
	if string(head[:6]) != "\x93NUMPY" {
		return "", 0, fmt.Errorf("not a NumPy array: it begins with %x", head[:6])
	}
	start, size := 10, uint32(binary.LittleEndian.Uint16(head[8:]))
	switch head[6] {
	case 1:
	case 2, 3:
		start, size = 12, binary.LittleEndian.Uint32(head[8:])
	default:
		return "", 0, fmt.Errorf("version %d of NumPy's format: known are 1 to 3", head[6])
	}
	if size < 2 || size > npyMaxHeader {
		return "", 0, fmt.Errorf("a NumPy header of %d bytes: the file is damaged", size)
	}
	text := append(head[start:12:12], make([]byte, int(size)-(12-start))...)
	if n, err := io.ReadFull(r, text[12-start:]); err != nil {
		return "", 0, fmt.Errorf("%d of the %d bytes of a NumPy header (%w)", n+12-start, size, err)
	}
	return string(text), int64(start) + int64(size), nil
}

// at is the element at an offset that strides add up to. ok is false if it does not
// fit a byte.
func (a *array) at(offset int) (v uint8, ok bool) {
	p := a.raw[offset*a.size : (offset+1)*a.size]
	low := 0
	if a.big {
		low = a.size - 1
	}
	for i, b := range p {
		if i != low && b != 0 {
			return 0, false
		}
	}
	if a.signed && a.size == 1 && p[0] > 127 {
		return 0, false
	}
	return p[low], true
}
