package hw

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"
)

// TestCatalogue holds the built-in table to the resources of devices.csv, and
// holds the ports to the bandwidth of the board where one fixes it.
func TestCatalogue(t *testing.T) {
	f, err := os.Open("testdata/devices.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.Comment = '#'
	rows, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	// Where the board's own document says otherwise than the table: the Ultra96's
	// LPDDR4 chips could do 32 x 3733 Mb/s, its FPGA's package does 1066 Mb/s.
	otherwise := map[string]float64{"ZU3EG": 34.1}
	if len(rows)-1 != len(Devices()) {
		t.Errorf("%d devices, the table has %d", len(Devices()), len(rows)-1)
	}
	for _, r := range rows[1:] {
		part, family, board := r[0], r[1], r[4]
		d, err := DeviceByName(part)
		if err != nil {
			t.Error(err)
			continue
		}
		if d.Family != family || d.Board != board || strconv.Itoa(d.DSP) != r[2] || strconv.Itoa(d.BRAM18) != r[3] {
			t.Errorf("%+v: the table says %v", d, r)
		}
		if r[5] == "" {
			continue
		}
		gbps, err := strconv.ParseFloat(r[5], 64)
		if err != nil {
			t.Fatal(err)
		}
		if own, ok := otherwise[part]; ok {
			gbps = own
		}
		if d.MemoryGbps != gbps {
			t.Errorf("%s: %v Gbit/s, the table says %v", part, d.MemoryGbps, gbps)
		}
		// At 100, 150 and 200 MHz, in tenths of Gbit/s: whole numbers.
		for _, mhz := range []int{100, 150, 200} {
			pool := Pool{{Device: d, Count: 1, ClockMHz: float64(mhz)}}
			if got, want := d.PortBits(pool.Target(0, DefaultTarget())), int(gbps*10+0.5)*100/mhz; got != want {
				t.Errorf("%s at %d MHz: %d port bits, want %d", part, mhz, got, want)
			}
		}
	}
	for part, want := range map[string][2]int{ // UltraRAM (DS891, DS965), MiB of the board's memory
		"XC7Z010": {0, 512}, "XC7Z015": {0, 0}, "XC7Z020": {0, 512}, "XC7Z030": {0, 0}, "XC7Z045": {0, 1024}, "XC7VX485T": {0, 1024},
		"XC7VX690T": {0, 0}, "ZU3EG": {0, 2048}, "ZU7EV": {96, 2048}, "ZU9EG": {0, 4096}, "XCU50": {640, 8192},
	} {
		if d, err := DeviceByName(part); err != nil || d.URAM != want[0] || d.MemoryMiB != want[1] {
			t.Errorf("%s: %d UltraRAM, %d MiB, %v; want %v", part, d.URAM, d.MemoryMiB, err, want)
		}
	}
}
