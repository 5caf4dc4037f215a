package engine

import "unsafe"

// An Arena is memory that one network after another is computed in. It grows to
// what the largest of them needs.
type Arena struct {
	slab []float32
	used int
}

// Bytes is the memory that the arena holds.
func (a *Arena) Bytes() int64 { return 4 * int64(len(a.slab)) }

// reserve takes back all that was lent and makes sure of n floats.
func (a *Arena) reserve(n int) {
	a.used = 0
	if n > len(a.slab) {
		a.slab = nil // before the new one, so that the runtime may reuse it
		a.slab = aligned(n)
	}
}

// roundUp is the floats that an array of n takes up.
func roundUp(n int) int { return (n + 15) &^ 15 }

// floats lends n zeros, aligned to 64 bytes.
func (a *Arena) floats(n int) []float32 {
	s := a.slab[a.used : a.used+n : a.used+n]
	a.used += roundUp(n)
	clear(s)
	return s
}

// aligned makes n floats whose first is at a multiple of 64 bytes.
func aligned(n int) []float32 {
	b := make([]float32, n+16)
	o := (64 - int(uintptr(unsafe.Pointer(&b[0]))&63)) & 63 / 4
	return b[o : o+n : o+n]
}
