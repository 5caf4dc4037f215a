package train

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"coexplore/hw"
	"coexplore/internal/atomicfile"
)

// A weights file is, in order: weightsMagic; the format's version (2 bytes); the
// length of the header (4 bytes); the header, as JSON; the values, float32, in
// the order of Model.arrays; the SHA-256 sum of all before. Numbers are
// little-endian.
const (
	weightsMagic   = "coexplore weights\n"
	weightsVersion = 1
	maxHeader      = 1 << 20
)

// weightsHeader describes the network that the values belong to.
type weightsHeader struct {
	Network hw.Chain `json:"network"`
	Head    hw.Head  `json:"head"`
	Input   string   `json:"input"`
	Classes []string `json:"classes"`
	Values  int      `json:"values"`
}

// arrays lists the model's values in the order of a weights file.
func (m *Model) arrays() []*[]float32 {
	a := []*[]float32{&m.PixelMean, &m.PixelStd}
	for i := range m.Convs {
		c := &m.Convs[i]
		a = append(a, &c.Weights, &c.Gamma, &c.Beta, &c.Mean, &c.Var)
	}
	return append(a, &m.Dense, &m.Bias)
}

// sizes is the length of each of arrays.
func (m *Model) sizes() []int {
	s := []int{m.Input.C, m.Input.C}
	c := m.Input.C
	for _, l := range m.Network {
		f := l.Filters
		s = append(s, f*c*l.Kernel*l.Kernel, f, f, f, f)
		c = f
	}
	features := c
	if m.Head == hw.FlattenHead {
		h, w := m.outputSize()
		features *= h * w
	}
	return append(s, features*len(m.Classes), len(m.Classes))
}

// Save writes the model to a file, whole or not at all.
func (m *Model) Save(path string) error {
	values := 0
	for _, n := range m.sizes() {
		values += n
	}
	header, err := json.Marshal(weightsHeader{m.Network, m.Head, m.Input.String(), m.Classes, values})
	if err != nil {
		return fmt.Errorf("train: weights: %w", err)
	}
	b := []byte(weightsMagic)
	b = binary.LittleEndian.AppendUint16(b, weightsVersion)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(header)))
	b = append(b, header...)
	for _, a := range m.arrays() {
		for _, v := range *a {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	sum := sha256.Sum256(b)
	if err := atomicfile.Write(path, append(b, sum[:]...)); err != nil {
		return fmt.Errorf("train: weights: %w", err)
	}
	return nil
}

// LoadModel reads a file that Save wrote. A file that is not one, is of a later
// version, or was damaged is an error.
func LoadModel(path string) (*Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("train: weights: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("train: weights: %w", err)
	}
	m, err := parseModel(b)
	if err != nil {
		return nil, fmt.Errorf("train: weights file %s: %w", path, err)
	}
	return m, nil
}

// parseModel makes sense of the bytes of a weights file.
func parseModel(b []byte) (*Model, error) {
	const fixed = len(weightsMagic) + 6
	if !bytes.HasPrefix(b, []byte(weightsMagic)) {
		return nil, errors.New("not a weights file")
	}
	if len(b) < fixed+sha256.Size {
		return nil, fmt.Errorf("cut off after %d bytes", len(b))
	}
	if v := binary.LittleEndian.Uint16(b[len(weightsMagic):]); v != weightsVersion {
		return nil, fmt.Errorf("version %d; this program reads version %d", v, weightsVersion)
	}
	size := int64(binary.LittleEndian.Uint32(b[len(weightsMagic)+2:]))
	body, sum := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if got := sha256.Sum256(body); !bytes.Equal(got[:], sum) {
		return nil, errors.New("damaged or cut off: the checksum differs")
	}
	if size > maxHeader || int64(fixed)+size > int64(len(body)) {
		return nil, fmt.Errorf("header of %d bytes in a file of %d", size, len(b))
	}
	var h weightsHeader
	if err := json.Unmarshal(body[fixed:fixed+int(size)], &h); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	in, err := hw.ParseShape(h.Input)
	if err != nil {
		return nil, fmt.Errorf("header: input %q is no shape", h.Input)
	}
	if _, err := h.Network.Network(in, len(h.Classes), h.Head); err != nil {
		return nil, fmt.Errorf("header: network %v cannot be built on %v", h.Network, in)
	}
	m := &Model{Network: h.Network, Head: h.Head, Input: in, Classes: h.Classes, Convs: make([]ConvWeights, len(h.Network))}
	values := body[fixed+int(size):]
	sizes := m.sizes()
	total := 0
	for _, n := range sizes {
		if n < 0 || n > len(values)/4-total {
			return nil, fmt.Errorf("%d values, too few for %v on %v", len(values)/4, h.Network, in)
		}
		total += n
	}
	if len(values) != 4*total {
		return nil, fmt.Errorf("%d bytes of values, %v on %v has %d", len(values), h.Network, in, 4*total)
	}
	for i, a := range m.arrays() {
		*a = make([]float32, sizes[i])
		for j := range *a {
			v := math.Float32frombits(binary.LittleEndian.Uint32(values))
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				return nil, fmt.Errorf("value %d of array %d is %v: weights must be finite", j, i, v)
			}
			(*a)[j] = v
			values = values[4:]
		}
	}
	return m, nil
}
