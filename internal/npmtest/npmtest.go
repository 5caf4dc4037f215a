// Package npmtest makes scripts of npm packages for tests in a browser.
package npmtest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// day fixes the versions of what the packages need in turn: those of that day.
const day = "2026-11-30"

// Bundle is the file with the script index.js of the folder source and the npm packages
// that package.json beside it asks for. They are installed once, in a folder of the user's
// cache that is named after both files. Without npm, or the net, the test is skipped.
func Bundle(t *testing.T, source string) string {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skipf("NOT TESTED with the packages of %s, because there is no npm on PATH (apt install npm)", source)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	hash := sha256.New()
	files := map[string][]byte{}
	for _, file := range []string{"package.json", "index.js"} {
		if files[file], err = os.ReadFile(filepath.Join(source, file)); err != nil {
			t.Fatal(err)
		}
		hash.Write(files[file])
	}
	dir := filepath.Join(cache, "coexplore", "npm", fmt.Sprintf("%s-%x", filepath.Base(source), hash.Sum(nil)[:6]))
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
		{npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--before", day},
		{"node_modules/.bin/esbuild", "index.js", "--bundle", "--minify", "--loader:.svg=text", "--outfile=bundle.part"},
	} {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = dir
		if said, err := cmd.CombinedOutput(); err != nil {
			if args[0] == npm {
				t.Skipf("NOT TESTED with the packages of %s: npm install: %v\n%s", source, err, bytes.TrimSpace(said))
			}
			t.Fatalf("%s: %v\n%s", args[0], err, said)
		}
	}
	if err := os.Rename(filepath.Join(dir, "bundle.part"), out); err != nil {
		t.Fatal(err)
	}
	return out
}
