package data_test

import (
	"encoding/json"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/data"
	"coexplore/internal/cli/clitest"
)

// cifarFolder makes a folder in CIFAR-10's layout with n training images and ten
// test images, no two alike.
func cifarFolder(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	set := data.Shapes(1, n, 10)
	for name, m := range map[string]*data.Images{"data_batch_1.bin": set.Train, "test_batch.bin": set.Test} {
		var b []byte
		for i := range m.Len() {
			b = append(append(b, m.Labels[i]), m.At(i)...)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestDataCheck(t *testing.T) {
	dir := cifarFolder(t, 30)
	status, out, errs := clitest.Run(t, "data", "check", dir, "--json")
	var r data.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	if status != 1 || r.Parts[0].Images != 30 || r.Parts[0].PerClass[4] != 3 || len(r.Problems) != 4 {
		t.Errorf("status %d, report %+v", status, r)
	}
	if !strings.Contains(errs, "data_batch_2.bin is missing") {
		t.Errorf("stderr %q", errs)
	}
	status, out, _ = clitest.Run(t, "data", "check", dir)
	for _, want := range []string{"cifar-10", "airplane", "training images: 3x32x32, mean ", "problems:"} {
		if !strings.Contains(out, want) {
			t.Errorf("status %d, the report\n%s\nlacks %q", status, out, want)
		}
	}
	if status, out, errs = clitest.Run(t, "data", "check", "shapes"); status != 0 || errs != "" || !strings.Contains(out, "no problems") {
		t.Errorf("shapes: status %d\n%s%s", status, out, errs)
	}
}

func TestDataGetFailures(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/wrong/") {
			w.Write(make([]byte, 9912422)) // the size is right, the content is not
			return
		}
		http.NotFound(w, r)
	}))
	defer server.Close()
	dir := t.TempDir()
	for _, test := range []struct {
		mirror string
		want   []string
	}{
		{"/none", []string{"cannot get train-images-idx3-ubyte.gz", "404 Not Found"}},
		{"/wrong", []string{"not the published file", "SHA-256", "thrown away"}},
	} {
		status, out, errs := clitest.Run(t, "data", "get", "mnist", "--out", dir, "--json", "--mirror", server.URL+test.mirror)
		if status != 1 || out != "" {
			t.Errorf("%s: status %d, stdout %q", test.mirror, status, out)
		}
		last := errs[strings.LastIndex(strings.TrimSpace(errs), "\n")+1:]
		for _, want := range test.want {
			if !strings.Contains(last, want) {
				t.Errorf("%s: last line %q lacks %q", test.mirror, last, want)
			}
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".part") {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

func TestDataUsage(t *testing.T) {
	for _, test := range []struct {
		args   string
		status int
		want   string
	}{
		{"", 2, "get, check or sheet"},
		{"get", 2, "--help"},
		{"get imagenet --out x", 2, "cifar10, mnist, fashion-mnist"},
		{"get mnist", 2, "--out is needed"},
		{"check", 2, "--help"},
		{"check /nowhere/at/all", 1, "no folder /nowhere/at/all"},
		{"sheet shapes", 2, "--out is needed"},
		{"sheet shapes --out x.png --scale 0", 2, "--scale"},
	} {
		status, out, errs := clitest.Run(t, strings.Fields("data "+test.args)...)
		if status != test.status || out != "" || !strings.Contains(errs, test.want) || strings.Count(errs, "\n") != 1 {
			t.Errorf("data %s: status %d, want %d; stdout %q, stderr %q, want one line with %q", test.args, status, test.status, out, errs, test.want)
		}
	}
}

func TestDataSheet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sheet.png")
	if status, _, errs := clitest.Run(t, "data", "sheet", "shapes", "--out", path, "--columns", "4", "--scale", "1"); status != 0 {
		t.Fatalf("status %d: %s", status, errs)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if b := picture.Bounds(); b.Dx() != 4*34+2 || b.Dy() != 10*34+2 {
		t.Errorf("the sheet has %v", b)
	}
}
