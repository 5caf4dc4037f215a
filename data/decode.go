package data

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // formats of pictures that are read
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"os"
	"runtime"

	_ "golang.org/x/image/bmp"
	"golang.org/x/image/draw"
	"golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"
	"golang.org/x/sync/errgroup"
)

// maxPicturePixels is the largest picture that is decoded: a camera's 12
// megapixels. A progressive JPEG takes 15 bytes for each of them.
const maxPicturePixels = 12 << 20

// A head is what the beginning of a picture says.
type head struct {
	width, height int // as the picture is looked at
	grey          bool
	deep          bool // it has more than 8 bits a value
	turn          orientation
	negative      bool
}

// commonShape returns the shape of the pictures, whether it is the same of all, those
// with more than 8 bits a value, and the errors of those that cannot be read. There is
// one channel if all are grey, otherwise there are three.
func commonShape(list []picture) (shape *Images, one bool, deep []string, damage []error) {
	shape, one = &Images{Channels: 1}, true
	for _, p := range list {
		f, err := os.Open(p.path)
		if err != nil {
			damage = append(damage, err)
			continue
		}
		h, err := readPictureHead(f, p.path)
		f.Close()
		if err != nil {
			damage = append(damage, err)
			continue
		}
		if !h.grey {
			shape.Channels = 3
		}
		if h.deep {
			deep = append(deep, p.path)
		}
		if shape.Width == 0 {
			shape.Width, shape.Height = h.width, h.height
		}
		one = one && h.width == shape.Width && h.height == shape.Height
	}
	return shape, one, deep, damage
}

// readPictureHead reads the beginning of a picture. What r is read from then is not said.
func readPictureHead(r io.ReadSeeker, path string) (head, error) {
	if n, err := r.Seek(0, io.SeekEnd); err == nil && n == 0 {
		return head{}, fmt.Errorf("%s: an empty file: copy it again or remove it", path)
	}
	r.Seek(0, io.SeekStart)
	c, kind, err := image.DecodeConfig(r)
	if err := pictureError(path, c, err); err != nil {
		return head{}, err
	}
	if kind == "webp" && webpChunk(r, "ANIM") != nil {
		return head{}, fmt.Errorf("%s: an animated WebP, of which no picture is read: save the one that counts as PNG", path)
	}
	h := head{width: c.Width, height: c.Height}
	h.turn, h.negative = readTurn(r, kind)
	switch c.ColorModel {
	case color.GrayModel:
		h.grey = true
	case color.Gray16Model:
		h.grey, h.deep = true, true
	case color.RGBA64Model, color.NRGBA64Model:
		h.deep = true
	default:
		if p, ok := c.ColorModel.(color.Palette); ok {
			h.grey = greyPalette(p)
		}
	}
	if h.turn >= 5 {
		h.width, h.height = h.height, h.width
	}
	return h, nil
}

// greyPalette reports whether all colours of a palette are opaque greys.
func greyPalette(p color.Palette) bool {
	for _, c := range p {
		if r, g, b, a := c.RGBA(); r != g || g != b || a != 0xffff {
			return false
		}
	}
	return true
}

// pictureError says what is wrong with a picture.
func pictureError(path string, c image.Config, err error) error {
	var inJPEG jpeg.UnsupportedError
	var inPNG png.UnsupportedError
	var inTIFF tiff.UnsupportedError
	switch {
	case errors.Is(err, image.ErrFormat):
		return fmt.Errorf("%s: neither PNG, JPEG, GIF, WebP, BMP nor TIFF, by its content: save it as one of them", path)
	case errors.As(err, &inJPEG), errors.As(err, &inPNG), errors.As(err, &inTIFF):
		return fmt.Errorf("%s: a kind of picture that is not read (%w): the file is not damaged; save it as PNG", path, err)
	case err != nil:
		return fmt.Errorf("%s: damaged picture (%w): copy it again or remove it", path, err)
	case c.Width < 1 || c.Height < 1:
		return fmt.Errorf("%s: a picture of %dx%d pixels: remove it", path, c.Height, c.Width)
	case c.Width > maxPicturePixels/c.Height:
		return fmt.Errorf("%s: %dx%d pixels, more than %d million: make it smaller", path, c.Height, c.Width, maxPicturePixels/1_000_000)
	}
	return nil
}

// deepBits is how many bits the values of pictures have that take 16 in the file, as all
// of them show: cameras of 10, 12 and 14 bits leave the upper ones empty. Without such
// pictures it is 16.
func deepBits(paths []string) int {
	most := uint32(0)
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			continue // which its reader will say
		}
		src, _, err := image.Decode(f)
		f.Close()
		if err != nil {
			continue
		}
		b := src.Bounds()
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				r, g, b, _ := src.At(x, y).RGBA()
				most = max(most, r, g, b)
			}
		}
		if most >= 1<<14 {
			return 16
		}
	}
	for _, bits := range []int{10, 12, 14} {
		if most > 0xff && most < 1<<bits {
			return bits
		}
	}
	return 16
}

