package space

import (
	"fmt"
	"regexp"
	"strings"

	"coexplore/hw"
	"coexplore/internal/textfile"
	"coexplore/internal/tomlfile"
)

// Open is the space of that name, or the one in the file if the name ends in .toml.
func Open(name string) (Chain, error) {
	if IsFile(name) {
		return Load(name)
	}
	return ByName(name)
}

// IsFile tells whether Open reads a file.
func IsFile(name string) bool { return strings.HasSuffix(name, ".toml") }

// Load reads a space of chains from a TOML file:
//
//	title = "wide"         # its name in logs and folders
//	input = "3x32x32"      # channels, height and width of the images
//	classes = 10
//	head = "gap"           # global average pooling, or "flatten"
//	min_layers = 2
//	max_layers = 4
//	kernels = [1, 3, 5]    # odd
//	filters = [16, 32, 64]
//	strides = [1, 2]       # may be left out: [1]
//
// Where networks are trained, the images' own shape and classes take the place of
// those of the file. An error names the file, the line and the field.
func Load(path string) (Chain, error) {
	content, err := textfile.Read(path)
	if err != nil {
		return Chain{}, fmt.Errorf("space: %w", err)
	}
	return Parse(path, content)
}

// Parse is Load for the content of a file; name is for messages.
func Parse(name string, content []byte) (Chain, error) {
	f := tomlfile.Parse(name, content)
	s := Chain{
		Title: f.String("title"), Classes: f.Int("classes"), MinLayers: f.Int("min_layers"), MaxLayers: f.Int("max_layers"),
		Kernels: f.Ints("kernels"), Filters: f.Ints("filters"), Strides: []int{1},
	}
	if f.Has("strides") {
		s.Strides = f.Ints("strides")
	}
	var err error
	if s.Input, err = hw.ParseShape(f.String("input")); err != nil {
		f.Refuse("input", "must be channels x height x width, as in \"3x32x32\"")
	}
	if s.Head, err = hw.ParseHead(f.String("head")); err != nil {
		f.Refuse("head", "must be \"gap\" or \"flatten\"")
	}
	if field, err := s.check(); err != nil {
		f.Refuse(field, "%v", err)
	}
	if _, err := ByName(s.Title); err == nil {
		f.Refuse("title", "cannot be %s, the name of a space that is built in", s.Title)
	}
	if !titleForm.MatchString(s.Title) {
		f.Refuse("title", "must be up to 64 letters, digits, dots, hyphens and underscores, a letter or digit first")
	}
	if err := f.Err(); err != nil {
		return Chain{}, fmt.Errorf("space: %w", err)
	}
	return s, nil
}

// titleForm is the form of a title, which becomes part of folders' names.
var titleForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
