package data

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// cifarFile makes n records: record i has label i%10, and its pixel p the value
// of cifarPixel.
func cifarFile(n, salt int) []byte {
	var b []byte
	for i := range n {
		b = append(b, byte(i%10))
		for p := range cifarPixels {
			b = append(b, cifarPixel(i, p, salt))
		}
	}
	return b
}

func cifarPixel(i, p, salt int) byte { return byte(31*i + 7*p + p/251 + salt) }

// folder writes files into a new folder.
func folder(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLoadCIFAR10(t *testing.T) {
	dir := folder(t, map[string][]byte{
		"data_batch_1.bin": cifarFile(20, 1),
		"data_batch_3.bin": cifarFile(10, 3),
		"test_batch.bin":   cifarFile(12, 9),
	})
	s, err := LoadCIFAR10(dir)
	if err != nil {
		t.Fatal(err)
	}
	if s.Train.Len() != 30 || s.Test.Len() != 12 {
		t.Fatalf("%d training and %d test images, want 30 and 12", s.Train.Len(), s.Test.Len())
	}
	want := "3 of 6 batches: data_batch_1.bin, data_batch_3.bin, test_batch.bin; missing: data_batch_2.bin, data_batch_4.bin, data_batch_5.bin"
	if s.Note != want {
		t.Errorf("note\n%s, want\n%s", s.Note, want)
	}
	if !slices.Equal(s.Classes, cifarNames) {
		t.Errorf("classes %v", s.Classes)
	}
	// Image 25 is record 5 of the second file that is there.
	if s.Train.Labels[25] != 5 {
		t.Errorf("label of image 25 is %d, want 5", s.Train.Labels[25])
	}
	for c := range 3 {
		for _, y := range []int{0, 13, 31} {
			for _, x := range []int{0, 7, 31} {
				got := s.Train.Pixels[((25*3+c)*32+y)*32+x]
				if want := cifarPixel(5, c*1024+y*32+x, 3); got != want {
					t.Errorf("channel %d, row %d, column %d is %d, want %d", c, y, x, got, want)
				}
			}
		}
	}
}

func TestLoadCIFAR10ClassNames(t *testing.T) {
	files := map[string][]byte{"test_batch.bin": cifarFile(1, 0), "batches.meta.txt": []byte("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n")}
	s, err := LoadCIFAR10(folder(t, files))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(s.Classes, ""); got != "abcdefghij" {
		t.Errorf("classes %s", got)
	}
}

func TestLoadCIFAR10Errors(t *testing.T) {
	wrongLabel := cifarFile(3, 0)
	wrongLabel[2*cifarRecord] = 10
	for _, test := range []struct {
		name  string
		files map[string][]byte
		want  []string
	}{
		{"truncated", map[string][]byte{"data_batch_2.bin": cifarFile(5, 0)[:5*cifarRecord-100]},
			[]string{"data_batch_2.bin", "15265 bytes", "multiple of 3073", "4 whole images and 2973 bytes"}},
		{"empty", map[string][]byte{"test_batch.bin": {}}, []string{"test_batch.bin", "empty"}},
		{"label", map[string][]byte{"data_batch_1.bin": wrongLabel}, []string{"data_batch_1.bin", "image 2 (byte 6146)", "label 10", "0 to 9"}},
		{"nothing", map[string][]byte{"readme.html": {}}, []string{"none of CIFAR-10's binary files", "data_batch_1.bin"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := folder(t, test.files)
			_, err := LoadCIFAR10(dir)
			checkMessage(t, err, append(test.want, "data: ", dir)...)
		})
	}
	_, err := LoadCIFAR10(filepath.Join(t.TempDir(), "nowhere"))
	checkMessage(t, err, "data: no folder", "nowhere")
}

// checkMessage wants one line that has all the parts.
func checkMessage(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than a line: %q", err)
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("message %q lacks %q", err, p)
		}
	}
}

func FuzzParseCIFAR10(f *testing.F) {
	f.Add([]byte{})
	f.Add(cifarFile(1, 0))
	f.Add(cifarFile(2, 5)[:4000])
	f.Add(bytes.Repeat([]byte{0xff}, cifarRecord))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := &Images{Width: cifarSide, Height: cifarSide, Channels: 3}
		if err := cifar10.parse(m, b, 0); err != nil {
			if m.Len() != 0 || len(m.Pixels) != 0 {
				t.Errorf("%d images in spite of %v", m.Len(), err)
			}
			return
		}
		// What was read must say the file again.
		var again []byte
		for i := range m.Len() {
			again = append(append(again, m.Labels[i]), m.At(i)...)
		}
		if !bytes.Equal(again, b) {
			t.Errorf("the images read from %d bytes give other %d bytes", len(b), len(again))
		}
	})
}
