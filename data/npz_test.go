package data

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// npyFile is an array of bytes as numpy.save writes it.
func npyFile(descr, order, shape string, raw []byte) []byte {
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }", descr, order, shape)
	header += strings.Repeat(" ", 63-(len(header)+10)%64) + "\n"
	b := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), byte(len(header)>>8))
	return append(append(b, header...), raw...)
}

// npzBytes packs arrays as numpy.savez_compressed does.
func npzBytes(t testing.TB, arrays map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, b := range arrays {
		w, err := z.Create(name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestNPZAgainstNumPy has NumPy write sets in every form and print what is in
// them.
func TestNPZAgainstNumPy(t *testing.T) {
	python := "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import numpy").Run(); err != nil {
		t.Skipf("SKIPPED: %s has no NumPy (%v)", python, err)
	}
	dir := t.TempDir()
	out, err := exec.Command(python, "-c", `
import numpy as np, sys, os
rng = np.random.default_rng(7)
d = sys.argv[1]
def show(name, x, y):
    if x.ndim == 3: x = x[:, None]
    print(name, *x.shape, *x.ravel()[::37], *y.ravel())
forms = 0
for save in (np.savez, np.savez_compressed):
    for keys in (('x_train','y_train','x_test','y_test'), ('train_images','train_labels','test_images','test_labels')):
        for shape in ((9, 7, 5), (9, 3, 7, 5), (9, 1, 7, 5)):
            for order in 'CF':
                for last in (False, True):
                    for kind in ('uint8', '<i2', '>i4', 'int64', '>u2', 'int8'):
                        x = rng.integers(0, 128 if kind == 'int8' else 256, shape)
                        y = rng.integers(0, 10, 9)
                        chw = x
                        if last and x.ndim == 4: x = np.moveaxis(x, 1, 3)
                        if kind == '>i4': y = y[:, None]
                        name = 'f%d' % forms; forms += 1
                        save(os.path.join(d, name), **{keys[0]: np.array(x, kind, order=order), keys[1]: np.array(y, kind),
                             keys[2]: np.array(x[::-1], 'uint8', order=order), keys[3]: np.array(y[::-1], 'int64')})
                        show(name, chw, y)
                        show(name, chw[::-1], y[::-1])
`, dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) < 200 {
		t.Fatalf("%d lines: %.500s", len(lines), out)
	}
	for i, line := range lines {
		name, _, _ := strings.Cut(line, " ")
		s, err := Open(filepath.Join(dir, name+".npz"), 0)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		m := []*Images{s.Train, s.Test}[i%2]
		got := []string{name, fmt.Sprint(m.Len()), fmt.Sprint(m.Channels), fmt.Sprint(m.Height), fmt.Sprint(m.Width)}
		for at := 0; at < len(m.Pixels); at += 37 {
			got = append(got, fmt.Sprint(m.Pixels[at]))
		}
		for _, label := range m.Labels {
			got = append(got, s.Classes[label])
		}
		if s := strings.Join(got, " "); s != line {
			t.Errorf("read\n%s\nNumPy has\n%s", s, line)
		}
	}
}

func TestNPZByHand(t *testing.T) {
	dir := folder(t, map[string][]byte{
		"in/set.npz": npzBytes(t, map[string][]byte{
			"x_test": npyFile("|u1", "False", "2, 1, 2", []byte{1, 2, 3, 4}), "y_test": npyFile("<i2", "False", "2,", []byte{3, 0, 12, 0}),
		}),
		"in/classes.txt": []byte("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\n"),
	})
	s, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "set" || s.Test.Len() != 2 || s.Train.Len() != 0 || !slices.Equal(s.Test.Labels, []byte{3, 12}) || len(s.Classes) != 13 || !strings.Contains(s.Note, "missing: x_train and y_train") {
		t.Errorf("%v, %q", s, s.Note)
	}
	if r, err := Check(dir); err != nil || r.Format != "npz" || r.Parts[1].Images != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestNPZErrors(t *testing.T) {
	x, y := npyFile("|u1", "False", "2, 1, 2", []byte{1, 2, 3, 4}), npyFile("|u1", "False", "2,", []byte{0, 1})
	for _, test := range []struct {
		name string
		x, y []byte
		want string
	}{
		{"float", npyFile("<f4", "False", "1, 1, 1", make([]byte, 4)), y, "x_test: its type is <f4: save whole numbers"},
		{"objects", npyFile("|O", "False", "1, 1, 1", make([]byte, 4)), y, "its type is |O"},
		{"truncated", x[:len(x)-1], y, "x_test: truncated: 3 bytes of values, and the header announces (2, 1, 2) x 1 bytes = 4"},
		{"longer", append(slices.Clone(x), 1), y, "longer than"},
		{"counts", x, npyFile("|u1", "False", "3,", []byte{0, 1, 2}), "x_test has 2 images, but y_test has 3 labels"},
		{"one-hot", x, npyFile("|u1", "False", "2, 2", []byte{0, 2, 1, 0}), "labels of shape (2 x 2)"},
		{"flat", npyFile("|u1", "False", "2, 2", []byte{1, 2, 3, 4}), y, "images of shape (2 x 2)"},
		{"negative", x, npyFile("|i1", "False", "2,", []byte{0, 255}), "y_test: label 1 is -1, not from 0 to 255"},
		{"large", x, npyFile("<i4", "False", "2,", []byte{0, 0, 0, 0, 0, 1, 0, 0}), "y_test: label 1 is 256, not from 0 to 255"},
		{"pixels", npyFile("<u2", "False", "2, 1, 1", []byte{5, 0, 0, 1}), y, "image 1 has a pixel"},
		{"huge", npyFile("|u1", "False", "2147483647, 2147483647, 1", nil), y, "more than 1073741824 bytes"},
		{"large, empty", npyFile("|u1", "False", "1000000000, 1, 1", nil), y, "truncated: 0 bytes"},
		{"text", []byte("a page, not an array"), y, "not a NumPy array"},
		{"short", []byte("\x93NUM"), y, "too short"},
	} {
		dir := folder(t, map[string][]byte{"set.npz": npzBytes(t, map[string][]byte{"x_test": test.x, "y_test": test.y})})
		_, err := Load(filepath.Join(dir, "set.npz"))
		checkMessage(t, err, "data: ", "set.npz", test.want)
		if r, err := Check(dir); err != nil || len(r.Problems) == 0 || !strings.Contains(r.Problems[0], test.want) {
			t.Errorf("%s: %+v, %v", test.name, r, err)
		}
	}
	dir := folder(t, map[string][]byte{"a.npz": npzBytes(t, map[string][]byte{"images": x}), "b.npz": []byte("PK\x03\x04 and no more")})
	_, err := Load(filepath.Join(dir, "a.npz"))
	checkMessage(t, err, "no arrays x_train", `"images"`, "numpy.savez")
	_, err = Load(filepath.Join(dir, "b.npz"))
	checkMessage(t, err, "damaged NPZ file")
	_, err = Load(dir)
	checkMessage(t, err, "2 NPZ files", "a.npz")
	_, err = Load(filepath.Join(dir, "a.npz") + ":x")
	checkMessage(t, err, `no "x" to choose`)
}

// FuzzNPZ reads archives: the fuzzer's own, and its bytes as an array in a good one.
func FuzzNPZ(f *testing.F) {
	x, y := npyFile("|u1", "False", "2, 1, 2", []byte{1, 2, 3, 4}), npyFile("<i2", "False", "2,", []byte{0, 0, 1, 0})
	f.Add(npzBytes(f, map[string][]byte{"x_train": x, "y_train": y}))
	f.Add(x)
	f.Add(npyFile("|u1", "True", "2, 2, 2, 1", counting(8)))
	f.Add(npyFile(">u4", "False", "1, 1, 1", []byte{0, 0, 0, 9}))
	f.Add(npyFile("|u1", "False", "1000000000, 1, 1", nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		if z, err := zip.NewReader(bytes.NewReader(b), int64(len(b))); err == nil {
			if s, err := parseNPZ(z); err == nil && len(s.Train.Pixels) != s.Train.Len()*s.Train.ImageBytes() {
				t.Fatalf("%d pixels for %v", len(s.Train.Pixels), s)
			}
		}
		array := content(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil })
		m, err := npzPart([2]string{"x", "y"}, array, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(y)), nil }, &labeling{})
		if err == nil && (m.Len() != 2 || len(m.Pixels) != 2*m.ImageBytes()) {
			t.Fatalf("%d pixels for %d images", len(m.Pixels), m.Len())
		}
	})
}

// FuzzClassNames reads files of class names.
func FuzzClassNames(f *testing.F) {
	f.Add([]byte("cat\ndog\n"))
	f.Add([]byte("\ufeffcat\r\ndog"))
	f.Add([]byte("\xff\xfec\x00a\x00t\x00\n\x00"))
	f.Add([]byte("caf\xe9"))
	path := filepath.Join(f.TempDir(), "classes.txt")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		names, err := readClassNames(path)
		if err != nil {
			checkMessage(t, err, "data: ", path)
		}
		for _, name := range names {
			if name == "" || strings.ContainsAny(name, "\r\n\x00") {
				t.Fatalf("the name %q", name)
			}
		}
	})
}
