package data

import (
	"bytes"
	"flag"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var datasets = flag.String("datasets", filepath.Join("..", "..", "shared", "datasets"),
	"folder with public data sets (cifar-10-batches-bin, mnist) to read in tests")

// publicSet returns the folder of a public data set, or skips the test.
func publicSet(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(*datasets, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("SKIPPED: there is no %s; give the folder of public data sets with -datasets", dir)
	}
	return dir
}

// TestCheckMNIST compares with the facts that are published about MNIST's test
// images: the images of each digit, and mean and standard deviation (0.1325 and
// 0.3105 on the scale from 0 to 1).
func TestCheckMNIST(t *testing.T) {
	r, err := Check(publicSet(t, "mnist"))
	if err != nil {
		t.Fatal(err)
	}
	p := r.Parts[1]
	if want := []int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}; !slices.Equal(p.PerClass, want) {
		t.Errorf("images per class %v, want %v", p.PerClass, want)
	}
	if p.Channels != 1 || p.Height != 28 || p.Width != 28 {
		t.Errorf("images of %dx%dx%d, want 1x28x28", p.Channels, p.Height, p.Width)
	}
	if math.Abs(p.Mean[0]/255-0.1325) > 5e-5 || math.Abs(p.Std[0]/255-0.3105) > 5e-5 {
		t.Errorf("mean %.5f, standard deviation %.5f, want 0.1325 and 0.3105", p.Mean[0]/255, p.Std[0]/255)
	}
	t.Logf("problems: %q", r.Problems)
}

