package hw

import (
	"strings"
	"testing"
)

// TestDevices checks the built-in table: every figure there, and those that
// data sheets print twice agree (18-Kb blocks are halves of 36-Kb blocks, seven
// series and UltraScale+ have two flip-flops for a look-up table).
func TestDevices(t *testing.T) {
	want := map[string][3]int{ // DSP slices, 36-Kb blocks, look-up tables (DS180, DS190, DS891, DS965)
		"XC7Z010": {80, 60, 17600}, "XC7Z015": {160, 95, 46200}, "XC7Z020": {220, 140, 53200}, "XC7Z030": {400, 265, 78600},
		"XC7Z045": {900, 545, 218600}, "XC7VX485T": {2800, 1030, 303600}, "XC7VX690T": {3600, 1470, 433200},
		"ZU3EG": {360, 216, 70560}, "ZU7EV": {1728, 312, 230400}, "ZU9EG": {2520, 912, 274080}, "XCU50": {5952, 1344, 871680},
	}
	if len(Devices()) != len(want) {
		t.Errorf("%d devices, want %d", len(Devices()), len(want))
	}
	for _, d := range Devices() {
		w := want[d.Part]
		if d.DSP != w[0] || d.BRAM18 != 2*w[1] || d.LUT != w[2] || d.FF != 2*w[2] {
			t.Errorf("%s: %+v, want %v", d.Part, d, w)
		}
		if err := d.Check(); err != nil || d.Source == "" || d.MemoryFrom == "" || d.Power.StaticFrom == "" || d.Price <= 0 || d.Power.StaticW <= 0 {
			t.Errorf("%s: %v: incomplete: %+v", d.Part, err, d)
		}
	}
	d, err := DeviceByName("xc7z015")
	if err != nil || d.Part != "XC7Z015" {
		t.Errorf("XC7Z015 whatever its case: %v, %v", d.Part, err)
	}
	tg := DefaultTarget()
	if d.PortBits(tg) != 341 || d.MaxWords(tg) != 10 {
		t.Errorf("XC7Z015 at 100 MHz: %d bits a cycle, %d words; want 341, 10", d.PortBits(tg), d.MaxWords(tg))
	}
	if _, err := DeviceByName("XC9"); err == nil || !strings.Contains(err.Error(), `unknown FPGA "XC9"`) {
		t.Errorf("XC9: %v", err)
	}
}

