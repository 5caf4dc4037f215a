package measured

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/hw/accel"
)

// layersOf are the layers of a network in text.
func layersOf(t *testing.T, network string) []hw.Loops {
	t.Helper()
	net, err := hw.ParseNetwork(network, hw.Shape{C: 3, H: 32, W: 32}, 10, hw.FlattenHead)
	if err != nil {
		t.Fatal(err)
	}
	return net.Loops()
}

func poolOf(t *testing.T, s string) hw.Pool {
	t.Helper()
	p, err := hw.ParsePool(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// everyKind is a network with each kind of layer.
const everyKind = "3x16,5x16g4,dw3,max3s2,avg2,3x16,+2,7x24s2p1,gap,fc10"

func modelTable(t *testing.T, design *hw.Design) *Table {
	t.Helper()
	target := hw.DefaultTarget()
	table, err := Model(layersOf(t, everyKind), poolOf(t, "XC7Z015:2,ZU3EG:1@200"), target, design)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestModel compares the exported table with the cost model, layer by layer.
func TestModel(t *testing.T) {
	design := &hw.Design{Tiling: hw.Tiling{Tm: 4, Tn: 4, Tr: 8, Tc: 8}, Ports: hw.Ports{W: 1, I: 2, O: 2}}
	for _, d := range []*hw.Design{nil, design} {
		table := modelTable(t, d)
		pool := poolOf(t, "XC7Z015:2,ZU3EG:1@200")
		layers := layersOf(t, everyKind)
		if err := table.Missing(pool, layers); err != nil {
			t.Error(err)
		}
		for i := range pool {
			target := pool.Target(i, hw.DefaultTarget())
			for _, l := range layers {
				r, ok := table.Find(strings.ToLower(pool[i].Device.Part), l)
				if !ok {
					t.Fatalf("%v is not there", l)
				}
				cost, err := accel.LayerCost(l, r.Design, target)
				if err != nil {
					t.Fatal(err)
				}
				if best, err := accel.BestDesign([]hw.Loops{l}, &pool[i].Device, target); d == nil && (err != nil || best.Cycles != r.Cycles) {
					t.Errorf("%v takes %d cycles, with the best design %d (%v)", l, r.Cycles, best.Cycles, err)
				}
				if r.Cycles != cost.Cycles || r.ClockMHz != target.ClockMHz || d != nil && r.Design != *d || !(r.EnergyMJ > 0) {
					t.Errorf("%v: %+v, the model has %d cycles", l, r, cost.Cycles)
				}
			}
		}
	}
	target := hw.DefaultTarget()
	target.Batch = 2
	if _, err := Model(nil, nil, target, nil); err == nil {
		t.Error("a table of two frames")
	}
	large := &hw.Design{Tiling: hw.Tiling{Tm: 64, Tn: 64, Tr: 8, Tc: 8}, Ports: hw.Ports{W: 2, I: 2, O: 2}}
	if _, err := Model(layersOf(t, everyKind), poolOf(t, "XC7Z015:1"), hw.DefaultTarget(), large); err == nil || !strings.Contains(err.Error(), "DSP") {
		t.Errorf("a design that does not fit: %v", err)
	}
}

// TestFiles writes tables and reads them back, as CSV and JSON, plain and as other
// programs write them.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for _, table := range []*Table{modelTable(t, nil), modelTable(t, nil).InMilliseconds(), {rows: modelTable(t, nil).rows[:1]}} {
		var c, j bytes.Buffer
		if err := table.WriteCSV(&c); err != nil {
			t.Fatal(err)
		}
		if err := table.WriteJSON(&j); err != nil {
			t.Fatal(err)
		}
		semicolons := strings.NewReplacer(",", ";", ".", ",").Replace(c.String())
		for name, text := range map[string]string{
			"plain.csv": c.String(), "plain.json": j.String(), "Plain.JSON": j.String(),
			"mark.csv": "\xef\xbb\xbf" + c.String(), "mark.json": "\xef\xbb\xbf" + j.String(),
			"crlf.csv": strings.ReplaceAll(c.String(), "\n", "\r\n"), "crlf.json": strings.ReplaceAll(j.String(), "\n", "\r\n"),
			"semicolons.csv": semicolons, "all.csv": "\xef\xbb\xbf" + strings.ReplaceAll(semicolons, "\n", "\r\n"),
			"points.csv": strings.ReplaceAll(c.String(), ",", ";"),
		} {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			got, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			if got.Name != path || !reflect.DeepEqual(got.Rows(), table.Rows()) {
				t.Errorf("%s: %d rows read of %d, %+v and %+v", name, len(got.rows), len(table.rows), got.rows[0], table.rows[0])
			}
		}
	}
	if _, err := Open(filepath.Join(dir, "none.csv")); err == nil || !strings.HasPrefix(err.Error(), "measured: ") {
		t.Error(err)
	}
}

// TestDefaults reads what may be left out.
func TestDefaults(t *testing.T) {
	table, err := ReadCSV([]byte("device,kind,m,n,r,c,k,s,pad,latency_ms\n" +
		"A,conv,8,3,16,16,5,2,,0.5\nA,dense,10,512,,,,,,0.1\nA,pool,8,8,8,8,2,2,0,0.2\nA,pool,8,8,8,8,3,,,0.2\nA,gap,8,8,8,8,,,,0.3\nA,add,8,8,8,8,,,,0.4\nA,conv,8,3,16,16,5,2,1,0.5\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []hw.Loops{
		{M: 8, N: 3, R: 16, C: 16, K: 5, S: 2, Groups: 1, Reads: 1, Weighted: true},
		{M: 10, N: 512, R: 1, C: 1, K: 1, S: 1, Groups: 1, Reads: 1, Weighted: true},
		{M: 8, N: 8, R: 8, C: 8, K: 2, S: 2, Groups: 8, Reads: 1},
		{M: 8, N: 8, R: 8, C: 8, K: 3, S: 1, Groups: 8, Reads: 1},
		{M: 8, N: 8, R: 8, C: 8, K: 1, S: 1, Groups: 8, Reads: 1, Reduced: true},
		{M: 8, N: 8, R: 8, C: 8, K: 1, S: 1, Groups: 8, Reads: 2},
		{M: 8, N: 3, R: 16, C: 16, K: 5, S: 2, ExtraPad: -1, Groups: 1, Reads: 1, Weighted: true},
	}
	for i, r := range table.Rows() {
		if r.Layer != want[i] || r.EnergyKnown || r.Bits != 0 || r.Design != (hw.Design{}) {
			t.Errorf("row %d: %+v, want %+v", i+1, r, want[i])
		}
	}
}

func TestRefused(t *testing.T) {
	const head = "device,kind,m,n,r,c,k,s,cycles,energy_mj\n"
	const good = "XC7Z015,conv,16,3,32,32,3,1,100,0.5\n"
	for _, c := range []struct{ text, want string }{
		{"", "empty"},
		{"device,kind\x00", "line 1: a zero byte"},
		{"device,kind,m\n", "line 1: no column n"},
		{"device,kind,m,n,speed\n", `line 1: unknown column "speed"`},
		{"device,kind,m,n,m\n", "line 1: column m is there twice"},
		{"device,kind,m,n,cycles,latency_ms\n", "line 1: it has cycles and latency_ms"},
		{head + good + "XC7Z015,conv,16,3,32,32,3,1,-5,\n", "line 3: cycles: -5 is negative"},
		{head + good + "XC7Z015,conv,16,3,32,32,5,1,+Inf,\n", `line 3: cycles: "+Inf" is not finite`},
		{head + good + "XC7Z015,conv,16,3,32,32,5,1,1e300,\n", "line 3: cycles: 1e+300 is not a whole number"},
		{head + good + "XC7Z015,conv,16,3,32,32,5,1,1.5,\n", "line 3: cycles: 1.5 is not a whole number"},
		{head + good + "XC7Z015,conv,16,3,32,32,5,1,0,\n", "line 3: neither cycles nor latency_ms"},
		{head + good + "XC7Z015,conv,16,3,32,32,5,1,,\n", "line 3: neither cycles nor latency_ms"},
		{head + good + "XC7Z015,conv,16,3,32,32,5,1,10,nan\n", `line 3: energy_mj: "nan" is not finite`},
		{head + good + "xc7z015,conv,16,3,32,32,3,1,7,\n", "line 3: conv m=16 n=3 r=32 c=32 k=3 s=1 on xc7z015 is there twice"},
		{head + good + "\"XC7Z015\",conv,16,3,32,32,5,1,\"1,5\",\n", "line 3: cycles: \"1,5\" is not a number: write a decimal point"},
		{head + good + "XC7Z015,conv,16,3\n", "line 3: r: want"},
		{head + good + "XC7Z015,conv,16,3,32,32,3,1,100,0.5,7\n", "line 3: 11 fields"},
		{head + ",conv,16,3,32,32,3,1,7,\n", "line 2: device"},
		{head + "A,lstm,16,3,32,32,3,1,7,\n", `line 2: kind: "lstm"`},
		{head + "A,conv,,3,32,32,3,1,7,\n", "line 2: m: want a whole number from 1"},
		{head + "A,add,16,16,32,32,3,1,7,\n", "line 2: kind: add has k"},
		{head + "A,pool,16,8,32,32,3,1,7,\n", "line 2: kind: pool works channel by channel"},
		{head + "A,dense,16,8,32,32,1,1,7,\n", "line 2: kind: dense has"},
		{head + "A,conv,99999999,3,32,32,3,1,7,\n", "line 2: layer"},
		{"device;kind;m;n;r;c;k;latency_ms\nA;conv;16;3;32;32;3;1.234,5\n", "line 2: latency_ms"},
		{"device;kind;m;n;r;c;k;latency_ms\nA;conv;16;3;32;32;3;1e9\n", "line 2: latency_ms: 1e+09: want more than 0"},
		{"device,kind,m,n,r,c,latency_ms,bits\nA,conv,16,3,32,32,1,12\n", "line 2: bits: 12"},
		{"device,kind,m,n,r,c,latency_ms,tm\nA,conv,16,3,32,32,1,12\n", "line 2: design"},
	} {
		if _, err := ReadCSV([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "measured: ") {
			t.Errorf("%q: error %v, want one that says %q", c.text, err, c.want)
		}
	}
	const row = `{"device": "A", "kind": "conv", "m": 16, "n": 3, "r": 8, "c": 8, "k": 3, "cycles": 7}`
	for _, c := range []struct{ text, want string }{
		{"", "line 1"},
		{"{}", "line 1: want an array"},
		{"[\n" + row + ",\n" + row + "\n]", "line 3: conv m=16"},
		{"[\n" + row + ",\n", "line 2: EOF"},
		{"[" + row + "] x", "line 1: something follows"},
		{"[\n{\"device\": \"A\", \"speed\": 1}]", `line 2: unknown field "speed"`},
		{"[\n{\"device\": [1]}]", "line 2: device: want a number or text"},
		{"[\n" + strings.Replace(row, "7", "-7", 1) + "]", "line 2: cycles: -7 is negative"},
		{"[\n" + strings.Replace(row, "7", "1e999", 1) + "]", "line 2: cycles"},
		{"[\n" + strings.Replace(row, `"A"`, `"A B"`, 1) + "]", "line 2: device"},
	} {
		if _, err := ReadJSON([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want one that says %q", c.text, err, c.want)
		}
	}
}

// TestMissing checks that an error names ten of what is missing, and that filling
// mends it and changes nothing that was there.
func TestMissing(t *testing.T) {
	pool := poolOf(t, "XC7Z015:2,ZU3EG:1")
	layers := layersOf(t, "3x8,3x16,3x24,3x36,3x48,3x64")
	own := &Table{Name: "mine.csv"}
	if err := own.Add(Row{Device: "zu3eg", Layer: layers[1], LatencyMS: 3}); err != nil {
		t.Fatal(err)
	}
	err := own.Missing(pool, append(layers, layers...))
	if err == nil || strings.Count(err.Error(), " on ") != 10 || !strings.HasSuffix(err.Error(), "; and 3 more") ||
		!strings.HasPrefix(err.Error(), "measured: mine.csv has no latency of conv m=8 n=3 r=32 c=32 k=3 s=1 on XC7Z015; ") {
		t.Error(err)
	}
	model, err := Model(layers, pool, hw.DefaultTarget(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := own.Fill(pool, append(layers, layers...), hw.DefaultTarget()); err != nil {
		t.Fatal(err)
	}
	if err := own.Missing(pool, layers); err != nil {
		t.Error(err)
	}
	if r, _ := own.Find("ZU3EG", layers[1]); r.LatencyMS != 3 || len(own.Rows()) != len(model.Rows()) {
		t.Errorf("%+v of %d rows", r, len(own.Rows()))
	}
	if err := own.Add(Row{Device: "A", Layer: layers[0], Cycles: 1, LatencyMS: 1}); err == nil || !strings.HasPrefix(err.Error(), "measured: ") {
		t.Error(err)
	}
}

// FuzzRead checks that whatever is read can be written and read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte("device,kind,m,n,r,c,k,s,pad,groups,cycles,energy_mj\nA,conv,8,4,7,7,3,2,1,4,77,0.25\n"))
	f.Add([]byte("\xef\xbb\xbfdevice;kind;m;n;latency_ms\r\nA;dense;8;4;0,5\r\n"))
	f.Add([]byte(`[{"device": "A", "kind": "gap", "m": 8, "n": 8, "r": 4, "c": 4, "latency_ms": 1e-3, "tm": 1, "tn": 1, "tr": 1, "tc": 1}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		for i, read := range []func([]byte) (*Table, error){ReadCSV, ReadJSON} {
			table, err := read(b)
			if err != nil {
				if s := err.Error(); !strings.HasPrefix(s, "measured: ") || strings.HasPrefix(s, "measured: measured") {
					t.Fatalf("error %q", s)
				}
				continue
			}
			if len(table.Rows()) == 0 {
				continue
			}
			var c, j bytes.Buffer
			if err := table.WriteCSV(&c); err != nil {
				t.Fatal(err)
			}
			if err := table.WriteJSON(&j); err != nil {
				t.Fatal(err)
			}
			fromJSON, err := ReadJSON(j.Bytes())
			if err != nil || !reflect.DeepEqual(fromJSON, table) {
				t.Fatalf("%v\n%s", err, j.Bytes())
			}
			if fromCSV, err := ReadCSV(c.Bytes()); i == 0 && (err != nil || !reflect.DeepEqual(fromCSV, table)) {
				t.Fatalf("%v\n%s", err, c.Bytes())
			}
		}
	})
}

func Example() {
	table, err := ReadCSV([]byte("device,kind,m,n,r,c,k,latency_ms\nXC7Z015,conv,16,3,32,32,3,0.62\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(table.Rows()[0].Layer, table.Rows()[0].LatencyMS, "ms")
	// Output: conv 16x3x3 0.62 ms
}
