package data

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// cifar100File makes n records with coarse label i%20 and fine label i%100.
func cifar100File(n, salt int) []byte {
	var b []byte
	for i := range n {
		b = append(b, byte(i%20), byte(i%100))
		for p := range cifarPixels {
			b = append(b, cifarPixel(i, p, salt))
		}
	}
	return b
}

func TestLoadCIFAR100(t *testing.T) {
	var fine []byte
	for k := range 100 {
		fine = fmt.Appendf(fine, "thing %d\r\n", k)
	}
	dir := folder(t, map[string][]byte{
		"cifar-100-binary/train.bin":            cifar100File(120, 1),
		"cifar-100-binary/test.bin":             zipped(t, cifar100File(3, 2)),
		"cifar-100-binary/fine_label_names.txt": fine,
	})
	s, err := Open(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	if s.Train.Len() != 120 || s.Test.Len() != 3 || len(s.Classes) != 100 || s.Classes[7] != "thing 7" || s.Train.Labels[119] != 19 || s.Train.Labels[99] != 99 {
		t.Errorf("%v, note %q, labels %v", s, s.Note, s.Train.Labels)
	}
	if got, want := s.Train.At(119)[2*1024+5*32+1], cifarPixel(119, 2*1024+5*32+1, 1); got != want {
		t.Errorf("blue of image 119 at (5, 1) is %d, want %d", got, want)
	}
	coarse, err := Open(filepath.Join(dir, "cifar-100-binary")+":coarse", 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(coarse.Classes) != 20 || coarse.Train.Labels[119] != 19 || coarse.Train.Labels[99] != 19 || !bytes.Equal(coarse.Train.Pixels, s.Train.Pixels) {
		t.Errorf("%v, labels %v", coarse, coarse.Train.Labels)
	}
	_, err = Open(dir+":rough", 0)
	checkMessage(t, err, `no labels "rough"`, "coarse or fine")
	r, err := Check(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r.Parts[0].Images != 120 || r.Format != "cifar-100 binary" || len(r.Files) != 2 {
		t.Errorf("%+v", r)
	}
}

// emnist are the files of a small set of letters, with labels from 1.
func emnist(t *testing.T, prefix string) map[string][]byte {
	return map[string][]byte{
		prefix + "emnist-letters-train-images-idx3-ubyte.gz": zipped(t, idxFile(counting(2*4), 2, 2, 2)),
		prefix + "emnist-letters-train-labels-idx1-ubyte.gz": zipped(t, idxFile([]byte{1, 3}, 2)),
		prefix + "emnist-letters-test-images-idx3-ubyte":     idxFile(counting(4), 1, 2, 2),
		prefix + "emnist-letters-test-labels-idx1-ubyte":     idxFile([]byte{2}, 1),
		prefix + "emnist-letters-mapping.txt":                []byte("1 65 97\r\n2 66 98\r\n3 67 99\r\n"),
	}
}

func TestLoadEMNIST(t *testing.T) {
	files := emnist(t, "gzip/")
	dir := folder(t, files)
	s, err := Open(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "emnist-letters" || strings.Join(s.Classes, "") != "ABC" || !slices.Equal(s.Train.Labels, []byte{0, 2}) || s.Test.Labels[0] != 1 {
		t.Errorf("%v, classes %v, labels %v", s, s.Classes, s.Train.Labels)
	}
	if !slices.Equal(s.Train.At(1), []byte{4, 6, 5, 7}) || !strings.Contains(s.Note, "upright") {
		t.Errorf("image 1 is %v, note %q", s.Train.At(1), s.Note)
	}
	if r, err := Check(dir); err != nil || r.Parts[0].Images != 2 || len(r.Files) != 4 || r.Parts[0].PerClass[2] != 1 {
		t.Errorf("%+v, %v", r, err)
	}
	files["gzip/emnist-digits-test-images-idx3-ubyte"] = idxFile(counting(4), 1, 2, 2)
	files["gzip/emnist-digits-test-labels-idx1-ubyte"] = idxFile([]byte{5}, 1)
	dir = folder(t, files)
	_, err = Open(dir, 0)
	checkMessage(t, err, "several of EMNIST's sets", "digits, letters", ":digits")
	if s, err = Open(dir+":letters", 0); err != nil || s.Test.Labels[0] != 1 {
		t.Errorf("%v, %v", s, err)
	}
	_, err = Open(dir+":mnist", 0)
	checkMessage(t, err, `no "mnist"`, "digits, letters")
	files["gzip/emnist-letters-mapping.txt"] = []byte("1 65\n3 66\n")
	_, err = Open(folder(t, files)+":letters", 0)
	checkMessage(t, err, "mapping.txt, line 2")
}

// TestFoldersAsTheyComeInArchives has the folders of torchvision, of Kaggle and of
// a browser's downloads.
func TestFoldersAsTheyComeInArchives(t *testing.T) {
	images, labels := idxFile(counting(2*9), 2, 3, 3), idxFile([]byte{0, 1}, 2)
	four := func(prefix string, name func(string) string) map[string][]byte {
		files := map[string][]byte{}
		for i, n := range []string{mnistNames.trainImages, mnistNames.trainLabels, mnistNames.testImages, mnistNames.testLabels} {
			files[prefix+name(n)] = [][]byte{images, labels}[i%2]
		}
		return files
	}
	same := func(n string) string { return n }
	for name, files := range map[string]map[string][]byte{
		"torchvision":        four("data/MNIST/raw/", same),
		"Kaggle":             four("archive/", func(n string) string { return n + "/" + n }),
		"Kaggle, dots":       four("archive/", func(n string) string { return strings.Replace(n, "-idx", ".idx", 1) }),
		"dots in a folder":   four("", func(n string) string { return n + "/" + strings.Replace(n, "-idx", ".idx", 1) }),
		"named .gz, plain":   four("a/b/c/", func(n string) string { return n + ".gz" }),
		"beside other files": four("x/__MACOSX/", same),
	} {
		s, err := Open(folder(t, files), 0)
		if name == "beside other files" {
			checkMessage(t, err, "holds no data set")
			continue
		}
		if err != nil || s.Train.Len() != 2 || s.Test.Len() != 2 {
			t.Errorf("%s: %v, %v", name, s, err)
		}
		if name == "torchvision" && s.Name != "MNIST" {
			t.Errorf("the set is called %s", s.Name)
		}
	}
	both := four("data/MNIST/raw/", same)
	for name, b := range four("data/FashionMNIST/raw/", same) {
		both[name] = b
	}
	_, err := Open(folder(t, both), 0)
	checkMessage(t, err, "holds 2 data sets", "FashionMNIST", filepath.Join("MNIST", "raw"))
}

// TestPaddedGzip has the 512 zero bytes that a copy from a tape or an archive
// leaves behind a compressed file.
func TestPaddedGzip(t *testing.T) {
	padded := append(zipped(t, idxFile(counting(18), 2, 3, 3)), make([]byte, 512)...)
	files := map[string][]byte{"t10k-images-idx3-ubyte": padded, "t10k-labels-idx1-ubyte": idxFile([]byte{0, 1}, 2)}
	if s, err := Load(folder(t, files)); err != nil || s.Test.Len() != 2 {
		t.Errorf("%v, %v", s, err)
	}
	// Whole values and damage behind them are not called truncated.
	files["t10k-images-idx3-ubyte"] = append(slices.Clone(padded), 1)
	_, err := Load(folder(t, files))
	checkMessage(t, err, "damaged behind its 18 bytes", "followed by something else")
	if strings.Contains(err.Error(), "truncated") {
		t.Errorf("%v", err)
	}
	packed := map[string][]byte{"data_batch_1.bin": zipped(t, cifarFile(3, 0)), "test_batch.bin": cifarFile(1, 0)}
	if s, err := Open(folder(t, packed), 0); err != nil || s.Train.Len() != 3 {
		t.Errorf("a compressed batch: %v, %v", s, err)
	}
}

func TestHints(t *testing.T) {
	for _, test := range []struct{ file, want string }{
		{"cifar-10-batches-py/data_batch_1 cifar-10-batches-py/batches.meta", "coexplore data get cifar10"},
		{"cifar-100-python/train cifar-100-python/meta", "cifar-100-binary.tar.gz"},
		{"cifar-10-binary.tar.gz", "unpack it"},
		{"archive.zip", "unpack it"},
		{"mnist_train.csv", "numpy.savez"},
		{"train_32x32.mat", "numpy.savez"},
		{"data/train-00000.parquet", "numpy.savez"},
		{"cats/1.heic", "of a kind that is not read"},
		{"1.png", "folder of its own"},
		{"only/1.jpg", "two classes or more"},
		{"readme.txt", "expected CIFAR's binary version"},
	} {
		files := map[string][]byte{}
		for _, name := range strings.Fields(test.file) {
			files[name] = []byte("x")
		}
		dir := folder(t, files)
		for _, read := range []func() error{
			func() error { _, err := Open(dir, 0); return err },
			func() error { _, err := Check(dir); return err },
		} {
			err := read()
			checkMessage(t, err, "data: "+dir, test.want)
		}
	}
	_, err := Open(filepath.Join(t.TempDir(), "x:3"), 0)
	checkMessage(t, err, "data: no folder")
	file := filepath.Join(t.TempDir(), "a:b")
	if err := os.WriteFile(file, []byte("PKxx"), 0o644); err != nil {
		t.Skipf("SKIPPED: no file names with colons here: %v", err)
	}
	_, err = Open(file, 0)
	checkMessage(t, err, "is a file")
}
