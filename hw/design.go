package hw

import "fmt"

// Tiling is the part of a design that the compute array and its buffers fix:
// Tm x Tn multiply-accumulate units, tiles of Tr x Tc output pixels.
type Tiling struct {
	Tm int `json:"tm"`
	Tn int `json:"tn"`
	Tr int `json:"tr"`
	Tc int `json:"tc"`
}

// Ports is the memory port in words a cycle: weights, inputs and outputs.
type Ports struct {
	W int `json:"w"`
	I int `json:"i"`
	O int `json:"o"`
}

// Design is an accelerator: what is fixed when the FPGA is configured.
type Design struct {
	Tiling `json:"tile"`
	Ports  `json:"ports"`
}

// String writes the design as <Tm,Tn,Tr,Tc> and <Wp,Ip,Op>.
func (d Design) String() string {
	return fmt.Sprintf("tile %d,%d,%d,%d ports %d,%d,%d", d.Tm, d.Tn, d.Tr, d.Tc, d.W, d.I, d.O)
}

// Check refuses sizes that no accelerator has.
func (d Design) Check() error {
	for _, f := range [...]struct {
		name string
		v    int
	}{{"Tm", d.Tm}, {"Tn", d.Tn}, {"Tr", d.Tr}, {"Tc", d.Tc}} {
		if f.v < 1 || f.v > MaxExtent {
			return fmt.Errorf("hw: design %v: %s = %d, want 1 to %d", d, f.name, f.v, MaxExtent)
		}
	}
	for _, f := range [...]struct {
		name string
		v    int
	}{{"Wp", d.W}, {"Ip", d.I}, {"Op", d.O}} {
		if f.v < 0 || f.v > MaxExtent {
			return fmt.Errorf("hw: design %v: %s = %d, want 0 (never limits) to %d", d, f.name, f.v, MaxExtent)
		}
	}
	return nil
}
