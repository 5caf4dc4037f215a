package data

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // formats of pictures that are read
	_ "image/png"
	"os"
	"runtime"

	"golang.org/x/image/draw"
	"golang.org/x/sync/errgroup"
)

// maxPicturePixels is the largest picture that is decoded: a camera's 12
// megapixels. A progressive JPEG takes 15 bytes for each of them.
const maxPicturePixels = 12 << 20

// commonShape returns the shape of the pictures, whether it is the same of all,
// and the errors of those that cannot be read. There is one channel if all are
// grey, otherwise there are three.
func commonShape(list []picture) (shape *Images, one bool, damage []error) {
	shape, one = &Images{Channels: 1}, true
	for _, p := range list {
		c, err := pictureConfig(p.path)
		if err != nil {
			damage = append(damage, err)
			continue
		}
		if c.ColorModel != color.GrayModel && c.ColorModel != color.Gray16Model {
			shape.Channels = 3
		}
		if shape.Width == 0 {
			shape.Width, shape.Height = c.Width, c.Height
		}
		one = one && c.Width == shape.Width && c.Height == shape.Height
	}
	return shape, one, damage
}

// pictureConfig reads the head of a picture.
func pictureConfig(path string) (image.Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return image.Config{}, err
	}
	defer f.Close()
	c, _, err := image.DecodeConfig(f)
	return c, pictureError(path, c, err)
}

// pictureError says what is wrong with a picture.
func pictureError(path string, c image.Config, err error) error {
	switch {
	case errors.Is(err, image.ErrFormat):
		return fmt.Errorf("%s: neither PNG nor JPEG: save it as one of them", path)
	case err != nil:
		return fmt.Errorf("%s: damaged picture (%w): copy it again or remove it", path, err)
	case c.Width < 1 || c.Height < 1:
		return fmt.Errorf("%s: a picture of %dx%d pixels: remove it", path, c.Height, c.Width)
	case c.Width > maxPicturePixels/c.Height:
		return fmt.Errorf("%s: %dx%d pixels, more than %d million: make it smaller", path, c.Height, c.Width, maxPicturePixels/1_000_000)
	}
	return nil
}

// decodePictures reads pictures as images of a size and a number of channels,
// several at once. Those that cannot be read are left out, and their errors
// follow the known ones unless they are among them.
func decodePictures(list []picture, size *Images, known []error) (*Images, []error, error) {
	m := &Images{Width: size.Width, Height: size.Height, Channels: size.Channels}
	bytes := m.ImageBytes()
	pixels := make([]uint8, len(list)*bytes)
	failed := make([]error, len(list))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range list {
		g.Go(func() error {
			failed[i] = decodePicture(p.path, m, pixels[i*bytes:(i+1)*bytes])
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
func decodePicture(path string, m *Images, pixels []uint8) error {
	c, err := pictureConfig(path)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	src, _, err := image.Decode(f)
	if err := pictureError(path, c, err); err != nil {
		return err
	}
	m.scale(src, pixels)
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
