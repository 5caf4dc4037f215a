package figure

import (
	"testing"

	"coexplore/hw/accel"
)

func TestDoubleBufferRefuses(t *testing.T) {
	if err := DoubleBuffer(accel.Cost{}, accel.TileRun{Tiles: 3}).Err(); err == nil {
		t.Error("a simulation without steps is drawn")
	}
	if err := DoubleBuffer(accel.Cost{}, accel.TileRun{Tiles: 1, Steps: []accel.TileStep{{Part: 7}}}).Err(); err == nil {
		t.Error("a step of no part is drawn")
	}
}
