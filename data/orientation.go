package data

import (
	"image"
	"io"

	"github.com/bep/imagemeta"
	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// An orientation is how a picture lies in its file, from 1 to 8, as Exif 2.3's tag 274
// counts: 1 is as it is looked at; with 5 to 8 rows and columns are exchanged.
type orientation int

// readOrientation is the orientation of a picture of the format; 1 where it says none.
// What of its metadata is damaged says nothing.
func readOrientation(r io.ReadSeeker, kind string) orientation {
	format, ok := map[string]imagemeta.ImageFormat{"jpeg": imagemeta.JPEG, "png": imagemeta.PNG, "webp": imagemeta.WebP, "tiff": imagemeta.TIFF}[kind]
	if !ok {
		return 1
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return 1
	}
	found := orientation(1)
	imagemeta.Decode(imagemeta.Options{R: r, ImageFormat: format, Sources: imagemeta.EXIF, Warnf: func(string, ...any) {},
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool { return tag.Tag == "Orientation" && tag.Namespace == "IFD0" },
		HandleTag: func(tag imagemeta.TagInfo) error {
			if n, ok := tag.Value.(uint16); ok && n >= 1 && n <= 8 {
				found = orientation(n)
			}
			return imagemeta.ErrStopWalking
		}})
	return found
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
