package space_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"coexplore/hw"
	"coexplore/nas"
	"coexplore/nas/space"
)

var wide = filepath.Join("testdata", "wide.toml")

func TestOpen(t *testing.T) {
	got, err := space.Open(wide)
	if err != nil {
		t.Fatal(err)
	}
	want := space.Chain{
		Title: "wide", MinLayers: 2, MaxLayers: 4, Kernels: []int{1, 3, 5}, Filters: []int{16, 32, 64}, Strides: []int{1, 2},
		Input: hw.Shape{C: 3, H: 32, W: 32}, Classes: 10, Head: hw.PoolHead,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, want %+v", got, want)
	}
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var again space.Chain
	if err := json.Unmarshal(b, &again); err != nil || !reflect.DeepEqual(again, want) {
		t.Errorf("through JSON: %+v, %v", again, err)
	}
	if got, err := space.Open("cifar10"); err != nil || !reflect.DeepEqual(got, space.CIFAR10()) {
		t.Errorf("cifar10: %+v, %v", got, err)
	}
	if _, err := space.Open("no/such.toml"); err == nil || !strings.Contains(err.Error(), "no/such.toml") {
		t.Errorf("no file: %v", err)
	}
	content, err := os.ReadFile(wide)
	if err != nil {
		t.Fatal(err)
	}
	fixed, err := space.Parse("x.toml", []byte(strings.Replace(string(content), "strides", "# strides", 1)))
	if err != nil || !reflect.DeepEqual(fixed.Strides, []int{1}) {
		t.Errorf("without strides: %v, %v", fixed.Strides, err)
	}
}

// wrongs are things that are never in a message: a line that there is not, a name
// of a Go type, a line break.
var wrongs = regexp.MustCompile(`line 0|line -|\n|int64|\[\]|interface|map\[|Go |%!`)

// TestParseErrors makes the good file wrong in one place and checks that the message
// names file, line and field.
func TestParseErrors(t *testing.T) {
	content, err := os.ReadFile(wide)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, want string }{
		{`title = "wide"`, `title = wide`, "x.toml: line 2: "},
		{`title = "wide"`, `title = 3`, "line 2: title: must be text"},
		{`title = "wide"`, `title = "../up"`, "line 2: title: must be up to 64 letters"},
		{`title = "wide"`, `title = ""`, "line 2: title"},
		{`title = "wide"`, `title = "tiny"`, "line 2: title: cannot be tiny"},
		{`title = "wide"`, ``, "x.toml: title: is missing"},
		{`"3x32x32"`, `"3x32"`, "line 3: input: must be channels x height x width"},
		{`"3x32x32"`, `"900000x900000x2"`, "line 3: input"},
		{`classes = 10`, `classes = 1`, "line 4: classes: must be at least 2"},
		{`classes = 10`, `classes = "ten"`, "line 4: classes: must be a whole number"},
		{`"gap"`, `"pool"`, `line 5: head: must be "gap" or "flatten"`},
		{`min_layers = 2`, `min_layers = 0`, "line 6: min_layers: must be at least 1"},
		{`max_layers = 4`, `max_layers = 1`, "line 7: max_layers: must be from 2"},
		{`max_layers = 4`, `max_layers = 100000000`, "line 7: max_layers"},
		{`[1, 3, 5]`, `[1, 3, 4]`, "line 8: kernels: must be odd"},
		{`[1, 3, 5]`, `[]`, "line 8: kernels: must be 1 to 64 numbers"},
		{`[1, 3, 5]`, `[1, 3.5]`, "line 8: kernels: must be whole numbers"},
		{`[16, 32, 64]`, `[16, 16]`, "line 9: filters: must be positive and distinct"},
		{`[16, 32, 64]`, `[16, 2000000000]`, "line 9: filters"},
		{`[1, 2] `, `[0, 2] `, "line 10: strides: must be positive"},
		{`strides`, `stride`, "line 10: stride: is unknown"},
		{`head = "gap"`, `head = "gap"` + "\nhead = \"gap\"", "line 6: "},
	} {
		text := strings.Replace(string(content), c.from, c.to, 1)
		if text == string(content) {
			t.Fatalf("%q is not in the file", c.from)
		}
		_, err := space.Parse("x.toml", []byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), "space: x.toml: ") || !strings.Contains(err.Error(), c.want) || wrongs.MatchString(err.Error()) {
			t.Errorf("%q: error %v, want one line that says %q", c.to, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	content, err := os.ReadFile(wide)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(content))
	f.Add("title = 1\nkernels = [1, [2]]\n[[classes]]\nx = 1979-05-27")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := space.Parse("x.toml", []byte(text))
		if err != nil {
			if m := err.Error(); !strings.HasPrefix(m, "space: x.toml: ") || strings.Contains(m, "\n") || strings.Contains(m, "line 0") {
				t.Errorf("error %q", m)
			}
			return
		}
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(1, 1))
		actions := nas.Random(s, nas.Choices(s), rng)
		again, err := s.Actions(s.Network(actions))
		if err != nil || !reflect.DeepEqual(again, actions) {
			t.Errorf("%v became %v, %v", actions, again, err)
		}
	})
}

// A space of one's own is a file.
func ExampleLoad() {
	chains, err := space.Load(wide)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(chains.Title, "has", chains.Size(), "networks; the smallest is", chains.Network(chains.Smallest()))
	// Output: wide has 111132 networks; the smallest is 1x16s2,1x16s2
}
