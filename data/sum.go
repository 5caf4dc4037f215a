package data

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Sum returns a checksum of the set, SHA-256 in hexadecimal: of its classes' names, its
// training, validation and test images and their labels, in their order, and not of how
// they lie on the disk. Sets with the same sum train the same networks alike.
func (s *Set) Sum() string {
	h := sha256.New()
	number := func(n int) {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(n)))
	}
	number(len(s.Classes))
	for _, c := range s.Classes {
		number(len(c))
		h.Write([]byte(c))
	}
	for _, m := range []*Images{s.Train, s.Validation, s.Test} {
		number(m.Len())
		if m.Len() == 0 {
			continue
		}
		number(m.Channels)
		number(m.Height)
		number(m.Width)
		h.Write(m.Pixels)
		h.Write(m.Labels)
	}
	return hex.EncodeToString(h.Sum(nil))
}
