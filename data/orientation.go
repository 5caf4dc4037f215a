package data

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"io"
	"slices"

	"github.com/bep/imagemeta"
	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// An orientation is how a picture lies in its file, from 1 to 8, as Exif 2.3's tag 274
// counts: 1 is as it is looked at; with 5 to 8 rows and columns are exchanged.
type orientation int

// readTurn is the orientation of a picture of the format, 1 where it says none, and whether
// its decoder takes black for white. What of its metadata is damaged says nothing.
func readTurn(r io.ReadSeeker, kind string) (turn orientation, negative bool) {
	format, ok := map[string]imagemeta.ImageFormat{"jpeg": imagemeta.JPEG, "png": imagemeta.PNG, "webp": imagemeta.TIFF, "tiff": imagemeta.TIFF}[kind]
	if !ok {
		return 1, false
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return 1, false
	}
	if kind == "webp" { // whose Exif is a TIFF; package imagemeta loses it behind a chunk of odd length
		exif := bytes.TrimPrefix(webpChunk(r, "EXIF"), []byte("Exif\x00\x00"))
		if exif == nil {
			return 1, false
		}
		r = bytes.NewReader(exif)
	}
	tags := map[string]int{"Orientation": 1}
	imagemeta.Decode(imagemeta.Options{R: r, ImageFormat: format, Sources: imagemeta.EXIF, Warnf: func(string, ...any) {},
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool {
			return tag.Namespace == "IFD0" && (tags[tag.Tag] > 0 || slices.Contains(faxTags, tag.Tag))
		},
		HandleTag: func(tag imagemeta.TagInfo) error {
			switch v := tag.Value.(type) {
			case uint16:
				tags[tag.Tag] = int(v)
			case uint32: // against the standard, and every viewer takes it
				tags[tag.Tag] = int(v)
			}
			if tag.Tag == "Orientation" {
				return imagemeta.ErrStopWalking
			}
			return nil
		}})
	turn = orientation(tags["Orientation"])
	if turn < 1 || turn > 8 {
		turn = 1
	}
	// Package tiff gives the pixels of a fax as their negative where 0 is black (TIFF 6.0,
	// sections 10 and 11: Compression 2 to 4, PhotometricInterpretation 1).
	fax := tags[faxTags[0]]
	return turn, kind == "tiff" && fax >= 2 && fax <= 4 && tags[faxTags[1]] == 1
}

// faxTags are what says how black and white lie in a TIFF file.
var faxTags = []string{"Compression", "PhotometricInterpretation"}

// negative is a picture of greys with black for white.
type negative struct{ image.Image }

func (n negative) At(x, y int) color.Color {
	return color.Gray{^color.GrayModel.Convert(n.Image.At(x, y)).(color.Gray).Y}
}

// webpChunk is what a chunk of a WebP file holds, up to 64 KiB; nil where there is none.
// (https://developers.google.com/speed/webp/docs/riff_container: chunks of odd length have
// a byte behind them that their length does not count.)
func webpChunk(r io.ReadSeeker, name string) []byte {
	if _, err := r.Seek(12, io.SeekStart); err != nil {
		return nil
	}
	for {
		var h [8]byte
		if _, err := io.ReadFull(r, h[:]); err != nil {
			return nil
		}
		size := int64(binary.LittleEndian.Uint32(h[4:]))
		if string(h[:4]) != name {
			if _, err := r.Seek(size+size%2, io.SeekCurrent); err != nil {
				return nil
			}
			continue
		}
		b, err := io.ReadAll(io.LimitReader(r, min(size, 1<<16)))
		if err != nil {
			return nil
		}
		return b
	}
}

// upright turns a picture as it is looked at.
func (o orientation) upright(src image.Image) image.Image {
	b := src.Bounds()
	w, h := float64(b.Dx()), float64(b.Dy())
	// From source to target, rows of x' = a*x + b*y + c.
	var m f64.Aff3
	switch o {
	case 2:
		m = f64.Aff3{-1, 0, w, 0, 1, 0}
	case 3:
		m = f64.Aff3{-1, 0, w, 0, -1, h}
	case 4:
		m = f64.Aff3{1, 0, 0, 0, -1, h}
	case 5:
		m = f64.Aff3{0, 1, 0, 1, 0, 0}
	case 6:
		m = f64.Aff3{0, -1, h, 1, 0, 0}
	case 7:
		m = f64.Aff3{0, -1, h, -1, 0, w}
	case 8:
		m = f64.Aff3{0, 1, 0, -1, 0, w}
	default:
		return src
	}
	size := image.Rect(0, 0, b.Dx(), b.Dy())
	if o >= 5 {
		size = image.Rect(0, 0, b.Dy(), b.Dx())
	}
	m[2] -= m[0]*float64(b.Min.X) + m[1]*float64(b.Min.Y)
	m[5] -= m[3]*float64(b.Min.X) + m[4]*float64(b.Min.Y)
	dst := image.NewNRGBA64(size)
	draw.NearestNeighbor.Transform(dst, m, src, b, draw.Src, nil)
	return dst
}
