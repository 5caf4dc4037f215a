package data

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"coexplore/internal/gzipped"
)

// idxFile makes an IDX file of unsigned bytes.
func idxFile(values []byte, dims ...uint32) []byte {
	b := []byte{0, 0, 8, byte(len(dims))}
	for _, d := range dims {
		b = binary.BigEndian.AppendUint32(b, d)
	}
	return append(b, values...)
}

// packedContent is the content of a file of b.
func packedContent(b []byte) content {
	return func() (io.ReadCloser, error) {
		r, err := gzipped.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		return io.NopCloser(r), nil
	}
}

func zipped(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// counting returns 0, 1, 2, ... as n bytes.
func counting(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

func TestLoadIDX(t *testing.T) {
	files := map[string][]byte{
		"set/train-images-idx3-ubyte.gz": zipped(t, idxFile(counting(3*4*5), 3, 4, 5)),
		"set/train-labels-idx1-ubyte":    idxFile([]byte{2, 0, 1}, 3),
		"set/t10k-images.idx3-ubyte":     idxFile(counting(2*4*5), 2, 4, 5),
		"set/t10k-labels-idx1-ubyte.gz":  zipped(t, idxFile([]byte{9, 11}, 2)),
	}
	s, err := Open(filepath.Join(folder(t, files), "set"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "set" || s.Train.Len() != 3 || s.Test.Len() != 2 {
		t.Errorf("%s has %d and %d images, want set with 3 and 2", s.Name, s.Train.Len(), s.Test.Len())
	}
	m := s.Train
	if m.Channels != 1 || m.Height != 4 || m.Width != 5 {
		t.Errorf("images of %dx%dx%d, want 1x4x5", m.Channels, m.Height, m.Width)
	}
	if got, want := m.At(2)[3*5+1], byte(2*20+3*5+1); got != want || m.Labels[0] != 2 {
		t.Errorf("image 2, row 3, column 1 is %d, want %d; label of image 0 is %d, want 2", got, want, m.Labels[0])
	}
	if len(s.Classes) != 12 || s.Classes[11] != "11" {
		t.Errorf("classes %v, want the numbers 0 to 11", s.Classes)
	}
}

func TestLoadIDXOnePart(t *testing.T) {
	dir := folder(t, map[string][]byte{
		"t10k-images-idx3-ubyte": idxFile(counting(2*3*3), 2, 3, 3),
		"t10k-labels-idx1-ubyte": idxFile([]byte{0, 1}, 2),
		"classes.txt":            []byte("cat\ndog\n"),
	})
	s, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if s.Train.Len() != 0 || s.Test.Len() != 2 || strings.Join(s.Classes, " ") != "cat dog" {
		t.Errorf("%d and %d images, classes %v", s.Train.Len(), s.Test.Len(), s.Classes)
	}
	if want := "missing: train-images-idx3-ubyte, train-labels-idx1-ubyte"; !strings.Contains(s.Note, want) {
		t.Errorf("note %q lacks %q", s.Note, want)
	}
	_, err = Open(dir, 0)
	checkMessage(t, err, "no training images", "train-images-idx3-ubyte")
}

func TestLoadIDXErrors(t *testing.T) {
	images, labels := idxFile(counting(2*3*3), 2, 3, 3), idxFile([]byte{0, 1}, 2)
	for _, test := range []struct {
		name   string
		images []byte
		labels []byte
		want   string
	}{
		{"no labels", images, nil, "train-labels-idx1-ubyte[.gz]"},
		{"no images", nil, labels, "train-images-idx3-ubyte[.gz]"},
		{"empty", []byte{}, labels, "too short for an IDX file: 0 bytes"},
		{"header", images[:7], labels, "too short for an IDX file: 7 bytes of a header of 16"},
		{"truncated", images[:len(images)-5], labels, "truncated: 13 bytes of values, and the header announces 2 x 3 x 3 = 18"},
		{"too long", append(bytes.Clone(images), 0), labels, "longer than the 2 x 3 x 3 = 18 bytes"},
		{"labels as images", labels, labels, "not IDX with 3 dimensions"},
		{"huge", idxFile(nil, 1<<31-1, 1<<31-1, 1<<31-1), labels, "announces"},
		{"large", idxFile(nil, 1<<15, 1<<14, 1), labels, "truncated: 0 bytes"},
		{"negative", idxFile(nil, 1<<31, 1, 1), labels, "announces 2147483648"},
		{"flat", idxFile(nil, 2, 0, 3), labels, "0x3 pixels"},
		{"counts", images, idxFile([]byte{0, 1, 2}, 3), "2 images"},
		{"short gzip", zipped(t, images)[:20], labels, "short"},
		{"bad gzip", []byte{0x1f, 0x8b, 1, 2, 3}, labels, "damaged gzip"},
		{"cut gzip", zipped(t, idxFile(bytes.Repeat(counting(251), 90), 90, 251, 1))[:200], labels, "truncated or damaged after"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := map[string][]byte{}
			if test.images != nil {
				files["train-images-idx3-ubyte"] = test.images
			}
			if test.labels != nil {
				files["train-labels-idx1-ubyte"] = test.labels
			}
			dir := folder(t, files)
			_, err := Load(dir)
			checkMessage(t, err, "data: "+dir, test.want)
		})
	}
	dir := folder(t, map[string][]byte{"train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": idxFile([]byte{0, 2}, 2), "classes.txt": []byte("cat\ndog")})
	_, err := Load(dir)
	checkMessage(t, err, "classes.txt names 2 classes", "label 2")
}

func TestOpenUnknown(t *testing.T) {
	_, err := Open(t.TempDir(), 0)
	checkMessage(t, err, "data: ", "holds no data set", "data_batch_1.bin", "train-images-idx3-ubyte")
	_, err = Open(filepath.Join(t.TempDir(), "shape"), 0)
	checkMessage(t, err, "data: no folder", "shapes")
	file := filepath.Join(folder(t, map[string][]byte{"a": nil}), "a")
	_, err = Open(file, 0)
	checkMessage(t, err, "is a file")
}

func FuzzParseIDX(f *testing.F) {
	f.Add([]byte{}, 3)
	f.Add(idxFile(counting(12), 2, 2, 3), 3)
	f.Add(zipped(f, idxFile(counting(12), 2, 2, 3)), 3)
	f.Add(idxFile(counting(5), 5), 1)
	f.Add(idxFile(nil, 1<<31-1, 1<<31-1, 1<<31-1), 3)
	f.Fuzz(func(t *testing.T, b []byte, dimensions int) {
		if dimensions < 1 || dimensions > 4 || len(b) > 1<<16 {
			return
		}
		dims, values, err := parseIDX(packedContent(b), dimensions)
		if err != nil {
			return
		}
		size := 1
		var head []uint32
		for _, d := range dims {
			size *= d
			head = append(head, uint32(d))
		}
		if len(dims) != dimensions || len(values) != size {
			t.Fatalf("%d values of dimensions %v", len(values), dims)
		}
		if !bytes.HasPrefix(b, []byte{0x1f, 0x8b}) && !bytes.Equal(idxFile(values, head...), b) {
			t.Errorf("what was read does not give the %d bytes again", len(b))
		}
	})
}
