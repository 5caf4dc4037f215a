package writable

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPlaces(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	// /proc and /dev/full's like take no files, whoever asks.
	full := "/proc/self"
	if _, err := os.Stat(full); err != nil {
		full = ""
	}
	for _, test := range []struct {
		try  func(string) error
		path string
		want string // "" for none
	}{
		{File, filepath.Join(dir, "new"), ""},
		{File, filepath.Join(dir, "file"), ""},
		{File, dir, "it is a folder"},
		{File, filepath.Join(dir, "no", "new"), "there is no folder"},
		{File, filepath.Join(dir, "file", "new"), "not a folder"},
		{File, full + "/new", "takes no files"},
		{Folder, dir, ""},
		{Folder, filepath.Join(dir, "a", "b", "c"), ""},
		{Folder, filepath.Join(dir, "file"), "is a file"},
		{Folder, filepath.Join(dir, "file", "a"), "file"},
		{Folder, full, "takes no files"},
		{Folder, full + "/a/b", "takes no files"},
	} {
		if full == "" && !strings.HasPrefix(test.path, dir) {
			t.Log("SKIPPED: there is no /proc that takes no files")
			continue
		}
		err := test.try(test.path)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", test.path, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), test.path) || strings.Contains(err.Error(), "\n")):
			t.Errorf("%s: error %v, want one line with %q", test.path, err, test.want)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%d entries left (%v), want the file alone", len(entries), err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "file")); string(b) != "mine" {
		t.Errorf("the file holds %q, %v", b, err)
	}
}
