package hw

import (
	"fmt"
	"strconv"
	"strings"
)

// MaxExtent bounds every size that a user can give (channels, rows, columns,
// kernel, filters), so that products of them stay inside int64.
const MaxExtent = 1 << 20

// Shape is the size of a feature map: channels, rows and columns.
type Shape struct {
	C, H, W int
}

// ParseShape reads a shape written CxHxW, such as 3x32x32.
func ParseShape(s string) (Shape, error) {
	parts := strings.Split(s, "x")
	if len(parts) != 3 {
		return Shape{}, fmt.Errorf("hw: shape %q: want channels x height x width, as in 3x32x32", s)
	}
	var v [3]int
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > MaxExtent {
			return Shape{}, fmt.Errorf("hw: shape %q: %q is not a size from 1 to %d", s, p, MaxExtent)
		}
		v[i] = n
	}
	sh := Shape{v[0], v[1], v[2]}
	if err := sh.Check(); err != nil {
		return Shape{}, err
	}
	return sh, nil
}

// String writes the shape as ParseShape reads it.
func (s Shape) String() string { return fmt.Sprintf("%dx%dx%d", s.C, s.H, s.W) }

// Size is the number of elements, C*H*W.
func (s Shape) Size() int64 { return int64(s.C) * int64(s.H) * int64(s.W) }

// Check refuses shapes that no feature map has, and those of more than 2^40
// elements, for which cycle counts might leave int64.
func (s Shape) Check() error {
	if err := s.check(); err != nil {
		return fmt.Errorf("hw: %w", err)
	}
	return nil
}

// check is Check for a message that says more before it.
func (s Shape) check() error {
	if s.C < 1 || s.H < 1 || s.W < 1 || s.C > MaxExtent || s.H > MaxExtent || s.W > MaxExtent {
		return fmt.Errorf("shape %v: every size must be from 1 to %d", s, MaxExtent)
	}
	if s.Size() > 1<<40 {
		return fmt.Errorf("shape %v: more than 2^40 elements", s)
	}
	return nil
}
