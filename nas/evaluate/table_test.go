package evaluate_test

import (
	"bytes"
	"compress/gzip"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"coexplore/nas"
	"coexplore/nas/evaluate"
	"coexplore/nas/space"
)

// TestTableRoundTrip writes a table and reads it back.
func TestTableRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	table := &evaluate.Table{Info: []evaluate.TableInfo{{Key: "data", Value: "made up: nothing"}, {Key: "epochs", Value: "3"}}}
	nas.All(space.Tiny(), func(actions []int) bool {
		for range 1 + rng.IntN(3) {
			table.Add(space.Tiny().Network(actions), float64(rng.IntN(1001))/1000)
		}
		return true
	})
	var b bytes.Buffer
	n, err := table.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("wrote %d of %d bytes: %v", n, b.Len(), err)
	}
	again, err := evaluate.ReadTable(&b)
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Info) != 2 || again.Info[0] != table.Info[0] || again.Info[1] != table.Info[1] {
		t.Errorf("info %v, want %v", again.Info, table.Info)
	}
	if len(again.Networks()) != 1728 {
		t.Fatalf("%d networks", len(again.Networks()))
	}
	for i, network := range table.Networks() {
		if again.Networks()[i] != network {
			t.Fatalf("network %d is %s, want %s", i, again.Networks()[i], network)
		}
		got, want := again.Accuracies(network), table.Accuracies(network)
		if len(got) != len(want) {
			t.Fatalf("%s: %v, want %v", network, got, want)
		}
		for k := range got {
			if got[k] != want[k] {
				t.Fatalf("%s: %v, want %v", network, got, want)
			}
		}
	}
}

func TestTableErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "header"},
		{"# no colon\n", "line 1"},
		{"# a: b\nname,acc\n", "line 2"},
		{"network,accuracy\n", "no network"},
		{"# a: b\nnetwork,accuracy\n3x8,0.5\n3x8,0.6\n", "line 4: network 3x8 stands twice"},
		{"network,accuracy\n3x8,81\n", "line 2: accuracy \"81\""},
		{"network,accuracy\n3x8,x\n", "line 2: accuracy \"x\""},
		{"network,accuracy\n3x8\n", "line 2: 1 fields"},
		{"network,accuracy\n3x8,0.1,0.2\n", "line 2: 3 fields"},
		{"network,accuracy\n3x8,0,81\n", "line 2: 3 fields, want 2 to 2; a name with commas stands in quotes, and numbers have a decimal point"},
		{"network,accuracy\r\n3x8,0.5\r\n3x9,inf\r\n", "line 3: accuracy \"inf\" is not finite"},
		{"network;accuracy\n3x8;-0,5\n", "line 2: accuracy \"-0,5\" is not between 0 and 1"},
		{"network,accuracy\n3x8,NaN\n", "line 2: accuracy \"NaN\" is not finite"},
		{"n\x00e\x00t\x00", "zero byte"},
	} {
		if _, err := evaluate.ReadTable(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want one that says %q", c.text, err, c.want)
		}
	}
}

// TestTableAsSaved reads a table as spreadsheets and gzip leave it.
func TestTableAsSaved(t *testing.T) {
	const plain = "# data: made up\nnetwork,accuracy,accuracy2\n\"3x8,5x16\",0.5,0.25\n3x8,1\n"
	german := "\ufeff# data: made up;;\r\nnetwork;accuracy;accuracy2\r\n3x8,5x16;0,5;0,25\r\n3x8;1;\r\n;;\r\n"
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(plain))
	z.Close()
	for _, text := range []string{plain, strings.ReplaceAll(plain, "\n", "\r\n"), german, packed.String(), packed.String() + "\x00\x00"} {
		table, err := evaluate.ReadTable(strings.NewReader(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if a := table.Accuracies("3x8,5x16"); len(a) != 2 || a[0] != 0.5 || a[1] != 0.25 || len(table.Accuracies("3x8")) != 1 || table.Info[0].Value != "made up" {
			t.Errorf("%q: %+v, info %q", text, a, table.Info)
		}
	}
}

// TestTableSpread checks the noise against a table made with a known one.
func TestTableSpread(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	table := &evaluate.Table{}
	nas.All(space.Tiny(), func(actions []int) bool {
		for range 3 {
			table.Add(space.Tiny().Network(actions), 0.5+0.1*float64(actions[0]-1)+0.01*rng.NormFloat64())
		}
		return true
	})
	lowest, highest, noise := table.Spread()
	if math.Abs(noise-0.01) > 0.0005 {
		t.Errorf("noise %g, the table was made with 0.01", noise)
	}
	if math.Abs(lowest-0.4) > 0.05 || math.Abs(highest-0.6) > 0.05 {
		t.Errorf("accuracies from %g to %g, made around 0.4 to 0.6", lowest, highest)
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add("# a: b\nnetwork,accuracy,accuracy2\n\"3x8,5x16\",0.5,0.25\n3x8,1\n")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := evaluate.ReadTable(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, network := range table.Networks() {
			for _, a := range table.Accuracies(network) {
				if !(a >= 0 && a <= 1) {
					t.Fatalf("%q has accuracy %g", network, a)
				}
			}
		}
	})
}
