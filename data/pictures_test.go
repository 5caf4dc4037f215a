package data

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// pngFile draws a picture by a function of column and row.
func pngFile(t testing.TB, w, h int, at func(x, y int) color.Color, m interface {
	image.Image
	Set(x, y int, c color.Color)
}) []byte {
	t.Helper()
	for y := range h {
		for x := range w {
			m.Set(x, y, at(x, y))
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestPicturesOfOneSize keeps every pixel of pictures that need no scaling.
func TestPicturesOfOneSize(t *testing.T) {
	files := map[string][]byte{}
	want := map[string][]byte{}
	for part, n := range map[string]int{"Train": 4, "val": 2} {
		for _, class := range []string{"10", "2"} {
			for i := range n {
				m := image.NewGray(image.Rect(0, 0, 7, 5))
				value := func(x, y int) color.Color { return color.Gray{uint8(i*50 + x*y + len(class)*3 + len(part))} }
				name := fmt.Sprintf("archive/set/%s/%s/p%d.PNG", part, class, i)
				files[name] = pngFile(t, 7, 5, value, m)
				want[part+class] = append(want[part+class], m.Pix...)
			}
		}
	}
	files["archive/set/Train/2/Thumbs.db"], files["archive/set/Train/2/._p1.png"] = []byte("x"), []byte("x")
	dir := folder(t, files)
	s, err := Open(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	if s.String() != "set: 2 classes, 1x5x7, 8 training and 4 test images" || strings.Join(s.Classes, " ") != "2 10" || s.Note != "8 pictures in Train and 4 in val" {
		t.Errorf("%v, classes %v, note %q", s, s.Classes, s.Note)
	}
	for part, m := range map[string]*Images{"Train": s.Train, "val": s.Test} {
		for label, class := range s.Classes {
			var all [][]byte
			for i := range m.Len() {
				if int(m.Labels[i]) == label {
					all = append(all, m.At(i))
				}
			}
			slices.SortFunc(all, bytes.Compare)
			var expect [][]byte
			for chunk := range slices.Chunk(want[part+class], 35) {
				expect = append(expect, chunk)
			}
			slices.SortFunc(expect, bytes.Compare)
			if !bytes.Equal(bytes.Join(all, nil), bytes.Join(expect, nil)) {
				t.Errorf("%s/%s: other pixels", part, class)
			}
		}
	}
	again, err := Open(dir, 5)
	if err != nil || !bytes.Equal(again.Train.Pixels, s.Train.Pixels) || !bytes.Equal(again.Train.Labels, s.Train.Labels) {
		t.Errorf("read twice, other images (%v)", err)
	}
}

// TestPicturesScaled has pictures whose middle is known: a plane that rises along
// the columns, which any interpolation keeps, with margins that are cut.
func TestPicturesScaled(t *testing.T) {
	files := map[string][]byte{}
	for i := range 10 {
		// 128x64: the middle 64 columns rise from 40 by 3 a column.
		rising := func(x, y int) color.Color {
			if x < 32 || x >= 96 {
				return color.RGBA{255, 0, 0, 255}
			}
			v := uint8(40 + 3*(x-32))
			return color.RGBA{v, v, uint8(i), 255}
		}
		files[fmt.Sprintf("a/p%d.png", i)] = pngFile(t, 128, 64, rising, image.NewRGBA(image.Rect(0, 0, 128, 64)))
		var b bytes.Buffer
		m := image.NewRGBA(image.Rect(0, 0, 40, 60))
		for k := range m.Pix {
			m.Pix[k] = 200
		}
		if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 100}); err != nil {
			t.Fatal(err)
		}
		files[fmt.Sprintf("b/p%d.jpg", i)] = b.Bytes()
	}
	dir := folder(t, files)
	s, err := Open(dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	if want := "20 pictures, one in 5 of each class for testing (seed 1), scaled to 32x32"; s.Note != want || s.Train.Len() != 16 || s.Test.Len() != 4 {
		t.Errorf("%v, note %q, want %q", s, s.Note, want)
	}
	for n := range s.Train.Len() {
		p := s.Train.At(n)
		for x := 3; x < 29; x++ {
			if s.Train.Labels[n] == 0 {
				// Column x of 32 covers 2x and 2x+1: the mean is that of 40+3*2x and 3 more.
				if want := 40 + 3*(2*float64(x)+0.5); math.Abs(float64(p[16*32+x])-want) > 1.5 {
					t.Errorf("image %d, column %d is %d, want %.1f", n, x, p[16*32+x], want)
				}
			} else if p[16*32+x] < 198 || p[16*32+x] > 202 {
				t.Errorf("image %d, column %d is %d, want 200", n, x, p[16*32+x])
			}
		}
	}
	small, err := Open(dir+":8x16", 0)
	if err != nil || small.Train.Height != 8 || small.Train.Width != 16 || !strings.Contains(small.Note, "scaled to 8x16") {
		t.Errorf("%v, %v", small, err)
	}
	for _, choice := range []string{"0", "8x", "x", "2000", "8x16x3"} {
		_, err := Open(dir+":"+choice, 0)
		checkMessage(t, err, choice, "as in 48x64")
	}
}

// TestPicturesTransparent lays transparent pictures on white.
func TestPicturesTransparent(t *testing.T) {
	half := func(x, y int) color.Color { return color.NRGBA{100, 0, 0, uint8(255 * x)} }
	files := map[string][]byte{}
	for _, name := range []string{"a/1.png", "a/2.png", "b/1.png", "b/2.png"} {
		files[name] = pngFile(t, 2, 1, half, image.NewNRGBA(image.Rect(0, 0, 2, 1)))
	}
	s, err := Open(folder(t, files), 0)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.Train.At(0), []byte{255, 100, 255, 0, 255, 0}) || s.Train.Len() != 2 || s.Test.Len() != 2 {
		t.Errorf("%v: %v", s, s.Train.At(0))
	}
}

// bigPNG is the head of a picture of w x h pixels, 16 bits a channel, and no more.
func bigPNG(w, h uint32) []byte {
	head := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)...)
	head = append(head, 16, 6, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\r"), head...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
}

func TestPicturesDamaged(t *testing.T) {
	flat := func(x, y int) color.Color { return color.Gray{uint8(x + y)} }
	good := pngFile(t, 9, 9, flat, image.NewGray(image.Rect(0, 0, 9, 9)))
	files := map[string][]byte{}
	for i := range 5 {
		files[fmt.Sprintf("a/%d.png", i)] = good
		files[fmt.Sprintf("b/%d.png", i)] = good
	}
	for name, test := range map[string]struct {
		b    []byte
		want string
	}{
		"page":  {[]byte("<html>"), "neither PNG, JPEG, GIF, WebP, BMP nor TIFF"},
		"cut":   {good[:len(good)-30], "damaged picture"},
		"empty": {nil, "an empty file"},
		"large": {bigPNG(1<<16, 1<<16), "65536x65536 pixels, more than 12 million"},
	} {
		with := maps.Clone(files)
		with["b/9.png"] = test.b
		dir := folder(t, with)
		_, err := Open(dir, 0)
		checkMessage(t, err, "data: ", filepath.Join("b", "9.png"), test.want)
		r, err := Check(dir)
		if err != nil {
			t.Fatal(err)
		}
		if n := r.Parts[0].Images + r.Parts[1].Images; n != 10 || strings.Count(strings.Join(r.Problems, "\n"), "9.png") != 1 || r.Note == "" {
			t.Errorf("%s: %d images, problems %q", name, n, r.Problems)
		}
	}
}

// FuzzPicture decodes damaged pictures in bounded memory.
func FuzzPicture(f *testing.F) {
	flat := func(x, y int) color.Color { return color.RGBA{uint8(x), uint8(y), 7, 255} }
	rgba := image.NewRGBA(image.Rect(0, 0, 12, 9))
	f.Add(pngFile(f, 12, 9, flat, rgba))
	f.Add(bigPNG(12<<10, 1<<10))
	var b bytes.Buffer
	if err := jpeg.Encode(&b, rgba, nil); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	path := filepath.Join(f.TempDir(), "p.png")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		m := &Images{Width: 6, Height: 4, Channels: 3}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if err := decodePicture(path, m, 16, make([]uint8, m.ImageBytes())); err != nil {
			checkMessage(t, err, path)
		}
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 200<<20 {
			t.Fatalf("took %d MiB", n>>20)
		}
	})
}
