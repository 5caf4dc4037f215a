package data

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// lossyWebP is a picture of 48 columns and 32 rows, green on the left, red above and blue
// below, as Pillow saves it.
const lossyWebP = "UklGRrQAAABXRUJQVlA4IKgAAACwBQCdASowACAAPmEoj0WkIqGarf4AQAYEszPuJH7F3NHSwxyG9+Afir+QHIBHfoIqLIlnSOAA/u+r1MujsM1P/9yloQHds7/4wKN+Nb/GImIZiWHqaHXsWUV63knZ9hsbb5Ro0otgcIMyYkdO6u/Mszn93wvWFqmCcyLcVDZ6rpzG377/t++5B5jDmM3KzO/6+ZgO/2j0kuU4KzKYGGqIeAkxDhAAAAA="

// quadrants is a picture whose corners differ: bright above on the left, dark below on the
// right.
func quadrants(w, h int) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			v := 40
			if y < h/2 {
				v += 120
			}
			if x < w/2 {
				v += 60
			}
			m.SetGray(x, y, color.Gray{uint8(v)})
		}
	}
	return m
}

// withOrientation puts an Exif orientation into a JPEG: a segment APP1 with one tag, in
// either order of bytes.
func withOrientation(file []byte, orientation int, order binary.AppendByteOrder) []byte {
	exif := []byte("Exif\x00\x00II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		exif = []byte("Exif\x00\x00MM\x00*")
	}
	exif = order.AppendUint32(exif, 8)
	exif = order.AppendUint16(exif, 1)
	exif = order.AppendUint16(order.AppendUint16(exif, 0x112), 3)
	exif = order.AppendUint16(order.AppendUint32(exif, 1), uint16(orientation))
	exif = order.AppendUint32(append(exif, 0, 0), 0)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(2+len(exif)))
	return slices.Concat(file[:2], segment, exif, file[2:])
}

// asSensorSaw is the picture that a viewer turns into m by an orientation, pixel by pixel
// by Exif's definition: where the 0th row and the 0th column of the file are to be seen.
func asSensorSaw(m *image.Gray, orientation int) *image.Gray {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	fw, fh := w, h
	if orientation >= 5 {
		fw, fh = h, w
	}
	f := image.NewGray(image.Rect(0, 0, fw, fh))
	for row := range fh {
		for column := range fw {
			x, y := column, row
			switch orientation {
			case 2: // top, right
				x = w - 1 - column
			case 3: // bottom, right
				x, y = w-1-column, h-1-row
			case 4: // bottom, left
				y = h - 1 - row
			case 5: // left, top
				x, y = row, column
			case 6: // right, top
				x, y = w-1-row, column
			case 7: // right, bottom
				x, y = w-1-row, h-1-column
			case 8: // left, bottom
				x, y = row, h-1-column
			}
			f.SetGray(column, row, m.GrayAt(x, y))
		}
	}
	return f
}

// TestOrientation reads pictures as viewers show them, for all ways in which they can lie
// in the file.
func TestOrientation(t *testing.T) {
	want := quadrants(16, 8)
	for o := 1; o <= 8; o++ {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			var b bytes.Buffer
			if err := jpeg.Encode(&b, asSensorSaw(want, o), &jpeg.Options{Quality: 100}); err != nil {
				t.Fatal(err)
			}
			file := withOrientation(b.Bytes(), o, order)
			files := map[string][]byte{}
			for _, name := range []string{"a/1.jpg", "a/2.JPE", "b/1.jpeg", "b/2.jfif"} {
				files[name] = file
			}
			s, err := Load(folder(t, files))
			if err != nil {
				t.Fatal(err)
			}
			if s.Train.Height != 8 || s.Train.Width != 16 || s.Train.Channels != 1 {
				t.Fatalf("orientation %d: %v", o, s)
			}
			for i, v := range s.Train.At(0) {
				if d := int(v) - int(want.Pix[i]); d < -3 || d > 3 {
					t.Fatalf("orientation %d, %v: pixel %d is %d, want %d", o, order, i, v, want.Pix[i])
				}
			}
		}
	}
}

