package controller

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
)

// The encoding, little endian: the magic string, the version, the settings, T,
// choices and embedding tables of the T decisions, counters and baseline, then
// weights and Adam's two moments of every tensor, and a CRC-32 of all before.
const (
	magic   = "coexplore policy"
	version = 1
)

// MarshalBinary encodes the policy: settings, weights, baseline and optimizer.
// A policy decoded from it goes on bit for bit as this one does.
func (p *Policy) MarshalBinary() ([]byte, error) {
	b := make([]byte, 0, 256+16*p.Len()+24*p.Weights())
	b = append(b, magic...)
	u32 := func(v int) { b = binary.LittleEndian.AppendUint32(b, uint32(v)) }
	f64 := func(v float64) { b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v)) }
	s := p.settings
	u32(version)
	u32(s.Hidden)
	u32(s.Period)
	for _, v := range []float64{s.LearningRate, s.Decay, s.Discount, s.Baseline, s.Entropy, s.Clip} {
		f64(v)
	}
	u32(p.Len())
	for t, c := range p.choices {
		u32(c)
		u32(p.kind[t])
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(p.updates))
	for _, v := range []float64{p.rate, p.pow1, p.pow2, p.baseline} {
		f64(v)
	}
	p.eachState(func(v *float64) { f64(*v) })
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)), nil
}

// UnmarshalBinary makes p the policy that MarshalBinary encoded. Damaged or
// foreign data gives an error and leaves p as it was.
func (p *Policy) UnmarshalBinary(data []byte) error {
	q, err := decode(data)
	if err != nil {
		return fmt.Errorf("controller: decoding a policy of %d bytes: %w", len(data), err)
	}
	*p = *q
	return nil
}

func decode(data []byte) (*Policy, error) {
	if len(data) < len(magic)+4 || string(data[:len(magic)]) != magic {
		return nil, fmt.Errorf("it does not begin as a policy does")
	}
	d := &decoder{rest: data[len(magic):]}
	if v := d.u32(); v != version {
		return nil, fmt.Errorf("version %d, this program reads version %d", v, version)
	}
	body := data[:len(data)-4]
	if binary.LittleEndian.Uint32(data[len(body):]) != crc32.ChecksumIEEE(body) {
		return nil, fmt.Errorf("the checksum does not match: the data is damaged or cut off")
	}
	s := Settings{Hidden: d.u32(), Period: d.u32()}
	for _, v := range []*float64{&s.LearningRate, &s.Decay, &s.Discount, &s.Baseline, &s.Entropy, &s.Clip} {
		*v = d.f64()
	}
	T := d.u32()
	if T > len(d.rest)/8 {
		return nil, fmt.Errorf("%d decisions do not fit in %d bytes", T, len(d.rest))
	}
	choices, kind := make([]int, T), make([]int, T)
	weights := 0 // a lower bound, checked before room is made for them
	for t := range choices {
		choices[t], kind[t] = d.u32(), d.u32()
		weights += choices[t] * (s.Hidden + 1)
	}
	weights += 8*s.Hidden*s.Hidden + 4*s.Hidden
	if weights > len(d.rest)/24 {
		return nil, fmt.Errorf("%d weights do not fit in %d bytes", weights, len(d.rest))
	}
	q, err := blank(choices, kind, s)
	if err != nil {
		return nil, err
	}
	updates := d.u64()
	if updates > math.MaxInt32 {
		return nil, fmt.Errorf("%d updates", updates)
	}
	q.updates = int(updates)
	for _, v := range []*float64{&q.rate, &q.pow1, &q.pow2, &q.baseline} {
		*v = d.f64()
	}
	if want := 24*q.Weights() + 4; len(d.rest) != want {
		return nil, fmt.Errorf("%d bytes of weights, want %d", len(d.rest), want)
	}
	q.eachState(func(v *float64) { *v = d.f64() })
	for _, m := range [...]*matrix4{&q.wh, &q.wx, &q.bias} {
		for _, v := range m.v {
			d.bad = d.bad || min(v[0], v[1], v[2], v[3]) < 0
		}
	}
	for _, m := range [...]*matrix{&q.emb, &q.head, &q.hb} {
		for _, v := range m.v {
			d.bad = d.bad || v < 0
		}
	}
	if d.bad || !(q.rate >= 0) || !(q.pow1 >= 0 && q.pow1 <= 1) || !(q.pow2 >= 0 && q.pow2 <= 1) {
		return nil, fmt.Errorf("a number is missing, not finite or out of range")
	}
	return q, nil
}

// eachState visits every weight and moment in the order of the encoding.
func (p *Policy) eachState(visit func(*float64)) {
	for _, m := range [...]*matrix4{&p.wh, &p.wx, &p.bias} {
		for _, s := range [...][][4]float64{m.w, m.m, m.v} {
			for i := range s {
				for g := range s[i] {
					visit(&s[i][g])
				}
			}
		}
	}
	for _, m := range [...]*matrix{&p.emb, &p.head, &p.hb} {
		for _, s := range [...][]float64{m.w, m.m, m.v} {
			for i := range s {
				visit(&s[i])
			}
		}
	}
}

// A decoder reads numbers off the front of rest. Once something is missing or
// not finite, bad stays true.
type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) u64() uint64 {
	if len(d.rest) < 8 {
		d.rest, d.bad = nil, true
		return 0
	}
	v := binary.LittleEndian.Uint64(d.rest)
	d.rest = d.rest[8:]
	return v
}

func (d *decoder) u32() int {
	if len(d.rest) < 4 {
		d.rest, d.bad = nil, true
		return 0
	}
	v := binary.LittleEndian.Uint32(d.rest)
	d.rest = d.rest[4:]
	return int(v)
}

func (d *decoder) f64() float64 {
	v := math.Float64frombits(d.u64())
	if math.IsNaN(v) || math.IsInf(v, 0) {
		d.bad = true
	}
	return v
}
