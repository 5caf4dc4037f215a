package nbclient

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// npmDay fixes the versions of what the packages need in turn: those of that day.
const npmDay = "2026-11-30"

// bundled is the script testdata/name/index.js with the npm packages that package.json
// beside it asks for, in one file. They are installed once, in a folder of the user's
// cache that is named after both files. Without npm the test is skipped.
func bundled(t *testing.T, name string) string {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skipf("NOT TESTED with the packages of testdata/%s, because there is no npm on PATH (apt install npm)", name)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.New()
	files := map[string][]byte{}
	for _, file := range []string{"package.json", "index.js"} {
		if files[file], err = os.ReadFile(filepath.Join("testdata", name, file)); err != nil {
			t.Fatal(err)
		}
		hash.Write(files[file])
	}
	dir := filepath.Join(cache, "coexplore", "npm", fmt.Sprintf("%s-%x", name, hash.Sum(nil)[:6]))
	out := filepath.Join(dir, "bundle.js")
	if _, err := os.Stat(out); err == nil {
		return out
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for file, content := range files {
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--before", npmDay},
		{"node_modules/.bin/esbuild", "index.js", "--bundle", "--minify", "--loader:.svg=text", "--outfile=bundle.part"},
	} {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = dir
		if said, err := cmd.CombinedOutput(); err != nil {
			if args[0] == npm {
				t.Skipf("NOT TESTED with the packages of testdata/%s: npm install: %v\n%s", name, err, bytes.TrimSpace(said))
			}
			t.Fatalf("%s: %v\n%s", args[0], err, said)
		}
	}
	if err := os.Rename(filepath.Join(dir, "bundle.part"), out); err != nil {
		t.Fatal(err)
	}
	return out
}