// TestFormats reads every format whose name says so, and whose name does not.
func TestFormats(t *testing.T) {
	m := quadrants(16, 8)
	files := map[string][]byte{}
	for name, encode := range map[string]func(*bytes.Buffer) error{
		"png": func(b *bytes.Buffer) error { return png.Encode(b, m) },
		"jpg": func(b *bytes.Buffer) error { return jpeg.Encode(b, m, &jpeg.Options{Quality: 100}) },
		"gif": func(b *bytes.Buffer) error { return gif.Encode(b, m, nil) },
		"bmp": func(b *bytes.Buffer) error { return bmp.Encode(b, m) },
		"tif": func(b *bytes.Buffer) error { return tiff.Encode(b, m, nil) },
	} {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		files["a/"+name+"."+name], files["b/"+name+".png"] = b.Bytes(), b.Bytes()
	}
	s, err := Load(folder(t, files))
	if err != nil {
		t.Fatal(err)
	}
	if s.Train.Len()+s.Test.Len() != 10 {
		t.Fatalf("%v: want 10 pictures", s)
	}
	for n := range s.Train.Len() {
		for i, v := range s.Train.At(n)[:m.Bounds().Dx()*m.Bounds().Dy()] {
			if d := int(v) - int(m.Pix[i]); d < -6 || d > 6 {
				t.Fatalf("picture %d: pixel %d is %d, want %d", n, i, v, m.Pix[i])
			}
		}
	}
}

// TestLossyWebP compares a picture with the colours that it was made of.
func TestLossyWebP(t *testing.T) {
	file, err := base64.StdEncoding.DecodeString(lossyWebP)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load(folder(t, map[string][]byte{"a/1.webp": file, "a/2.webp": file, "b/1.webp": file, "b/2.webp": file}))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		row, column int
		want        [3]int
	}{{4, 4, [3]int{120, 230, 20}}, {28, 4, [3]int{20, 230, 120}}, {4, 40, [3]int{120, 20, 20}}, {28, 40, [3]int{20, 20, 120}}} {
		for k, want := range c.want {
			if got := int(s.Train.At(0)[(k*32+c.row)*48+c.column]); math.Abs(float64(got-want)) > 16 {
				t.Errorf("row %d, column %d, channel %d: %d, want about %d", c.row, c.column, k, got, want)
			}
		}
	}
}

// TestBitsInSixteen: what a camera of 12 bits saves in 16 is as bright as what fills them.
func TestBitsInSixteen(t *testing.T) {
	for _, bits := range []int{10, 12, 14, 16} {
		files := map[string][]byte{}
		for i, name := range []string{"a/1.png", "a/2.png", "b/1.png", "b/2.png"} {
			m := image.NewGray16(image.Rect(0, 0, 8, 8))
			for p := range 64 {
				m.SetGray16(p%8, p/8, color.Gray16{uint16((1<<bits - 1) * (p + i) / 66)})
			}
			var b bytes.Buffer
			if err := png.Encode(&b, m); err != nil {
				t.Fatal(err)
			}
			files[name] = b.Bytes()
		}
		s, err := Load(folder(t, files))
		if err != nil {
			t.Fatal(err)
		}
		if top := slices.Max(s.Train.Pixels); top < 240 {
			t.Errorf("%d bits: the brightest pixel is %d", bits, top)
		}
		if has := strings.Contains(s.Note, "bits in 16"); has != (bits < 16) {
			t.Errorf("%d bits: %q", bits, s.Note)
		}
	}
}

// somePictures are n pictures of a grey each, below a folder.
func somePictures(t *testing.T, files map[string][]byte, below string, n int) {
	t.Helper()
	for i := range n {
		files[fmt.Sprintf("%s%d.png", below, i)] = pngFile(t, 5, 4, func(x, y int) color.Color { return color.Gray{uint8(x*40 + y + 7*i + 3*int(below[0]) + len(below))} }, image.NewGray(image.Rect(0, 0, 5, 4)))
	}
}

