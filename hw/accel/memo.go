package accel

import (
	"encoding/binary"
	"slices"

	"coexplore/hw"
)

// maxMemo is the groups that a memo holds before it starts anew.
const maxMemo = 1 << 15

// Memo remembers the best accelerator of groups of layers on one device for one
// target, whatever the layers' order. Its memory is bounded. It is not safe for concurrent use.
type Memo struct {
	Device *hw.Device
	kinds  map[hw.Loops]uint32
	found  map[string]memoEntry
	near   []hw.Design // the last designs found, where searches start
	ids    []uint32
	key    []byte
}

type memoEntry struct {
	best Best
	err  error
}

// Best is BestDesign for layers that were checked.
func (m *Memo) Best(layers []hw.Loops, t hw.Target) (Best, error) {
	if m.found == nil || len(m.found) >= maxMemo || len(m.kinds) >= maxMemo {
		m.kinds, m.found = map[hw.Loops]uint32{}, map[string]memoEntry{}
	}
	m.ids = m.ids[:0]
	for _, l := range layers {
		id, ok := m.kinds[l]
		if !ok {
			id = uint32(len(m.kinds))
			m.kinds[l] = id
		}
		m.ids = append(m.ids, id)
	}
	slices.Sort(m.ids)
	m.key = m.key[:0]
	for _, id := range m.ids {
		m.key = binary.LittleEndian.AppendUint32(m.key, id)
	}
	if e, ok := m.found[string(m.key)]; ok {
		return e.best, e.err
	}
	var e memoEntry
	e.best, e.err = bestDesign(layers, m.Device, t, m.near)
	m.found[string(m.key)] = e
	if e.err == nil && !slices.Contains(m.near, e.best.Design) {
		if len(m.near) >= 32 {
			m.near = m.near[:copy(m.near, m.near[1:])]
		}
		m.near = append(m.near, e.best.Design)
	}
	return e.best, e.err
}
