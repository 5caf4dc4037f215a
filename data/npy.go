package data

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// An array is what a NumPy file holds, of which element (i0, i1, ...) is the one at
// the sum of index times stride.
type array struct {
	shape, strides []int
	descr          string // its type, as NumPy writes it
	kind           byte   // i, u: whole numbers; f: floating point; b: true or false; U, S: text
	size           int    // bytes of an element
	big            bool   // big-endian
	raw            []byte
}

// The header of a NumPy file is a literal of Python (numpy/lib/format.py).
var (
	npyDescr   = regexp.MustCompile(`'descr': *('[^']*'|\[)`)
	npyFortran = regexp.MustCompile(`'fortran_order': *(True|False)`)
	npyShape   = regexp.MustCompile(`'shape': *\(([0-9, ]*)\)`)
	npyType    = regexp.MustCompile(`^'([|<>=]?)(?:([iu])([1248])|(f)([248])|(b)(1)|([US])([1-9][0-9]{0,3}))'$`)
)

// npyMaxHeader is the longest header that is read, in bytes.
const npyMaxHeader = 1 << 16

// parseNPY reads an array of numbers or of text.
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
		return nil, fmt.Errorf("its type is %s, which is not read: save numbers", strings.Trim(descr[1], "'["))
	}
	kind := form[2] + form[4] + form[6] + form[8]
	a := &array{descr: strings.Trim(descr[1], "'"), kind: kind[0], big: form[1] == ">"}
	a.size, _ = strconv.Atoi(form[3] + form[5] + form[7] + form[9])
	if a.kind == 'U' {
		a.size *= 4
	}
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

// at is the whole number at an offset that strides add up to. ok is false if it does
// not fit a byte.
func (a *array) at(offset int) (v uint8, ok bool) {
	p := a.element(offset)
	low := 0
	if a.big {
		low = a.size - 1
	}
	for i, b := range p {
		if i != low && b != 0 {
			return 0, false
		}
	}
	if a.kind == 'i' && a.size == 1 && p[0] > 127 {
		return 0, false
	}
	return p[low], true
}

func (a *array) element(offset int) []byte { return a.raw[offset*a.size : (offset+1)*a.size] }

// text is the element at an offset in words: a number that is whole without a point.
func (a *array) text(offset int) string {
	p := slices.Clone(a.element(offset))
	switch a.kind {
	case 'S':
		return strings.TrimRight(string(p), "\x00")
	case 'U':
		var b strings.Builder
		for ; len(p) >= 4; p = p[4:] {
			r := binary.LittleEndian.Uint32(p)
			if a.big {
				r = binary.BigEndian.Uint32(p)
			}
			if r != 0 {
				b.WriteRune(rune(r))
			}
		}
		return b.String()
	}
	if a.big {
		slices.Reverse(p)
	}
	var word [8]byte
	copy(word[:], p)
	n := binary.LittleEndian.Uint64(word[:])
	switch a.kind {
	case 'i':
		shift := 64 - 8*a.size
		return strconv.FormatInt(int64(n<<shift)>>shift, 10)
	case 'f':
		f := math.Float64frombits(n)
		switch a.size {
		case 2:
			f = half(uint16(n))
		case 4:
			f = float64(math.Float32frombits(uint32(n)))
		}
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatUint(n, 10)
}

// half is a number in IEEE 754's binary16.
func half(b uint16) float64 {
	sign, exponent, fraction := 1-2*float64(b>>15), int(b>>10&31), float64(b&1023)
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction == 0 {
			return sign * math.Inf(1)
		}
		return math.NaN()
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}

// npyLabels reads labels, one for each image: an element each, or a row with one 1 among
// zeros.
func npyLabels(c content) ([]string, error) {
	y, err := parseNPY(c)
	if err != nil {
		return nil, err
	}
	d := y.shape
	if len(d) != 1 && len(d) != 2 {
		return nil, fmt.Errorf("labels of shape (%s): want one for each image, or a row of a 1 among zeros", dimsText(d))
	}
	labels := make([]string, d[0])
	for i := range labels {
		if len(d) == 1 || d[1] == 1 {
			labels[i] = y.text(i * y.strides[0])
			continue
		}
		for k := range d[1] {
			switch v := y.text(i*y.strides[0] + k*y.strides[1]); {
			case v == "0":
			case v == "1" && labels[i] == "":
				labels[i] = strconv.Itoa(k)
			default:
				return nil, fmt.Errorf("labels of shape (%s), of which row %d is not one 1 among zeros: save the number of the class, as in y.argmax(1)", dimsText(d), i)
			}
		}
		if labels[i] == "" {
			return nil, fmt.Errorf("labels of shape (%s), of which row %d has no 1: save the number of the class", dimsText(d), i)
		}
	}
	return labels, nil
}
