package tomlfile_test

import (
	"slices"
	"strings"
	"testing"

	"coexplore/internal/tomlfile"
)

const good = `# a comment
title = "wide"   # another
layers = 3
list = [
  1, 2,
  3,
]
`

func TestFile(t *testing.T) {
	f := tomlfile.Parse("a.toml", []byte(good))
	if got := f.String("title"); got != "wide" {
		t.Errorf("title %q", got)
	}
	if got := f.Int("layers"); got != 3 || !f.Has("layers") || f.Has("more") {
		t.Errorf("layers %d", got)
	}
	if got := f.Ints("list"); !slices.Equal(got, []int{1, 2, 3}) {
		t.Errorf("list %v", got)
	}
	if err := f.Err(); err != nil {
		t.Error(err)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ content, want string }{
		{"title = \"a\"\nlayers = \nlist = []", "a.toml: line 2: "},
		{"", "a.toml: title: is missing"},
		{"title = 3\nlayers = 3\nlist = []", "a.toml: line 1: title: must be text in quotes"},
		{"title = \"a\"\n\nlayers = 3.5\nlist = []", "a.toml: line 3: layers: must be a whole number"},
		{"title = \"a\"\nlayers = 99999999999\nlist = []", "line 2: layers: must be a whole number"},
		{"title = \"a\"\nlayers = 3\nlist = [1, \"x\"]", "line 3: list: must be whole numbers in brackets"},
		{"title = \"a\"\nlayers = 3\nlist = 1", "line 3: list: must be whole numbers in brackets"},
		{"title = \"a\"\nlayers = 3\nlist = [1]\nmore = 1", "line 4: more: is unknown"},
		{"title = \"a\"\nlayers = 3\nlist = [1]\n[extra]\na = 1", "line 5: extra.a: is unknown"},
		{"title = \"a\"\nlayers = 3\nlayers = 3", "line 3: "},
		{"title = \"a\"\nlayers = 3\nlist = [1]\nmore.less = 1", "line 4: more.less: is unknown"},
		{"layers = 3\nlist = [1]\n[extra]\ntitle = \"a\"", "a.toml: title: is missing"},
		{"title.x = \"a\"\nlayers = 3\nlist = [1]", "line 1: title: must be text in quotes, is a table"},
		{"z = 1\ny = 1\ntitle = \"a\"\nlayers = 3\nlist = [1]", "line 1: z: is unknown"},
		{"title = \"a\"\nlayers = 3\nlist = [1]\n\"odd\\nname\" = 1", `"odd\nname": is unknown`},
	} {
		f := tomlfile.Parse("a.toml", []byte(c.content))
		f.String("title")
		f.Int("layers")
		f.Ints("list")
		err := f.Err()
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "line 0") {
			t.Errorf("%q: error %v, want one line that says %q", c.content, err, c.want)
		}
	}
}

// TestRefuse checks that the first thing that is wrong is what is said.
func TestRefuse(t *testing.T) {
	f := tomlfile.Parse("a.toml", []byte("title = \"wide\"\nlayers = 0"))
	f.Refuse("layers", "must be at least %d,\nis 0", 1)
	f.String("nothing")
	if err := f.Err(); err == nil || err.Error() != "a.toml: line 2: layers: must be at least 1, is 0" {
		t.Errorf("error %v", err)
	}
}