// TestLeftOut: what is not read is counted and named, and no class is dropped.
func TestLeftOut(t *testing.T) {
	files := map[string][]byte{"a/x.heic": {1}, "a/y.HEIC": {1}, "b/notes.txt": {1}, "b/Thumbs.db": {1}, "docs/read.md": {1}}
	somePictures(t, files, "a/", 5)
	somePictures(t, files, "b/", 5)
	dir := folder(t, files)
	s, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if s.Train.Len() != 8 || !slices.Equal(s.Classes, []string{"a", "b"}) || !strings.HasSuffix(s.Note, "left out: folder docs; left out: 4 files (2 .heic, 1 .md, 1 .txt)") {
		t.Errorf("%v, %q", s, s.Note)
	}
	if r, err := Check(dir); err != nil || len(r.Problems) != 1 || !strings.HasPrefix(r.Problems[0], "2 files (2 .heic) are pictures that are not read") {
		t.Errorf("%v, %v", r, err)
	}
	for _, c := range []struct {
		more map[string][]byte
		want string
	}{
		{map[string][]byte{"c/1.ppm": {1}, "c/2.ppm": {1}, "c/3.avif": {1}}, "class c is left empty: none of its 3 files (2 .ppm, 1 .avif) is read"},
		{map[string][]byte{"c/.keep": {1}}, "class c is left empty"},
	} {
		for name, content := range files {
			c.more[name] = content
		}
		_, err := Load(folder(t, c.more))
		checkMessage(t, err, "data: ", c.want)
	}
	divided := map[string][]byte{"test/c/readme.txt": {1}}
	for _, below := range []string{"train/a/", "train/b/", "test/a/", "test/b/"} {
		somePictures(t, divided, below, 2)
	}
	_, err = Load(folder(t, divided))
	checkMessage(t, err, "data: ", "class c is left empty")
}

// TestValidationFolder: val is what networks are chosen by, or tested with where there is
// no test.
func TestValidationFolder(t *testing.T) {
	files := map[string][]byte{"unlabelled/x.png": {1}}
	for part, n := range map[string]int{"train": 4, "val": 3, "test": 2} {
		for _, class := range []string{"a", "b"} {
			somePictures(t, files, part+"/"+class+"/", n)
		}
	}
	s, err := Load(folder(t, files))
	if err != nil {
		t.Fatal(err)
	}
	if s.Train.Len() != 8 || s.Validation.Len() != 6 || s.Test.Len() != 4 || !strings.Contains(s.Note, "6 in val to choose by") || !strings.Contains(s.Note, "left out: folder unlabelled") {
		t.Errorf("%v, %q", s, s.Note)
	}
	for name := range files {
		if strings.HasPrefix(name, "test/") {
			delete(files, name)
		}
	}
	if s, err = Load(folder(t, files)); err != nil || s.Validation.Len() != 0 || s.Test.Len() != 6 {
		t.Errorf("%v, %v", s, err)
	}
}

// TestTinyImageNet reads its layout: pictures in a folder images of each class, and a list
// of the classes of those for validation.
func TestTinyImageNet(t *testing.T) {
	files := map[string][]byte{}
	somePictures(t, files, "train/n01/images/n01_", 3)
	somePictures(t, files, "train/n02/images/n02_", 3)
	somePictures(t, files, "val/images/val_", 4)
	somePictures(t, files, "test/images/test_", 2)
	files["train/n01/n01_boxes.txt"] = []byte("n01_0.png\t0\t0\t1\t1\n")
	files["val/val_annotations.txt"] = []byte("val_0.png\tn02\t0\t0\t1\t1\nval_1.png\tn01\t0\t0\t1\t1\nval_2.png\tn01\t0\t0\t1\t1\nval_3.png\tn01\t0\t0\t1\t1\n")
	s, err := Load(folder(t, files))
	if err != nil {
		t.Fatal(err)
	}
	ones := 0
	for _, label := range s.Test.Labels {
		ones += int(label)
	}
	if s.Train.Len() != 6 || s.Test.Len() != 4 || ones != 1 || !slices.Equal(s.Classes, []string{"n01", "n02"}) || !strings.Contains(s.Note, "left out: folder test") {
		t.Errorf("%v, %q, labels %v", s, s.Note, s.Test.Labels)
	}
	files["val/val_annotations.txt"] = []byte("val_9.png\tn02\n")
	_, err = Load(folder(t, files))
	checkMessage(t, err, "val_annotations.txt, line 1: there is no picture val_9.png")
}