// TestDeviceFileErrors: each names the file, the line and the field.
func TestDeviceFileErrors(t *testing.T) {
	good := "[[device]]\npart = \"A\"\ndsp = 10\nbram18 = 20\nmemory_gbps = 3.2\n"
	for _, c := range []struct{ file, want string }{
		{good + "dspp = 4\n", "hw: my.toml: line 6: device 1, dspp: is unknown"},
		{good + "[device.power]\nwatts = 4\n", "hw: my.toml: line 7: device 1, power.watts: is unknown"},
		{strings.Replace(good, "dsp = 10", "dsp = 0", 1), "hw: my.toml: line 3: device 1, dsp: 0: want 1 to"},
		{strings.Replace(good, "10", `"ten"`, 1), `line 3: device 1, dsp: must be a whole number, is "ten"`},
		{strings.Replace(good, "dsp = 10\n", "", 1), "hw: my.toml: line 1: device 1, dsp: 0: want 1 to"},
		{good + "\n# the second\n" + strings.Replace(good, "3.2", "-1", 1), "hw: my.toml: line 12: device 2, memory_gbps: -1: want more than 0"},
		{good + good, "line 7: device 2, part: A is there twice"},
		{good + "[device.power]\nstatic_w = -2.5\n", "line 7: device 1, power.static_w: -2.5: want 0 to"},
		{strings.Replace(good, `"A"`, `"A:2"`, 1), `line 2: device 1, part: "A:2" is no name`},
		{"[[device]\n", "hw: my.toml: line 1: expected end of table array name"},
		{"x", "hw: my.toml: line 1: unexpected EOF"},
		{"= 3\n", "hw: my.toml: line 1: unexpected '='"},
		{"\x00", "hw: my.toml: line 1: files cannot contain NULL bytes"},
		{good + "dsp = 11\n", "hw: my.toml: line 6: key 'device.dsp' has already been defined"},
		{good + "lut = 10.5\n", "hw: my.toml: line 6: device 1, lut: must be a whole number, is 10.5"},
		{good + "lut = true\n", "hw: my.toml: line 6: device 1, lut: must be a whole number, is true"},
		{good + "lut = [1]\n", "hw: my.toml: line 6: device 1, lut: must be a whole number, is a list"},
		{good + "lut = 99999999999999999999\n", "hw: my.toml: line 6: 99999999999999999999 is out of range for whole numbers"},
		{good + "lut = \n", "hw: my.toml: line 6: expected value"},
		{good + "ff = 1979-05-27\n", "hw: my.toml: line 6: device 1, ff: must be a whole number, is a date or time"},
		{good + "price = \"3\"\n", "hw: my.toml: line 6: device 1, price: must be a number, is \"3\""},
		{good + "source = 3\n", "hw: my.toml: line 6: device 1, source: must be text in quotes, is 3"},
		{good + "power = 3\n", "hw: my.toml: line 6: device 1, power: must be a table, is 3"},
		{good + "power.static_w = \"x\"\n", "hw: my.toml: line 6: device 1, power.static_w: must be a number, is \"x\""},
		{good + "power = { static_w = -1 }\n", "hw: my.toml: line 6: device 1, power.static_w: -1: want 0 to"},
		{good + "uram = -1\n", "hw: my.toml: line 6: device 1, uram: -1: want 0 to"},
		{good + "clock_mhz = nan\n", "hw: my.toml: line 6: device 1, clock_mhz: NaN: want 0"},
		{good + "memory_mib = 0.5\n", "hw: my.toml: line 6: device 1, memory_mib: must be a whole number, is 0.5"},
		{good + "\n[[devices]]\npart = \"B\"\n", "hw: my.toml: line 7: devices: is unknown"},
		{"[device]\npart = \"A\"\n", "hw: my.toml: line 1: device: must be [[device]] tables"},
		{"fpga = 3\n" + good, "hw: my.toml: line 1: fpga: is unknown"},
		{"device = [{part = \"A\", dsp = 0, bram18 = 1, memory_gbps = 1}]\n", "hw: my.toml: line 1: device 1, dsp: 0: want 1 to"},
		{"", "hw: my.toml: no [[device]] in it"},
	} {
		_, err := parseDevices("my.toml", []byte(c.file))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") ||
			strings.Contains(err.Error(), "line 0") || strings.Contains(err.Error(), "int64") || strings.Count(err.Error(), "hw:") != 1 {
			t.Errorf("%q:\n got %v\nwant %s", c.file, err, c.want)
		}
	}
	full, err := parseDevices("my.toml", []byte(good+"uram = 96\nclock_mhz = 150\nmemory_mib = 1024\nlut = 1000\nff = 2000\nprice = 2\n[device.power]\nstatic_w = 1\n"))
	if want := (Device{Part: "A", DSP: 10, BRAM18: 20, URAM: 96, LUT: 1000, FF: 2000, ClockMHz: 150, MemoryGbps: 3.2, MemoryMiB: 1024, Price: 2,
		Power: Power{StaticW: 1, MemoryPJBit: defaultBitPJ}}); err != nil || full[0] != want {
		t.Errorf("%+v, %v; want %+v", full, err, want)
	}
	own, err := parseDevices("my.toml", []byte(strings.Replace(good, `"A"`, `"xc7z015"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	all := WithDevices(own)
	if len(all) != len(Devices()) || all[0].DSP != 10 || all[0].Power.MemoryPJBit != defaultBitPJ {
		t.Errorf("a user's XC7Z015 replaces the built-in one: %d devices, first %+v", len(all), all[0])
	}
	if _, err := LoadDevices("no-such-file.toml"); err == nil || !strings.Contains(err.Error(), "no-such-file.toml") {
		t.Errorf("missing file: %v", err)
	}
}

func FuzzParseDevices(f *testing.F) {
	f.Add("[[device]]\npart = \"A\"\ndsp = 10\nbram18 = 20\nmemory_gbps = 3.2\n[device.power]\nstatic_w = 1\n")
	f.Add("[device]\n[[device]]\n=\n")
	f.Fuzz(func(t *testing.T, s string) {
		ds, err := parseDevices("f", []byte(s))
		for i := range ds {
			if e := ds[i].Check(); err == nil && e != nil {
				t.Errorf("accepted %+v: %v", ds[i], e)
			}
		}
	})
}
