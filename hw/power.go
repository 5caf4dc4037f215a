package hw

// Power is what a device's power is estimated from. The estimate is
//
//	power = static + (MACs * mac energy + bits moved * memory energy) / interval
//
// It leaves out clock trees, on-chip buffers and the board's regulators, and is
// for comparing designs with each other, not for sizing a supply.
type Power struct {
	// StaticW is what the device draws whatever it computes, in watts; 0 means
	// that it is not known, and no power is estimated.
	StaticW    float64 `json:"static_w"`
	StaticFrom string  `json:"static_from,omitempty"`
	// MemoryPJBit is the energy of moving one bit to or from off-chip memory,
	// in picojoules.
	MemoryPJBit float64 `json:"memory_pj_bit"`
}
