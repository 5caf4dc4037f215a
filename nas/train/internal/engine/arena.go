package engine

import "unsafe"

// An Arena lends aligned arrays of floats and takes all of them back at once,
// so that one network after another is trained in the same memory.
type Arena struct {
	chunks [][]float32
	chunk  int // the one that is being lent from
	used   int
}

// chunkFloats is the least that an arena asks the runtime for, in floats.
const chunkFloats = 1 << 20

// Reset takes back every array that was lent.
func (a *Arena) Reset() { a.chunk, a.used = 0, 0 }

// Bytes is the memory that the arena holds.
func (a *Arena) Bytes() int64 {
	var n int64
	for _, c := range a.chunks {
		n += 4 * int64(len(c))
	}
	return n
}

// floats lends n zeros, aligned to 64 bytes.
func (a *Arena) floats(n int) []float32 {
	need := (n + 15) &^ 15
	for a.chunk < len(a.chunks) && a.used+need > len(a.chunks[a.chunk]) {
		a.chunk++
		a.used = 0
	}
	if a.chunk == len(a.chunks) {
		a.chunks = append(a.chunks, aligned(max(need, chunkFloats)))
		a.used = 0
	}
	s := a.chunks[a.chunk][a.used : a.used+n : a.used+n]
	a.used += need
	clear(s)
	return s
}

// aligned makes n floats whose first is at a multiple of 64 bytes.
func aligned(n int) []float32 {
	b := make([]float32, n+16)
	o := (64 - int(uintptr(unsafe.Pointer(&b[0]))&63)) & 63 / 4
	return b[o : o+n : o+n]
}
