package controller

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"
)

func TestDecodedPolicyGoesOnBitForBit(t *testing.T) {
	s := DefaultSettings()
	s.Decay, s.Discount, s.Period = 0.99, 0.97, 3
	p := mustNew(t, []int{4, 3, 2, 4, 3, 2}, s, 51)
	rng := newRand(52)
	train(p, rng, 7, 3, firstOption)
	for _, p := range []*Policy{p, p.Segment(1, 5), mustNew(t, []int{2}, s, 1)} {
		b, err := p.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		var q Policy
		if err := q.UnmarshalBinary(b); err != nil {
			t.Fatal(err)
		}
		x := train(p, newRand(53), 20, 3, firstOption)
		y := train(&q, newRand(53), 20, 3, firstOption)
		if x != y {
			t.Errorf("%+v, decoded %+v", x, y)
		}
		b1, _ := p.MarshalBinary()
		b2, _ := q.MarshalBinary()
		if !bytes.Equal(b1, b2) {
			t.Error("the decoded policy differs after 20 updates")
		}
	}
}

// sealed gives altered data a checksum that matches.
func sealed(b []byte) []byte {
	b = bytes.Clone(b)
	if len(b) >= 4 {
		binary.LittleEndian.PutUint32(b[len(b)-4:], crc32.ChecksumIEEE(b[:len(b)-4]))
	}
	return b
}

func TestDamagedDataIsRefused(t *testing.T) {
	p := mustNew(t, []int{2, 3}, Settings{Hidden: 2, LearningRate: 1, Decay: 1, Discount: 1}, 61)
	good, err := p.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	refuse := func(what string, b []byte) {
		t.Helper()
		q := p.Clone()
		err := q.UnmarshalBinary(b)
		if err == nil {
			t.Errorf("%s: accepted", what)
		} else if s := err.Error(); !strings.HasPrefix(s, "controller: ") || strings.Contains(s, "\n") {
			t.Errorf("%s: error %q", what, s)
		}
		if after, _ := q.MarshalBinary(); !bytes.Equal(good, after) {
			t.Errorf("%s: the receiver changed", what)
		}
	}
	for n := range good {
		refuse("cut off", good[:n])
		if n >= len(magic)+8 {
			refuse("cut off, sealed", sealed(good[:n]))
		}
		b := bytes.Clone(good)
		b[n] ^= 0x10
		refuse("one bit changed", b)
	}
	refuse("a byte more", append(bytes.Clone(good), 0))
	put32 := func(at int, v uint32) []byte {
		b := bytes.Clone(good)
		binary.LittleEndian.PutUint32(b[at:], v)
		return sealed(b)
	}
	at := len(magic)
	refuse("version", put32(at, 2))
	refuse("hidden 0", put32(at+4, 0))
	refuse("hidden huge", put32(at+4, 1<<31))
	refuse("period huge", put32(at+8, 1<<31))
	at += 12 + 6*8
	refuse("no decisions", put32(at, 0))
	refuse("too many decisions", put32(at, 1<<32-1))
	refuse("no choices", put32(at+4, 0))
	refuse("choices huge", put32(at+4, 1<<31))
	refuse("more choices than weights", put32(at+4, 3))
	refuse("table out of range", put32(at+8, 1))
	nan := bytes.Clone(good)
	for i := range 8 {
		nan[len(nan)-12+i] = 0xff
	}
	refuse("a moment that is NaN", sealed(nan))
}

func FuzzUnmarshal(f *testing.F) {
	for _, choices := range [][]int{{1}, {2, 3}, {4, 4, 2, 4}} {
		p, err := New(choices, Settings{Hidden: 2, LearningRate: 0.1, Decay: 1, Discount: 1, Period: 2}, newRand(1))
		if err != nil {
			f.Fatal(err)
		}
		train(p, newRand(2), 2, 2, firstOption)
		b, err := p.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, b := range [][]byte{data, sealed(data)} {
			var p Policy
			if p.UnmarshalBinary(b) != nil {
				continue
			}
			again, err := p.MarshalBinary()
			if err != nil || !bytes.Equal(again, b) {
				t.Fatalf("decodes, but encodes differently (%v)", err)
			}
			train(&p, newRand(3), 1, 2, firstOption)
		}
	})
}