// lifted is a picture whose values of fewer than 16 bits fill all 16.
type lifted struct {
	image.Image
	bits int
}

func (l lifted) ColorModel() color.Model { return color.RGBA64Model }

func (l lifted) At(x, y int) color.Color {
	r, g, b, a := l.Image.At(x, y).RGBA()
	lift := func(v uint32) uint16 { return uint16(min(v*0xffff/(1<<l.bits-1), a)) }
	return color.RGBA64{lift(r), lift(g), lift(b), uint16(a)}
}

// fullRange is a picture of lossy WebP as it is looked at: its luma has values from 16 to
// 235 and its chroma from 16 to 240 (RFC 6386, section 9.2: ITU-R BT.601), which package
// webp hands on as JPEG's, from 0 to 255.
func fullRange(src image.Image) image.Image {
	var planes *image.YCbCr
	var alpha func(x, y int) uint8
	switch m := src.(type) {
	case *image.YCbCr:
		planes, alpha = m, func(int, int) uint8 { return 255 }
	case *image.NYCbCrA:
		planes, alpha = &m.YCbCr, func(x, y int) uint8 { return m.A[m.AOffset(x, y)] }
	default:
		return src
	}
	b := src.Bounds()
	dst := image.NewNRGBA(b)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := planes.YCbCrAt(x, y)
			luma, blue, red := 255./219*(float64(c.Y)-16), 255./224*(float64(c.Cb)-128), 255./224*(float64(c.Cr)-128)
			value := func(v float64) uint8 { return uint8(math.Round(min(max(v, 0), 255))) }
			dst.SetNRGBA(x, y, color.NRGBA{value(luma + 1.402*red), value(luma - 0.344136*blue - 0.714136*red), value(luma + 1.772*blue), alpha(x, y)})
		}
	}
	return dst
}

// decodePictures reads pictures as images of a size and a number of channels,
// several at once; those of 16 bits a value have so many of them. Those that cannot be read are left out, and their errors
// follow the known ones unless they are among them.
func decodePictures(list []picture, size *Images, bits int, known []error) (*Images, []error, error) {
	m := &Images{Width: size.Width, Height: size.Height, Channels: size.Channels}
	bytes := m.ImageBytes()
	pixels := make([]uint8, len(list)*bytes)
	failed := make([]error, len(list))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range list {
		g.Go(func() error {
			failed[i] = decodePicture(p.path, m, bits, pixels[i*bytes:(i+1)*bytes])
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	seen := make(map[string]bool)
	for _, err := range known {
		seen[err.Error()] = true
	}
	for i, p := range list {
		if err := failed[i]; err != nil {
			if !seen[err.Error()] {
				known = append(known, err)
			}
			continue
		}
		copy(pixels[m.Len()*bytes:], pixels[i*bytes:(i+1)*bytes])
		m.Labels = append(m.Labels, p.label)
	}
	m.Pixels = pixels[:m.Len()*bytes]
	return m, known, nil
}

// decodePicture reads one picture into the pixels of an image of m's size.
func decodePicture(path string, m *Images, bits int, pixels []uint8) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	r := bytes.NewReader(content)
	h, err := readPictureHead(r, path)
	if err != nil {
		return err
	}
	r.Seek(0, io.SeekStart)
	src, kind, err := image.Decode(r)
	if err := pictureError(path, image.Config{Width: h.width, Height: h.height}, err); err != nil {
		return err
	}
	if kind == "webp" {
		src = fullRange(src)
	}
	if h.negative {
		src = negative{src}
	}
	if h.deep && bits < 16 {
		src = lifted{src, bits}
	}
	m.scale(h.turn.upright(src), pixels)
	return nil
}

// scale draws the middle of a picture, as much as has the target's shape, on white
// into the pixels of an image of m's size.
func (m *Images) scale(src image.Image, pixels []uint8) {
	b := src.Bounds()
	part := b
	if b.Dx()*m.Height > b.Dy()*m.Width { // too wide
		w := max(1, (b.Dy()*m.Width+m.Height/2)/m.Height)
		part.Min.X += (b.Dx() - w) / 2
		part.Max.X = part.Min.X + w
	} else {
		h := max(1, (b.Dx()*m.Height+m.Width/2)/m.Width)
		part.Min.Y += (b.Dy() - h) / 2
		part.Max.Y = part.Min.Y + h
	}
	dst := image.NewRGBA(image.Rect(0, 0, m.Width, m.Height))
	draw.Draw(dst, dst.Bounds(), image.White, image.Point{}, draw.Src)
	if part.Size() == dst.Bounds().Size() {
		draw.Draw(dst, dst.Bounds(), src, part.Min, draw.Over)
	} else {
		draw.CatmullRom.Scale(dst, dst.Bounds(), src, part, draw.Over, nil)
	}
	plane := m.Width * m.Height
	for i := range plane {
		for c := range m.Channels {
			pixels[c*plane+i] = dst.Pix[4*i+c]
		}
	}
}