// TestCheckCIFAR10 compares with the published mean and standard deviation of
// CIFAR-10's channels (0.4914 0.4822 0.4465 and 0.2470 0.2435 0.2616 over all
// training images, from 0 to 1), which one batch is close to, and with the test
// images' 1000 a class.
func TestCheckCIFAR10(t *testing.T) {
	dir := publicSet(t, "cifar-10-batches-bin")
	r, err := Check(dir)
	if err != nil {
		t.Fatal(err)
	}
	for k, n := range r.Parts[1].PerClass {
		if n != 1000 {
			t.Errorf("%d test images of class %s, want 1000", n, r.Classes[k])
		}
	}
	train := r.Parts[0]
	for k, want := range [3][2]float64{{0.4914, 0.2470}, {0.4822, 0.2435}, {0.4465, 0.2616}} {
		if math.Abs(train.Mean[k]/255-want[0]) > 0.01 || math.Abs(train.Std[k]/255-want[1]) > 0.01 {
			t.Errorf("channel %d: mean %.4f, standard deviation %.4f, want near %v", k, train.Mean[k]/255, train.Std[k]/255, want)
		}
	}
	s, err := Open(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	if s.Train.Len() != train.Images || strings.Join(s.Classes, " ") != strings.Join(cifarNames, " ") {
		t.Errorf("Open has %d training images and classes %v, Check %d", s.Train.Len(), s.Classes, train.Images)
	}
	t.Logf("%s; problems: %q", s.Note, r.Problems)
}

func TestDescribeByHand(t *testing.T) {
	s := &Set{Name: "two", Classes: []string{"a", "b", "c"},
		Train: &Images{Width: 2, Height: 1, Channels: 2, Labels: []uint8{1, 1}, Pixels: []uint8{0, 10, 7, 7, 20, 30, 7, 7}},
		Test:  &Images{Width: 2, Height: 1, Channels: 2, Labels: []uint8{0}, Pixels: []uint8{0, 10, 7, 7}},
	}
	r := Describe(s)
	p := r.Parts[0]
	if !slices.Equal(p.PerClass, []int{0, 2, 0}) || p.Mean[0] != 15 || p.Mean[1] != 7 || p.Std[1] != 0 {
		t.Errorf("%+v", p)
	}
	if want := math.Sqrt((15*15 + 5*5 + 5*5 + 15*15) / 4.0); math.Abs(p.Std[0]-want) > 1e-12 {
		t.Errorf("standard deviation %g, want %g", p.Std[0], want)
	}
	all := strings.Join(r.Problems, "\n")
	for _, want := range []string{"no training image is of class 0 (a)", "same value everywhere in channel 1", "1 test images are training images too"} {
		if !strings.Contains(all, want) {
			t.Errorf("problems\n%s\nlack %q", all, want)
		}
	}
}

func TestDescribeShapes(t *testing.T) {
	if r := Describe(Shapes(1, 200, 100)); len(r.Problems) != 0 || r.Parts[0].Images != 200 || r.Parts[1].PerClass[3] != 10 {
		t.Errorf("%+v", r)
	}
}

func TestCheckGoesOnPastDamage(t *testing.T) {
	dir := folder(t, map[string][]byte{
		"cifar-10-batches-bin/data_batch_1.bin": cifarFile(20, 1),
		"cifar-10-batches-bin/data_batch_2.bin": cifarFile(20, 2)[:7000],
		"cifar-10-batches-bin/test_batch.bin":   cifarFile(10, 3),
	})
	r, err := Check(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r.Parts[0].Images != 20 || r.Parts[1].Images != 10 || len(r.Files) != 3 || r.Files[1].Bytes != 7000 {
		t.Errorf("%+v", r)
	}
	all := strings.Join(r.Problems, "\n")
	for _, want := range []string{"data_batch_2.bin: truncated", "data_batch_5.bin is missing"} {
		if !strings.Contains(all, want) {
			t.Errorf("problems\n%s\nlack %q", all, want)
		}
	}

	dir = folder(t, map[string][]byte{
		"train-images-idx3-ubyte":   idxFile(counting(18), 2, 3, 3),
		"train-labels-idx1-ubyte":   idxFile([]byte{0, 1, 1}, 3),
		"t10k-images-idx3-ubyte.gz": zipped(t, idxFile(counting(18), 2, 3, 3)),
		"t10k-labels-idx1-ubyte":    idxFile([]byte{0, 4}, 2),
		"classes.txt":               []byte("x\ny\n"),
	})
	if r, err = Check(dir); err != nil {
		t.Fatal(err)
	}
	if r.Parts[0].Images != 0 || r.Parts[1].Images != 2 {
		t.Errorf("%+v", r.Parts)
	}
	all = strings.Join(r.Problems, "\n")
	for _, want := range []string{"2 images, but", "classes.txt names 2 classes, but there is a label 4", "there are no training images"} {
		if !strings.Contains(all, want) {
			t.Errorf("problems\n%s\nlack %q", all, want)
		}
	}
	if _, err = Check(t.TempDir()); err == nil {
		t.Error("an empty folder passes")
	}
}

func TestSourcesTable(t *testing.T) {
	if got := strings.Join(SetNames(), " "); got != "cifar10 mnist fashion-mnist" {
		t.Errorf("sets %s", got)
	}
	for _, s := range sources {
		if len(s.SHA256) != 64 || len(s.MD5) != 32 || s.Bytes < 1000 || len(s.URLs) == 0 {
			t.Errorf("%+v is not complete", s)
		}
		for _, url := range s.URLs {
			if !strings.HasPrefix(url, "http") || !strings.HasSuffix(url, "/"+s.File) {
				t.Errorf("%s comes from %s", s.File, url)
			}
		}
	}
	_, err := Sources("cifar")
	checkMessage(t, err, `no data set "cifar"`, "cifar10, mnist, fashion-mnist")
}

func TestContactSheet(t *testing.T) {
	s := Shapes(1, 40, 0)
	sheet := ContactSheet(s, 3, 2)
	if b := sheet.Bounds(); b.Dx() != 3*66+2 || b.Dy() != 10*66+2 {
		t.Fatalf("the sheet has %v", b)
	}
	// The second picture of class 4 is the second image with that label.
	n := slices.Index(s.Train.Labels, 4)
	n += 1 + slices.Index(s.Train.Labels[n+1:], 4)
	p := s.Train.At(n)
	for _, at := range [][2]int{{0, 0}, {5, 30}, {31, 31}} {
		i := at[1]*32 + at[0]
		want := color.RGBA{p[i], p[1024+i], p[2048+i], 255}
		if got := sheet.RGBAAt(2+66+2*at[0]+1, 2+4*66+2*at[1]); got != want {
			t.Errorf("pixel %v is %v, want %v", at, got, want)
		}
	}
	grey := &Set{Classes: []string{"a", "b"}, Test: &Images{Width: 1, Height: 1, Channels: 1, Pixels: []byte{99}, Labels: []byte{1}}}
	if got := ContactSheet(grey, 1, 1).RGBAAt(2, 5); got != (color.RGBA{99, 99, 99, 255}) {
		t.Errorf("grey image is shown as %v", got)
	}
	if empty := ContactSheet(&Set{Classes: []string{"a"}}, 1, 1); !bytes.Equal(empty.Pix[:4], []byte{255, 255, 255, 255}) {
		t.Error("the sheet of an empty set is not white")
	}
}
