package accel

import (
	"testing"

	"coexplore/hw"
)

// TestMemoIsBounded fills the memo of groups over its limit.
func TestMemoIsBounded(t *testing.T) {
	dev, err := hw.DeviceByName("XC7Z010")
	if err != nil {
		t.Fatal(err)
	}
	m := Memo{Device: &dev}
	most := 0
	for i := range maxMemo + 100 {
		if _, err := m.Best([]hw.Loops{conv(1+i%200, 1+i/200, 1, 1, 1, 1)}, hw.DefaultTarget()); err != nil {
			t.Fatal(err)
		}
		most = max(most, len(m.found))
	}
	if most > maxMemo || len(m.found) > 200 {
		t.Errorf("%d groups remembered at most, %d in the end; want at most %d and a new start", most, len(m.found), maxMemo)
	}
}