// TestListedPictures reads pictures that a table names, with and without endings.
func TestListedPictures(t *testing.T) {
	for _, ending := range []string{"", ".png"} {
		files := map[string][]byte{"sample_submission.csv": []byte("id,label\n0,cat\n")}
		somePictures(t, files, "images/", 10)
		table := "id,width,label\n"
		for i := range 10 {
			table += fmt.Sprintf("%d%s,5,%s\n", i, ending, []string{"cat", "dog"}[i%2])
		}
		files["labels.csv"] = []byte(table)
		s, err := Load(folder(t, files))
		if err != nil {
			t.Fatal(err)
		}
		if s.Train.Len() != 8 || s.Test.Len() != 2 || !slices.Equal(s.Classes, []string{"cat", "dog"}) || s.Train.Height != 4 {
			t.Errorf("%v, %q", s, s.Note)
		}
		files["labels.csv"] = []byte(table + "99,5,cat\n")
		_, err = Load(folder(t, files))
		checkMessage(t, err, "labels.csv, line 12: there is no picture 99")
	}
}

// TestPixelTables reads tables as competitions hand them out: with columns pixel0 on, 1x1
// on, without a header, and without labels for testing.
func TestPixelTables(t *testing.T) {
	table := func(header string, n, from int) []byte {
		var b strings.Builder
		b.WriteString(header)
		for i := range n {
			fmt.Fprint(&b, i%3)
			for p := range 16 {
				fmt.Fprintf(&b, ",%d", (from+i*16+p)%256)
			}
			b.WriteString("\n")
		}
		return []byte(b.String())
	}
	pixels, pairs := "label", "label"
	for p := range 16 {
		pixels += fmt.Sprintf(",pixel%d", p)
		pairs += fmt.Sprintf(",%dx%d", p/4+1, p%4+1)
	}
	for _, header := range []string{pixels + "\n", pairs + "\r\n", "\ufeff" + pixels + "\n", ""} {
		s, err := Load(folder(t, map[string][]byte{"mnist_train.csv": table(header, 9, 0), "mnist_test.csv": table(header, 3, 7)}))
		if err != nil {
			t.Fatalf("%q: %v", header, err)
		}
		if s.Train.Len() != 9 || s.Test.Len() != 3 || s.Train.Width != 4 || len(s.Classes) != 3 || s.Train.At(2)[5] != 37 || !slices.Equal(s.Test.Labels, []byte{0, 1, 2}) || s.Test.At(0)[0] != 7 {
			t.Errorf("%q: %v, %v", header, s, s.Test.Labels)
		}
	}
	unlabelled := []byte(strings.TrimPrefix(pixels, "label,") + "\n")
	s, err := Load(folder(t, map[string][]byte{"train.csv": table(pixels+"\n", 15, 0), "test.csv": unlabelled}))
	if err != nil || s.Train.Len() != 12 || s.Test.Len() != 3 || !strings.Contains(s.Note, "test.csv has no labels: left out") {
		t.Errorf("%v, %v", s, err)
	}
	bad := append(table(pixels+"\n", 3, 0), []byte("1,2,3\n")...)
	_, err = Load(folder(t, map[string][]byte{"train.csv": bad}))
	checkMessage(t, err, "train.csv", "line 5")
	bad = append(table(pixels+"\n", 3, 0), []byte("1,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,256\n")...)
	_, err = Load(folder(t, map[string][]byte{"train.csv": bad}))
	checkMessage(t, err, "train.csv, line 5: pixel \"256\"")
}

