package kernelext

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

// sourceVersion is a hash of a function's source and of what it uses of its own
// package; of the whole program, where its source cannot be found.
func sourceVersion(f any) string {
	at := runtime.FuncForPC(reflect.ValueOf(f).Pointer())
	if at != nil {
		file, line := at.FileLine(at.Entry())
		if s := sourceOf(file); s != nil {
			if text := s.textOf(line); text != "" {
				return hash(text)
			}
		}
	}
	return programVersion()
}

// sourceOf is the source that a file belongs to, read once; nil if it cannot be.
func sourceOf(file string) *source {
	sources.Lock()
	defer sources.Unlock()
	s, ok := sources.of[file]
	if !ok {
		s, _ = readSource(file)
		sources.of[file] = s
	}
	return s
}

var sources = struct {
	sync.Mutex
	of map[string]*source
}{of: map[string]*source{}}

// programVersion is a hash of the program's file.
var programVersion = sync.OnceValue(func() string {
	file, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
})

// moduleVersion tells the versions of the modules apart that the program is made
// of; of those without one, such as this module in a folder, the state of their
// files.
var moduleVersion = sync.OnceValue(func() string {
	parts := []string{runtime.Version(), sourceFolder()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Replace != nil {
				m = m.Replace
			}
			parts = append(parts, m.Path, m.Version, m.Sum)
		}
	}
	return hash(parts...)
})

// sourceFolder is the names, sizes and times of this module's source files, if
// they are there.
func sourceFolder() string {
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		return ""
	}
	root := filepath.Dir(filepath.Dir(file))
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		return ""
	}
	var b strings.Builder
	filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // what cannot be read was not compiled
		case d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "notebooks"):
			return fs.SkipDir
		case d.IsDir() || strings.HasSuffix(name, "_test.go") || filepath.Ext(name) != ".go" && filepath.Ext(name) != ".s" && d.Name() != "go.mod":
			return nil
		}
		if info, err := d.Info(); err == nil {
			fmt.Fprintln(&b, name, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return b.String()
}