// TestNPZLabels: labels decide the classes, and arrays for validation are read.
func TestNPZLabels(t *testing.T) {
	x := npyFile("|u1", "False", "4, 1, 2", []byte{1, 2, 3, 4, 5, 6, 7, 8})
	for _, c := range []struct {
		what    string
		y       []byte
		classes string
		labels  []byte
	}{
		{"two classes", npyFile("|u1", "False", "4,", []byte{0, 1, 1, 0}), "[0 1]", []byte{0, 1, 1, 0}},
		{"true and false", npyFile("|b1", "False", "4,", []byte{0, 1, 1, 0}), "[0 1]", []byte{0, 1, 1, 0}},
		{"from one", npyFile("|u1", "False", "4,", []byte{1, 3, 2, 1}), "[1 2 3]", []byte{0, 2, 1, 0}},
		{"a gap", npyFile("|u1", "False", "4,", []byte{1, 3, 3, 1}), "[0 1 2 3]", []byte{1, 3, 3, 1}},
		{"one-hot", npyFile("|u1", "False", "4, 3", []byte{0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0}), "[0 1 2]", []byte{2, 0, 1, 0}},
		{"half precision", npyFile("<f2", "False", "4,", []byte{0, 0, 0, 0x3c, 0, 0x40, 0, 0}), "[0 1 2]", []byte{0, 1, 2, 0}},
		{"big-endian double", npyFile(">f8", "False", "4,", slices.Concat(make([]byte, 8), []byte{0x3f, 0xf0, 0, 0, 0, 0, 0, 0}, make([]byte, 16))), "[0 1]", []byte{0, 1, 0, 0}},
		{"bytes", npyFile("|S3", "False", "4,", []byte("dogcatcatx\x00\x00")), "[cat dog x]", []byte{1, 0, 0, 2}},
		{"text", npyFile("<U2", "False", "4,", slices.Concat([]byte{'b', 0, 0, 0, 0, 0, 0, 0}, []byte{0xfc, 0, 0, 0, 'a', 0, 0, 0}, []byte{'b', 0, 0, 0, 0, 0, 0, 0}, []byte{'b', 0, 0, 0, 0, 0, 0, 0})), "[b üa]", []byte{0, 1, 0, 0}},
	} {
		dir := folder(t, map[string][]byte{"s.npz": npzBytes(t, map[string][]byte{"x_train": x, "y_train": c.y, "x_test": x, "y_test": c.y, "x_val": x, "y_val": c.y, "z": x})})
		s, err := Load(dir)
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if fmt.Sprint(s.Classes) != c.classes || !slices.Equal(s.Train.Labels, c.labels) || s.Validation.Len() != 4 || !strings.Contains(s.Note, "not read: z") {
			t.Errorf("%s: classes %v, labels %v, %q", c.what, s.Classes, s.Train.Labels, s.Note)
		}
	}
	half := npyFile("<f8", "False", "4,", slices.Concat([]byte{0, 0, 0, 0, 0, 0, 0xe0, 0x3f}, make([]byte, 24)))
	_, err := Load(folder(t, map[string][]byte{"s.npz": npzBytes(t, map[string][]byte{"x_train": x, "y_train": half})}))
	checkMessage(t, err, "y_train: label 0 is 0.5, no whole number")
	// Axes that could both be channels: 1 and 3 are likelier than 4.
	narrow := npyFile("|u1", "False", "1, 3, 2, 4", make([]byte, 24))
	s, err := Load(folder(t, map[string][]byte{"s.npz": npzBytes(t, map[string][]byte{"x_test": narrow, "y_test": npyFile("|u1", "False", "1,", []byte{0})})}))
	if err != nil || s.Test.Channels != 3 || s.Test.Height != 2 || s.Test.Width != 4 {
		t.Errorf("%v, %v", s, err)
	}
}
